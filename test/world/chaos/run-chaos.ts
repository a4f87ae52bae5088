/** Nodes under troubles that follow one another, and then a judgement of everything they had promised. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { ChaosRig } from "./chaos-rig.ts";
import { openChaosRig } from "./chaos-rig.ts";
import { askFor } from "./ask-for-work.ts";
import { NodeFollower } from "./follow-node.ts";
import type { Judgement } from "./judge-run.ts";
import { judgeRun } from "./judge-run.ts";
import { BEGIN } from "./make-trouble.ts";
import type { Trouble, TroubleKind } from "./plan-chaos.ts";
import { planChaos } from "./plan-chaos.ts";
import type { Work, WorkKind } from "./plan-work.ts";
import { planWork } from "./plan-work.ts";
import { settle } from "./settle.ts";
import type { Stage } from "./stage.ts";
import { watchProcesses } from "./watch-secrets.ts";

export interface ChaosOptions {
  seed: number;
  /** Of trouble. */
  seconds: number;
  nodes: number;
  /** So many of the nodes are workers. */
  workers: number;
  instances: number;
  perMinute: Record<WorkKind, number>;
  /** Kinds of trouble that are left out. */
  without?: readonly TroubleKind[];
  /** A line for everything that is done, with the time since the beginning. */
  log?: (line: string) => void;
}

export interface ChaosResult extends Judgement {
  plan: readonly Trouble[];
  /** How often each kind of trouble was made. */
  made: Partial<Record<TroubleKind, number>>;
  /** Seconds from the first trouble to the last ended job. */
  took: number;
}

const MB = 1_000_000;
/** For what comes to the first node in a minute, four times over. */
const DISK_BYTES = { least: 200 * MB, perMinute: 150 * MB };

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, seconds, nodes, workers, instances, perMinute, log = () => {} } = options;
  const isRoot = process.getuid?.() === 0;
  const without: TroubleKind[] = [...(options.without ?? []), ...(isRoot ? [] : (["disk-full"] as const))];
  const plan = planChaos({ seed, seconds, nodes, instances, without });
  // The first ones are servers; a worker takes its share of what is for instances.
  const works = planWork({ seed, seconds, nodes: nodes - workers, instances, perMinute });
  const diskBytes = isRoot ? DISK_BYTES.least + (DISK_BYTES.perMinute * seconds) / 60 : null;
  await using rig = await openChaosRig({ nodes, workers, instances, diskBytes });
  const begun = performance.now();
  const note = (text: string): void =>
    log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${text}`);
  const stage: Stage = { rig, cancelled: new Set(), broken: [], note };
  await using followers = followAll(rig);
  await using watch = watchProcesses();
  const made = await storm(stage, plan, works);
  note("the troubles are over");
  const byName = new Map(works.map((work) => [work.name, work]));
  await settle(stage, byName);
  const took = (performance.now() - begun) / 1000;
  note("every job has ended");
  const judged = await judgeRun(stage, byName, followers.all, watch);
  return { ...judged, plan, made, took };
}

function followAll({ nodes }: ChaosRig): AsyncDisposable & { all: NodeFollower[] } {
  const all = nodes.filter(({ kind }) => kind === "serve").map((node) => new NodeFollower(node));
  return {
    all,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((follower) => follower[Symbol.asyncDispose]()));
    },
  };
}

/** Troubles and wishes, each at its time; resolves when all of them are over. */
async function storm(
  stage: Stage,
  plan: readonly Trouble[],
  works: readonly Work[],
): Promise<ChaosResult["made"]> {
  const made: ChaosResult["made"] = {};
  const begun = performance.now();
  const at = (ms: number): Promise<void> => sleep(Math.max(0, begun + ms - performance.now()));
  const make = async (trouble: Trouble): Promise<void> => {
    const { kind, target, lasts } = trouble;
    await at(trouble.at);
    for (const node of stage.rig.nodes) node.look();
    stage.note(`${kind} ${target} for ${(lasts / 1000).toFixed(1)} s`);
    made[kind] = (made[kind] ?? 0) + 1;
    try {
      const end = await BEGIN[kind](stage, trouble);
      await sleep(lasts);
      await end();
    } catch (error) {
      // The others go on: what it did not break is judged all the same.
      stage.broken.push(`${kind} ${target} did not go as planned: ${inspect(error)}`);
    }
    if (lasts > 0) stage.note(`${kind} ${target} is over`);
  };
  const want = async (work: Work): Promise<void> => {
    await at(work.at);
    await askFor(work, stage);
  };
  await Promise.all([...plan.map(make), ...works.map(want)]);
  return made;
}
