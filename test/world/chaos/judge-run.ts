/** Everything that was promised, against everything that is there. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { HistoryMessage } from "../../../src/wire/requests.ts";
import { waitFor } from "../haulyard.ts";
import type { ChaosRig } from "./chaos-rig.ts";
import { DATABASE } from "./chaos-rig.ts";
import type { NodeFollower } from "./follow-node.ts";
import { judgeEvents } from "./judge-events.ts";
import { judgeFile } from "./judge-files.ts";
import type { History } from "./judge-jobs.ts";
import { judgeEnd, nameOf } from "./judge-jobs.ts";
import { judgeStarts } from "./judge-starts.ts";
import type { Work } from "./plan-work.ts";
import type { Stage } from "./stage.ts";
import { ask, askAny, listAll } from "./stage.ts";
import { runsOf } from "./troubles/machines.ts";
import type { Watch } from "./watch-secrets.ts";
import { findSecrets } from "./watch-secrets.ts";

export interface Figures {
  jobs: number;
  complete: number;
  failed: number;
  cancelled: number;
  /** Of files that were found whole. */
  bytes: number;
  /** That commands wrote down as they began. */
  starts: number;
  /** Leases that ran out: a node was gone, and its job was freed. */
  takeovers: number;
  retries: number;
  /** Job events that all followers took together, and how often they had to come back. */
  events: number;
  returns: number;
  /** Looks at all processes of the machine. */
  looks: number;
}

export interface Judgement {
  /** Promises that were broken, in words; none should be. */
  broken: string[];
  figures: Figures;
}

interface Ended {
  job: JobMessage;
  history: History;
}

/** Steps of a card that write down that they begin. */
const COUNTED = [0, 2];

export async function judgeRun(
  stage: Stage,
  works: ReadonlyMap<string, Work>,
  followers: readonly NodeFollower[],
  watch: Watch,
): Promise<Judgement> {
  const { rig, broken } = stage;
  const all = await readAll(stage);
  const bytes = judgeJobs(stage, all, works);
  const lines = rig.instances.flatMap((instance) => instance.starts());
  broken.push(...judgeStarts(lines, ofCards(all), COUNTED));
  for (const {
    label,
    sshd: { home },
  } of rig.instances) {
    const alive = (): Promise<string[]> => Promise.resolve(runsOf(home).map(({ run }) => run));
    // What has ended needs a moment to go.
    await waitFor(
      `the end of what is at work on ${label}, though its job has ended`,
      alive,
      (runs) => runs.length === 0,
    ).catch((error: unknown) => broken.push(String(error)));
  }
  await judgeFollowers(stage, followers, all);
  broken.push(...(await judgeAgreement(rig)));
  const ids = all.slice(0, 3).map(({ job }) => job.id);
  broken.push(...(await findSecrets(rig, ids)));
  for (const line of watch.shown) broken.push(`a command line shows a secret: ${line.slice(0, 300)}`);
  for (const node of rig.nodes) {
    broken.push(...node.deaths);
    const code = await node.stop();
    if (code !== 0) broken.push(`${node.name} ended with ${code} when it was asked to stop`);
  }
  return { broken, figures: count(all, followers, { bytes, starts: lines.length, looks: watch.looks }) };
}

async function readAll(stage: Stage): Promise<Ended[]> {
  const { jobs } = await waitFor(
    "the list of jobs",
    async () => (await listAll((path) => askAny(stage, path))) ?? { jobs: [], cursor: 0 },
    ({ cursor }) => cursor > 0,
  );
  const all: Ended[] = [];
  for (const job of jobs) {
    const answer = await waitFor(
      `the history of ${job.id}`,
      () => askAny<HistoryMessage>(stage, `/jobs/${job.id}/history`),
      (given) => given?.status === 200,
    );
    all.push({ job, history: answer?.body.history ?? [] });
  }
  return all;
}

/** Answers the bytes of the files that came whole. */
function judgeJobs(
  { rig, broken, cancelled }: Stage,
  all: readonly Ended[],
  works: ReadonlyMap<string, Work>,
): number {
  let bytes = 0;
  const seen = new Set<string>();
  for (const { job, history } of all) {
    const work = works.get(nameOf(job) ?? "");
    if (work === undefined) {
      broken.push(`${job.name} (${job.id}) was asked for by nobody`);
      continue;
    }
    // A card whose answer was lost is asked for again, and is another job then; a destination has one.
    if (seen.has(work.name) && work.kind !== "card") broken.push(`${work.name} has two jobs`);
    seen.add(work.name);
    broken.push(...judgeEnd(job, history, work, cancelled.has(job.id)));
    const file = judgeFile(job, work, rig);
    bytes += file.bytes;
    broken.push(...file.broken);
  }
  for (const name of works.keys()) if (!seen.has(name)) broken.push(`${name} has vanished`);
  return bytes;
}

function ofCards(all: readonly Ended[]): Ended[] {
  return all.filter(({ job }) => job.source.kind === "card");
}

async function judgeFollowers(
  { rig, broken }: Stage,
  followers: readonly NodeFollower[],
  all: readonly Ended[],
): Promise<void> {
  const rows = await rig.postgres.ask(
    DATABASE,
    "select job_id, max(cursor) as newest from changes group by job_id",
  );
  const changes = new Map(rows.map(({ job_id, newest }) => [String(job_id), Number(newest)]));
  const end = Math.max(...changes.values());
  for (const follower of followers) {
    const { name } = follower.node;
    await waitFor(
      `${name} to tell all`,
      async () => follower.cursor,
      (cursor) => cursor >= end,
    ).catch((error: unknown) => broken.push(`${name} does not tell all: ${String(error)}`));
    broken.push(...follower.broken, ...judgeEvents({ name, seen: follower.seen }, all, changes));
  }
}

/** All nodes show the same. */
async function judgeAgreement({ nodes }: ChaosRig): Promise<string[]> {
  const shown: (readonly [string, string])[] = [];
  for (const node of nodes.filter(({ kind }) => kind === "serve")) {
    const all = await waitFor(
      `the jobs of ${node.name}`,
      () => listAll((path) => ask(node, path)),
      (given) => given !== null,
    );
    shown.push([node.name, JSON.stringify(all?.jobs ?? null)]);
  }
  const [first] = shown;
  return shown.flatMap(([name, text]) =>
    text === first?.[1] ? [] : [`${name} and ${first?.[0]} do not show the same`],
  );
}

function count(
  all: readonly Ended[],
  followers: readonly NodeFollower[],
  more: Pick<Figures, "bytes" | "starts" | "looks">,
): Figures {
  const withStatus = (status: JobMessage["status"]): number =>
    all.filter(({ job }) => job.status === status).length;
  const lines = all.flatMap(({ history }) => history);
  const sum = (of: (follower: NodeFollower) => number): number =>
    followers.reduce((total, follower) => total + of(follower), 0);
  return {
    jobs: all.length,
    complete: withStatus("COMPLETE"),
    failed: withStatus("FAILED"),
    cancelled: withStatus("CANCELLED"),
    takeovers: lines.filter(({ reason }) => reason.endsWith(" went away")).length,
    retries: lines.filter(({ reason }) => reason.startsWith("will be tried again")).length,
    events: sum(({ seen }) => seen.length),
    returns: sum(({ returns }) => returns),
    ...more,
  };
}
