import type { Clock } from "../job/clock.ts";
import type { RetryTable } from "../job/retries.ts";
import type { JobStore, LaneLimit } from "../job/store-contract.ts";
import type {
  DiscardPartial,
  InspectExisting,
  ReadPartialMap,
  RunTransfer,
} from "../job/transfer-contract.ts";
import type { ActParts } from "./act-on-job.ts";
import { actOnJob, actOnJobs, adjustJob, clearJobs, forgetting } from "./act-on-job.ts";
import type { CommandParts } from "./command/command-parts.ts";
import { SpaceWaits } from "./command/wait-for-space.ts";
import type { Engine } from "./engine-contract.ts";
import type { EngineLog } from "./engine-log.ts";
import { DiscardAway } from "./fetch/discard-away.ts";
import { Feed } from "./feed.ts";
import type { JanitorParts } from "./janitor.ts";
import { freeOwnLeases, wakeForHour } from "./janitor.ts";
import { AwayMeter } from "./away-meter.ts";
import { GroupMeter } from "./group-meter.ts";
import { tellHowFar } from "./join-groups.ts";
import { keepGoing } from "./keep-going.ts";
import { mapJob } from "./map-job.ts";
import { moveJob } from "./move-job.ts";
import { NodeWatch } from "./nodes/watch-nodes.ts";
import type { OverallLimit } from "./overall-limit.ts";
import { PausedRound } from "./paused-round.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { repeat } from "./repeat.ts";
import type { ReuseParts } from "./reuse-files.ts";
import { Runner } from "./runner.ts";
import { keepSharing } from "./sharing/keep-sharing.ts";
import type { SharingParts } from "./sharing/keep-sharing.ts";
import { recordFailed } from "./submit-job.ts";
import { takeIn } from "./take-in.ts";

/** Settings that were changed here are told at once by those who asked; of other machines' it is heard this often. */
const SETTINGS_LOOK_MS = 1_000;

/** For engines whose settings nobody changes. */
const UNCHANGING: NonNullable<EngineParts["settings"]> = { version: 0 };

export interface EngineParts {
  store: JobStore;
  transfer: {
    run: RunTransfer;
    inspect: InspectExisting;
    discardPartial: DiscardPartial;
    readPartialMap: ReadPartialMap;
  };
  clock: Clock;
  log: EngineLog;
  /** Name of this node: its local jobs run here only. */
  node: string;
  /** Unique among all runner processes, now and ever; begins with `<node>/`. */
  owner: string;
  /** Transfers to this machine at a time. Functions here are asked anew each time: people change settings. */
  localJobs: () => number;
  /** Command jobs at a time on each instance that says nothing else. */
  perHost: () => number;
  /** Limits of instances that do. */
  laneLimits: () => Promise<readonly LaneLimit[]>;
  commands: Omit<
    CommandParts,
    "store" | "clock" | "log" | "random" | "stallMs" | "retries" | "originRate" | "perHost"
  >;
  /** Ended jobs are forgotten after this long. */
  retentionMs: () => number;
  /** A download without a byte for this long has failed. */
  stallMs: () => number;
  /** Bytes per second for all downloads from the server of an address; none: no limit. Transfers have to ask it, too. */
  originRate?: (url: string) => number | null;
  /** How often what failed is tried again, where a person wants it otherwise than we do. */
  retries?: () => RetryTable;
  /** This is the only process that takes up transfers to this machine: they go on while the store is away. */
  outlastsStore?: boolean;
  /** Whether nothing new is to be taken up at present. */
  isResting?: () => boolean;
  /** For all transfers to this machine. They have to ask it, too. */
  limit: OverallLimit;
  /** Grows whenever settings are changed, which followers hear. */
  settings?: { readonly version: number; look?(): Promise<void> };
  /** Bytes that are on this machine already are taken from there; without it all are fetched. */
  reuse?: ReuseParts;
  /** Files that machines of one site give to each other; without it all are fetched. */
  sharing?: SharingParts;
  /** How often an instance whose disk was full is asked for its space. */
  spaceLookMs?: number;
  /** 0 to 1; spreads retries. */
  random?: () => number;
}

/** Queue, runner, feed and janitor, joined. */
export function createEngine(parts: EngineParts): Engine {
  const { store, transfer, clock, node, limit } = parts;
  const nodes = new NodeWatch(parts);
  const { feed, runner, groups, away } = joinRunner(parts, nodes);
  const work = new AbortController();
  const acting = actingOf(parts, runner, work.signal);
  let loops: Promise<void>[] = [];
  const paused = {
    forSpace: new PausedRound(store, { place: node }),
    forHour: new PausedRound(store, { place: node }),
  };
  const keeping: JanitorParts = { ...parts, runner, paused, ...forgetting(acting) };
  const heedLimit = (): Promise<void> => takeInLimit(keeping, feed);
  return {
    node,
    ...takeIn(parts, nodes),
    recordFailed: (draft, failure, id) => recordFailed(draft, failure, { store, clock }, id),
    ...lookUp(parts),
    map: (id) => mapJob(id, { store, runner, node, readPartialMap: transfer.readPartialMap }),
    act: (id, action) => actOnJob(id, action, acting),
    actOnAll: (action, filter) => actOnJobs(action, filter, acting),
    adjust: (id, adjustment) => adjustJob(id, adjustment, { store, clock }),
    move: (id, target) => moveJob(id, target, { store, clock }),
    clear: (kinds, filter = () => true) => clearJobs(kinds, filter, acting),
    feed: (after, signal, wanted) => feed.follow(after, signal, wanted),
    cursor: () => store.cursor(),
    ...limitOf(limit, heedLimit),
    machines: () => ({ known: nodes.machines, version: nodes.version }),
    atWork: () => runner.size,
    handOver: (everything) => runner.handOver(everything),

    async start() {
      await feed.open((items) => {
        groups.take(items);
        for (const item of items) if (item.kind === "job") runner.heed(item.job);
        void runner.tick();
      });
      await freeOwnLeases(keeping);
      loops = keepGoing(keeping, waitsOf(parts), heedLimit, work.signal);
      loops.push(
        tellOfSettings(parts, feed, work.signal),
        tellHowFar(parts, { groups, away }, feed, work.signal),
      );
      loops.push(nodes.keepLooking(parts.log, work.signal), keepSharing(parts, work.signal));
    },

    async stop(graceMs = 5_000) {
      const grace = new AbortController();
      await Promise.race([runner.stop(), clock.sleep(graceMs, grace.signal)]);
      grace.abort();
      work.abort();
      await Promise.all(loops);
      await feed.close();
    },
  };
}

function actingOf(
  { store, clock, log, node, commands, transfer }: EngineParts,
  runner: Runner,
  signal: AbortSignal,
): ActParts {
  const { logs, hosts } = commands;
  const away = new DiscardAway({ store, hosts, log, signal });
  return { store, runner, clock, node, logs, discardPartial: transfer.discardPartial, away };
}

function limitOf(
  limit: OverallLimit,
  heed: () => Promise<void>,
): Pick<Engine, "overallLimit" | "changeOverallLimit"> {
  return {
    overallLimit: () => limit.view(),
    changeOverallLimit: async (schedule) => {
      await limit.change(schedule);
      await heed();
      return limit.view();
    },
  };
}

function waitsOf(parts: EngineParts): SpaceWaits {
  const { store, clock, node } = parts;
  return new SpaceWaits({
    store,
    clock,
    node,
    hosts: parts.commands.hosts,
    ...(parts.spaceLookMs === undefined ? {} : { lookEveryMs: parts.spaceLookMs }),
  });
}

function lookUp({
  store,
  node,
  commands: { logs },
}: EngineParts): Pick<Engine, "get" | "list" | "counts" | "history" | "readLog" | "findByDestination"> {
  return {
    get: (id) => store.get(id),
    list: (query) => store.list(query),
    counts: () => store.counts(),
    history: (id) => store.history(id),
    readLog: async (id, offset) => ((await store.get(id)) === null ? null : logs.read(id, offset)),
    findByDestination: (destination, place = node) => store.findByDestination(place, destination),
  };
}

/** The limit for all may be another one: what may not run any more stops, what may run again goes on. */
async function takeInLimit(keeping: JanitorParts, feed: Feed): Promise<void> {
  feed.wake();
  keeping.runner.heedHours();
  await wakeForHour(keeping);
  void keeping.runner.tick();
}

function joinRunner(
  parts: EngineParts,
  machines: NodeWatch,
): { feed: Feed; runner: Runner; groups: GroupMeter; away: AwayMeter | null } {
  const { store, clock, log, owner, stallMs, limit, random = Math.random, retries = () => ({}) } = parts;
  const { originRate = () => null } = parts;
  const meter = new ProgressMeter(clock);
  const groups = new GroupMeter(store, clock);
  // A database that outlives its programs has several of them.
  const away = parts.outlastsStore === true ? new AwayMeter(store, clock, owner) : null;
  const own = { store, log, groups, machines, ...(away === null ? {} : { away }) };
  const feed = new Feed(own, meter, limit, parts.settings ?? UNCHANGING);
  machines.onChange = () => feed.wake();
  const runner = new Runner({
    store,
    meter,
    clock,
    log,
    owner,
    stallMs,
    limit,
    ...(parts.outlastsStore === undefined ? {} : { outlastsStore: parts.outlastsStore }),
    ...(parts.isResting === undefined ? {} : { isResting: parts.isResting }),
    lanes: async () => [
      { lane: `node:${parts.node}`, limit: parts.localJobs() },
      ...(await parts.laneLimits()),
      { lane: "ssh:*", limit: parts.perHost() },
    ],
    transfer: parts.transfer.run,
    ...(parts.reuse === undefined ? {} : { reuse: parts.reuse }),
    ...(parts.sharing === undefined ? {} : { sharing: parts.sharing }),
    commands: {
      ...parts.commands,
      store,
      clock,
      log,
      random,
      stallMs,
      retries,
      originRate,
      perHost: parts.perHost,
    },
    random,
    retries,
    originRate,
    onProgress: () => feed.wake(),
  });
  return { feed, runner, groups, away };
}

/** Followers hear of changed settings, and nobody else has to: whoever uses one reads it anew. */
function tellOfSettings(parts: EngineParts, feed: Feed, signal: AbortSignal): Promise<void> {
  const { clock, log, settings = UNCHANGING } = parts;
  let { version } = settings;
  const look = async (): Promise<void> => {
    // Another machine may have changed them.
    await settings.look?.();
    if (settings.version === version) return;
    ({ version } = settings);
    feed.wake();
  };
  return repeat("settings", SETTINGS_LOOK_MS, look, { clock, log, signal });
}
