/**
 * How long the store takes with 100,000 jobs: prints medians and 99th percentiles in milliseconds.
 * `tools/n bench/store.ts [jobs]`
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { JobStateKind, LeaseRef } from "../src/job/job-state.ts";
import type { Job } from "../src/job/job.ts";
import { JOB_SORTS } from "../src/job/store-contract.ts";
import type { JobQuery, JobStore, LaneLimit } from "../src/job/store-contract.ts";
import { openSqliteStore } from "../src/store/open-sqlite-store.ts";
import { draftOf, fillStore, LANES } from "./fill-store.ts";

const jobs = Number(process.argv[2] ?? 100_000);
const ROUNDS = 200;
/** The queue's promise (issue 2): claim, a page and one status each under this. */
const PROMISE_MS = 5;

interface Timing {
  median: number;
  p99: number;
}

async function time(rounds: number, work: (round: number) => Promise<unknown>): Promise<Timing> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work(round);
    took.push(performance.now() - start);
  }
  took.sort((a, b) => a - b);
  return { median: took[took.length >> 1] ?? NaN, p99: took[Math.floor(took.length * 0.99)] ?? NaN };
}

async function report(
  what: string,
  rounds: number,
  work: (round: number) => Promise<unknown>,
): Promise<void> {
  const { median, p99 } = await time(rounds, work);
  const late = median > PROMISE_MS ? `  over ${PROMISE_MS} ms` : "";
  console.log(`${what.padEnd(52)} ${median.toFixed(3).padStart(9)} ${p99.toFixed(3).padStart(9)}${late}`);
}

async function withStore(
  title: string,
  fill: Parameters<typeof fillStore>[1],
  measure: (store: JobStore) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "haulyard-bench-"));
  const path = join(folder, "haulyard.db");
  try {
    await (await openSqliteStore({ path })).close();
    fillStore(path, fill);
    console.log(`\n${title} (${(statSync(path).size / 2 ** 20).toFixed(0)} MiB)`);
    console.log(`${"".padEnd(52)} ${"median".padStart(9)} ${"p99".padStart(9)}  ms`);
    await report("open and close", 20, async () => (await openSqliteStore({ path })).close());
    const store = await openSqliteStore({ path });
    await measure(store);
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const now = Date.now();
const node: LaneLimit[] = [{ lane: LANES[0], limit: 1_000_000 }];
const everywhere: LaneLimit[] = [
  { lane: "node:*", limit: 1_000_000 },
  { lane: "ssh:*", limit: 1_000_000 },
];
const claimFrom = (store: JobStore, lanes: LaneLimit[]): Promise<Job | null> =>
  store.claim({ owner: "bench", now, leaseMs: 60_000, lanes });

function leaseOf(job: Job): LeaseRef {
  if (job.state.kind !== "running") throw new Error(`the job is ${job.state.kind}`);
  return job.state.lease;
}

const MIX: Record<JobStateKind, number> = {
  pending: 0.4,
  running: 0,
  paused: 0.01,
  blocked: 0,
  complete: 0.5,
  failed: 0.05,
  cancelled: 0.04,
};

async function measurePages(store: JobStore): Promise<void> {
  const ids = (await store.list({ sort: "newest", limit: 1000 })).jobs.map(({ id }) => id);
  const page = (what: string, query: Partial<JobQuery>, rounds = ROUNDS): Promise<void> =>
    report(what, rounds, () => store.list({ sort: "newest", limit: 100, ...query }));
  await report("status of one", 2000, (round) => store.get(ids[(round * 37) % ids.length] ?? ""));
  await report("by destination", 2000, (round) =>
    store.findByDestination("box", `/models/file-${round * 7}.safetensors`),
  );
  for (const sort of JOB_SORTS) await page(`first page of 100, ${sort}`, { sort });
  for (const sort of JOB_SORTS)
    await page(`first page of 100, ${sort}, two states`, { sort, kinds: ["pending", "failed"] });
  await page("first page of 100, one place, rare state", { kinds: ["paused"], place: "host-3" });
  await page("first page of 100, one place", { place: "host-3" });
  await page("first page of 100, search that matches much", { search: "safetensors" });
  await page("first page of 100, search that matches nothing", { search: "no such thing" }, 20);
  let after: string | null = null;
  for (let deep = 0; deep < 40; deep++) {
    after = (await store.list({ sort: "priority", limit: 1000, ...(after !== null && { after }) })).next;
  }
  if (after !== null) await page("page 400 of 100, priority", { sort: "priority", after });
  await page("1000 jobs by their ids", { sort: "name", limit: 1000, ids }, 20);
  await report("counts", ROUNDS, () => store.counts());
  await report("100 changes after a cursor", ROUNDS, () => store.changesAfter(0, 100));
}

async function measureWork(store: JobStore): Promise<void> {
  const claimed: Job[] = [];
  const claim = async (lanes: LaneLimit[]): Promise<void> => {
    const job = await claimFrom(store, lanes);
    if (job !== null) claimed.push(job);
  };
  await report("claim, one lane", ROUNDS, () => claim(node));
  await report("claim, all lanes", ROUNDS, () => claim(everywhere));
  const beats = claimed
    .slice(0, 50)
    .map((job) => ({ id: job.id, lease: leaseOf(job), progress: job.progress }));
  await report("heartbeat of 50 jobs", ROUNDS, () => store.heartbeat(beats, now + 60_000));
  await report("apply (step_done)", ROUNDS, (round) => {
    const job = claimed[round];
    if (job === undefined) throw new Error("nothing was claimed");
    return store.apply(job.id, { type: "step_done", steps: 1, checksumState: null }, now, leaseOf(job));
  });
  await report("insert", ROUNDS, (round) => store.insert(draftOf(jobs + round), now));
  const ended = (await store.list({ sort: "oldest", kinds: ["failed"], limit: ROUNDS })).jobs;
  await report("remove one", ROUNDS, (round) => store.remove({ ids: [ended[round]?.id ?? ""] }, now));
  await report("remove nothing (the janitor's look)", ROUNDS, () => store.remove({ endedBefore: 1 }, now));
  const { complete } = await store.counts();
  await report(`remove ${complete} jobs`, 1, () => store.remove({ kinds: ["complete"] }, now));
}

await withStore(`${jobs} jobs in all states, ${LANES.length} lanes`, { jobs, mix: MIX }, async (store) => {
  await measurePages(store);
  await measureWork(store);
});

const ALL_PENDING: Record<JobStateKind, number> = {
  ...MIX,
  pending: 1,
  paused: 0,
  complete: 0,
  failed: 0,
  cancelled: 0,
};

await withStore(
  `${jobs} waiting jobs, all in back-off`,
  { jobs, mix: ALL_PENDING, notBefore: now + 60_000 },
  async (store) => {
    await report("claim, none due", ROUNDS, () => claimFrom(store, everywhere));
  },
);

await withStore(
  `${jobs} waiting jobs, all after one that runs`,
  { jobs, mix: ALL_PENDING, waitForFirst: true },
  async (store) => {
    await claimFrom(store, everywhere);
    await report("claim, none may go", ROUNDS, () => claimFrom(store, everywhere));
  },
);

// What the disk itself takes for one synced commit, to hold the writes against.
const scratch = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "haulyard-bench-"));
const plain = new DatabaseSync(join(scratch, "plain.db"));
plain.exec("pragma journal_mode = wal; pragma synchronous = full; create table t (x)");
const write = plain.prepare("insert into t values (1)");
console.log();
await report("for comparison: a synced commit of one number", ROUNDS, () => Promise.resolve(write.run()));
plain.close();
rmSync(scratch, { recursive: true });
