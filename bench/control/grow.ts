/** What the store's verbs take as the queue grows, with as many lanes as there are instances. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobStateKind, LeaseRef } from "../../src/job/job-state.ts";
import type { Job } from "../../src/job/job.ts";
import type { Heartbeat, JobStore } from "../../src/job/store-contract.ts";
import { openPostgresStore } from "../../src/store/open-postgres-store.ts";
import { openSqliteStore } from "../../src/store/open-sqlite-store.ts";
import type { Postgres } from "../../test/world/postgres.ts";
import { draftOf, fillPostgres, fillStore } from "../fill-store.ts";
import type { Fill } from "../fill-store.ts";
import type { ControlOptions } from "./options.ts";
import type { Timing } from "./timings.ts";
import { timingOf } from "./timings.ts";

const ROUNDS = 500;
/** What one process of a server holds at once, in a line: half of what moves in a second. */
const BEATS = 500;

export const MIX: Record<JobStateKind, number> = {
  pending: 0.4,
  running: 0,
  paused: 0.01,
  blocked: 0,
  complete: 0.5,
  failed: 0.05,
  cancelled: 0.04,
};

export interface Growth {
  jobs: number;
  database: string;
  /** By what was asked. */
  took: Record<string, Timing>;
  claimsPerSecond: number;
  /** Processor time of this process for one claim, milliseconds. */
  claimCpuMs: number;
}

export async function measureGrowth(
  { jobs, hosts, databases }: ControlOptions,
  postgres: Postgres | null,
): Promise<Growth[]> {
  const sizes = [...new Set([1_000, 10_000, jobs].filter((size) => size <= jobs))];
  const found: Growth[] = [];
  for (const database of databases)
    for (const size of sizes) {
      const fill = fillOf(size, hosts, "box");
      const opened = database === "sqlite" ? await openFile(fill) : await openServer(fill, postgres);
      found.push({ jobs: size, database, ...(await measureStore(opened.store, hosts)) });
      await opened.close();
    }
  return found;
}

/** Half for this machine, the others over all instances. */
export function fillOf(jobs: number, hosts: number, node: string, ids?: readonly string[]): Fill {
  return {
    jobs,
    mix: MIX,
    since: Date.now() - jobs,
    placeOf: (n) =>
      n % 2 === 0
        ? { kind: "node", name: node }
        : { kind: "ssh", hostId: ids?.[(n >> 1) % ids.length] ?? `host-${(n >> 1) % Math.max(1, hosts)}` },
  };
}

interface OpenedStore {
  store: JobStore;
  close(): Promise<void>;
}

async function openFile(fill: Fill): Promise<OpenedStore> {
  const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "haulyard-bench-"));
  const path = join(folder, "haulyard.db");
  await (await openSqliteStore({ path })).close();
  fillStore(path, fill);
  const store = await openSqliteStore({ path });
  return {
    store,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openServer(fill: Fill, postgres: Postgres | null): Promise<OpenedStore> {
  if (postgres === null) throw new Error("there is no PostgreSQL here");
  const url = await postgres.create(`grow_${fill.jobs}`);
  await (await openPostgresStore({ url })).close();
  await fillPostgres(url, fill);
  const store = await openPostgresStore({ url });
  return { store, close: () => store.close() };
}

async function measureStore(
  store: JobStore,
  hosts: number,
): Promise<Pick<Growth, "took" | "claimsPerSecond" | "claimCpuMs">> {
  const ids = (await store.list({ sort: "newest", limit: 1000 })).jobs.map(({ id }) => id);
  const claimed: Job[] = [];
  const took: Record<string, Timing> = {};
  const measure = async (what: string, rounds: number, work: (round: number) => Promise<unknown>) => {
    const times: number[] = [];
    // The first rounds prepare statements and warm what a server has warm after a minute.
    for (let round = -20; round < rounds; round += 1) {
      const begun = performance.now();
      await work(Math.max(0, round));
      if (round >= 0) times.push(performance.now() - begun);
    }
    took[what] = timingOf(times);
  };
  await measure("status of one", ROUNDS, (round) => store.get(ids[(round * 37) % ids.length] ?? ""));
  await measure("first page of 100", ROUNDS, () => store.list({ sort: "newest", limit: 100 }));
  await measure("first page, by priority", ROUNDS, () => store.list({ sort: "priority", limit: 100 }));
  const claims = Math.min(hosts, ROUNDS);
  const claim = async (): Promise<void> => {
    const lanes = [
      { lane: "node:box", limit: 50 },
      { lane: "ssh:*", limit: 1 },
    ];
    const job = await store.claim({ owner: "bench", now: Date.now(), leaseMs: 600_000, lanes });
    if (job !== null) claimed.push(job);
  };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await measure("claim", claims, claim);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const beats = claimed.slice(0, BEATS).map((job): Heartbeat => ({
    id: job.id,
    lease: leaseOf(job),
    progress: job.progress,
  }));
  await measure("heartbeat of the runs", 40, (round) =>
    store.heartbeat(
      beats.map((beat) => ({ ...beat, progress: { ...beat.progress, bytesDone: round } })),
      Date.now() + 600_000,
    ),
  );
  await measure("insert", ROUNDS, (round) => store.insert(draftOf(10_000_000 + round), Date.now()));
  return {
    took,
    claimsPerSecond: (claims + 20) / seconds,
    claimCpuMs: (user + system) / 1000 / (claims + 20),
  };
}

function leaseOf({ state }: Job): LeaseRef {
  if (state.kind !== "running") throw new Error(`the job is ${state.kind}`);
  return state.lease;
}
