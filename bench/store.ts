/**
 * How long the store takes with 100,000 jobs: prints medians and 99th percentiles in milliseconds.
 * `tools/n bench/store.ts [jobs]`
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { JobStateKind } from "../src/job/job-state.ts";
import type { Job } from "../src/job/job.ts";
import { JOB_SORTS } from "../src/job/store-contract.ts";
import type { JobStore, LaneLimit } from "../src/job/store-contract.ts";
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

function report(what: string, { median, p99 }: Timing): void {
  const late = median > PROMISE_MS ? "  over the promise" : "";
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
    const opened = performance.now();
    const store = await openSqliteStore({ path });
    report("open", { median: performance.now() - opened, p99: NaN });
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

const MIX: Record<JobStateKind, number> = {
  pending: 0.4,
  running: 0,
  paused: 0.01,
  blocked: 0,
  complete: 0.5,
  failed: 0.05,
  cancelled: 0.04,
};

await withStore(`${jobs} jobs in all states, ${LANES.length} lanes`, { jobs, mix: MIX }, async (store) => {
  const ids = (await store.list({ sort: "newest", limit: 1000 })).jobs.map(({ id }) => id);
  const idOf = (round: number): string => ids[(round * 37) % ids.length] ?? "";
  report("status of one", await time(2000, (round) => store.get(idOf(round))));
  report(
    "by destination",
    await time(2000, (round) => store.findByDestination("box", `/models/file-${round * 7}.safetensors`)),
  );
  for (const sort of JOB_SORTS) {
    report(`first page of 100, ${sort}`, await time(ROUNDS, () => store.list({ sort, limit: 100 })));
  }
  for (const sort of JOB_SORTS) {
    const kinds = ["pending", "failed"] as const;
    report(
      `first page of 100, ${sort}, two states`,
      await time(ROUNDS, () => store.list({ sort, kinds, limit: 100 })),
    );
  }
  const rare = { kinds: ["paused"], place: "host-3" } as const;
  report(
    "first page, newest, one place, rare state",
    await time(ROUNDS, () => store.list({ sort: "newest", limit: 100, ...rare })),
  );
  report(
    "first page, newest, one place",
    await time(ROUNDS, () => store.list({ sort: "newest", limit: 100, place: "host-3" })),
  );
  report(
    "search that matches much",
    await time(50, () => store.list({ sort: "newest", limit: 100, search: "safetensors" })),
  );
  report(
    "search that matches nothing",
    await time(10, () => store.list({ sort: "newest", limit: 100, search: "no such thing" })),
  );
  let after: string | undefined;
  for (let page = 0; page < 40; page++) {
    after = (await store.list({ sort: "priority", limit: 1000, ...(after && { after }) })).next ?? undefined;
  }
  report(
    "page 400 of 100, priority",
    await time(ROUNDS, () => store.list({ sort: "priority", limit: 100, ...(after && { after }) })),
  );
  report("counts", await time(ROUNDS, () => store.counts()));
  report("list 1000 ids", await time(20, () => store.list({ sort: "name", limit: 1000, ids })));
  report("claim, one lane", await time(ROUNDS, () => claimFrom(store, node)));
  report("claim, all lanes", await time(ROUNDS, () => claimFrom(store, everywhere)));
  const running = (await store.list({ sort: "newest", kinds: ["running"], limit: ROUNDS })).jobs;
  const lease = (job: Job) => (job.state.kind === "running" ? job.state.lease : { owner: "", epoch: 0 });
  const beats = running
    .slice(0, 50)
    .map((job) => ({ id: job.id, lease: lease(job), progress: job.progress }));
  report("heartbeat of 50 jobs", await time(ROUNDS, () => store.heartbeat(beats, now + 60_000)));
  report(
    "apply (step_done)",
    await time(running.length, (round) => {
      const job = running[round] as Job;
      return store.apply(job.id, { type: "step_done", steps: 1, checksumState: null }, now, lease(job));
    }),
  );
  report("insert", await time(ROUNDS, (round) => store.insert(draftOf(jobs + round), now)));
  report("changes after a cursor, 100", await time(ROUNDS, () => store.changesAfter(0, 100)));
  report(
    "remove nothing (the janitor's look)",
    await time(ROUNDS, () => store.remove({ endedBefore: 1 }, now)),
  );
  const start = performance.now();
  const removed = await store.remove({ kinds: ["complete"] }, now);
  report(`remove ${removed.length} jobs`, { median: performance.now() - start, p99: NaN });
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
    report("claim, none due", await time(ROUNDS, () => claimFrom(store, everywhere)));
    report("when is the next due", await time(ROUNDS, () => store.nextDueAt(now)));
  },
);

await withStore(
  `${jobs} waiting jobs, all after one that runs`,
  { jobs, mix: ALL_PENDING, waitForFirst: true },
  async (store) => {
    report("claim, the first", await time(1, () => claimFrom(store, everywhere)));
    report("claim, none may go", await time(ROUNDS, () => claimFrom(store, everywhere)));
  },
);

// What the disk itself takes for one synced commit, to hold the writes against.
const plain = new DatabaseSync(join(tmpdir(), `haulyard-bench-${process.pid}.db`));
plain.exec("pragma journal_mode = wal; pragma synchronous = full; create table t (x)");
const write = plain.prepare("insert into t values (1)");
console.log();
report("for comparison: one synced commit of one row", await time(ROUNDS, async () => write.run()));
plain.close();
for (const end of ["", "-wal", "-shm"])
  rmSync(join(tmpdir(), `haulyard-bench-${process.pid}.db${end}`), { force: true });
