/** Time is not measured here: a plan that looks through all jobs is slow, one that does not is not (bench/store.ts has the times). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../job/job.ts";
import { JOB_SORTS } from "../job/store-contract.ts";
import type { JobStore } from "../job/store-contract.ts";
import { createJobStore } from "./job-store.ts";
import { migrate } from "./migrate.ts";
import { createSqliteBackend } from "./sqlite-backend.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import { complete, draft, HERE, insert, insertRunning, leaseOf, NOW, take } from "./suite/under-test.ts";

let folder: string;
let prepare: DatabaseSync["prepare"];
let store: JobStore;
let statements = new Set<string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-plans-"));
  const path = join(folder, "haulyard.db");
  const database = await openSqliteFile(path);
  prepare = database.prepare.bind(database);
  database.prepare = (sql) => {
    const statement = prepare(sql);
    const { all, run } = statement;
    const noting =
      <Args extends unknown[], Answer>(call: (...args: Args) => Answer) =>
      (...args: Args): Answer => {
        statements.add(sql);
        return call.apply(statement, args);
      };
    return Object.assign(statement, { all: noting(all), run: noting(run) });
  };
  const backend = createSqliteBackend(database, path);
  await migrate(backend, path, NOW);
  store = createJobStore(backend);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

interface PlanLine {
  /** Lines of one parent are one loop, from the outside in. */
  parent: number;
  detail: string;
}

/** How SQLite goes about everything a verb asks of it. */
async function planLinesOf(work: () => Promise<unknown>): Promise<PlanLine[]> {
  statements = new Set();
  await work();
  const asked = [...statements].filter((sql) => /^(select|insert|update|delete|with)/i.test(sql));
  return asked.flatMap((sql, index) =>
    prepare(`explain query plan ${sql}`)
      .all()
      // Numbers are the statement's own.
      .map(({ parent, detail }) => ({ parent: index * 1e6 + Number(parent), detail: String(detail) })),
  );
}

async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  return (await planLinesOf(work)).map(({ detail }) => detail);
}

/** The tables that grow with the jobs. */
const SCAN_OF_ALL = /^SCAN (jobs|waiting|history|changes|search_texts)\b/;

describe("no verb looks through all jobs", () => {
  let job: Job;
  const verbs: Record<string, () => Promise<unknown>> = {
    insert: () => insert(store, 1),
    "insert after another": async () =>
      insert(store, 2, { after: (await store.list({ sort: "newest", limit: 1 })).jobs[0]?.id ?? "" }),
    "insert of what is there": () => store.insert(draft(1), NOW),
    claim: async () => (job = await take(store)),
    get: () => store.get(job.id),
    history: () => store.history(job.id),
    heartbeat: () =>
      store.heartbeat(
        [{ id: job.id, lease: leaseOf(job), progress: { ...job.progress, bytesTotal: 9 } }],
        NOW,
      ),
    describe: () =>
      store.describe(job.id, { name: "n", destination: "/n", bytesTotal: 1 }, NOW, leaseOf(job)),
    adjust: () => store.adjust(job.id, { priority: 1, limitBytesPerSecond: 5000 }, NOW),
    overallLimit: () => store.overallLimit(),
    expired: () => store.expired(NOW),
    apply: () => complete(store, job),
    findByDestination: () => store.findByDestination(HERE, "/n"),
    counts: () => store.counts(),
    changesAfter: () => store.changesAfter(0, 10),
    "changesAfter the last": () => store.changesAfter(99, 10),
    cursor: () => store.cursor(),
    "remove by age": () => store.remove({ endedBefore: 1 }, NOW),
    "remove by id": () => store.remove({ ids: [job.id] }, NOW),
    "remove by place": () => store.remove({ kinds: ["failed"], place: HERE }, NOW),
  };

  it.each(Object.entries(verbs))("%s", async (_, verb) => {
    const plans = await plansOf(verb);
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.filter((plan) => SCAN_OF_ALL.test(plan))).toEqual([]);
  });

  it("the next job and the longest wait are each the first of an index", async () => {
    const ask = { owner: "me", now: NOW, leaseMs: 1, lanes: [{ lane: `node:${HERE}`, limit: 100 }] };
    await insert(store, 90);
    const isTurn = (): boolean => true;
    const plans = await planLinesOf(() => store.claim({ ...ask, longest: { isTurn, since: NOW } }));
    const waits = plans.filter(({ detail }) => detail.includes("jobs_longest_wait (lane=? AND updated_at<?"));
    expect(waits.length).toBeGreaterThan(0);
    const loops = new Set(waits.map(({ parent }) => parent));
    expect(plans.filter(({ parent, detail }) => loops.has(parent) && detail.includes("B-TREE"))).toEqual([]);
    await insert(store, 91);
    const first = await plansOf(() => store.claim(ask));
    expect(first).toContain("SEARCH jobs USING INDEX jobs_by_rank (kind=?)");
    await insert(store, 92);
    const closed = [{ lane: `node:${HERE}`, limit: 100, onlyNow: true }];
    const now = await plansOf(() => store.claim({ ...ask, lanes: closed }));
    expect(
      now.some((plan) => /INDEX jobs_now \(lane=\?/.test(plan)),
      now.join("\n"),
    ).toBe(true);
    expect(now.filter((plan) => plan.includes("B-TREE"))).toEqual([]);
  });

  it("the hosts of lanes are found by their key, and the first job of one that is kept by the index", async () => {
    const address = {
      connection: "ssh a",
      identity: "a",
      address: "a",
      port: 22,
      user: null,
      instanceId: "a",
    };
    const { host } = await store.hosts.insert({ ...address, needs: { site: "fra" } }, NOW);
    const run = { version: "1", address: null, folders: {}, tokenHash: null, kind: "worker" } as const;
    for (const name of ["one", "two"])
      await store.nodes.register({ ...run, name, run: `${name}/1`, labels: { site: "fra" } }, NOW);
    const lanes = [{ lane: "ssh:*", limit: 1 }];
    const ask = { now: NOW, leaseMs: 1, lanes };
    const place = { kind: "ssh", hostId: host.id } as const;
    await insert(store, 95, { place });
    await complete(store, await take(store, { ...ask, owner: "one/1" }));
    await insert(store, 96, { place });
    const plans = await plansOf(() => take(store, { ...ask, owner: "two/1", now: NOW + 5_000 }));
    expect(
      plans.some((plan) => /^SEARCH hosts USING .*INDEX .*\(id=\?\)/.test(plan)),
      plans.join("\n"),
    ).toBe(true);
    expect(plans.filter((plan) => SCAN_OF_ALL.test(plan) || plan.startsWith("SCAN hosts"))).toEqual([]);
    expect(
      plans.some((plan) => /^SEARCH jobs USING INDEX \w+ \(lane=\?/.test(plan)),
      plans.join("\n"),
    ).toBe(true);
  });

  it.each(JOB_SORTS)(
    "pages by %s, first or not, filtered or not, walk along the sort's own index",
    async (sort) => {
      for (let n = 10; n < 13; n++) await store.insert(draft(n), NOW);
      const { next } = await store.list({ sort, limit: 1 });
      if (next === null) throw new Error("one page was enough");
      const index = { newest: "arrival", oldest: "arrival", name: "name", size: "size", priority: "rank" }[
        sort
      ];
      for (const filter of [
        {},
        { kinds: ["pending"] },
        { place: HERE },
        { search: "x" },
        { after: next },
      ] as const) {
        const lines = await planLinesOf(() => store.list({ sort, limit: 2, ...filter }));
        expect(lines.filter(({ detail }) => SCAN_OF_ALL.test(detail))).toEqual([]);
        const walks = lines.filter(({ detail }) => detail.includes("jobs_by_"));
        expect(walks.length).toBeGreaterThan(0);
        expect(walks.filter(({ detail }) => !detail.includes(`jobs_by_${index} (kind=?`))).toEqual([]);
        // Sorting is for the few of the page, after the walks, never for all of a kind within one.
        const loops = new Set(walks.map(({ parent }) => parent));
        expect(
          lines.filter(({ parent, detail }) => loops.has(parent) && detail.includes("TEMP B-TREE")),
        ).toEqual([]);
      }
      const beyond = await plansOf(() => store.list({ sort, limit: 1, after: next, kinds: ["pending"] }));
      expect(
        beyond.filter((plan) => plan.includes("jobs_by_")).every((plan) => /kind=\? AND \w+/.test(plan)),
      ).toBe(true);
    },
  );

  it("however many lanes have room, the next job is looked for at the queue's front, then at the front of each lane", async () => {
    const hosts = Array.from({ length: 80 }, (_, n) => `host-${n}`);
    // Before the others, in a lane without room: more than the queue's front holds.
    for (const [n] of hosts.entries())
      await insert(store, 200 + n, { place: { kind: "ssh", hostId: "full" }, priority: 5 });
    for (const [n, hostId] of hosts.entries())
      await insert(store, 300 + n, { place: { kind: "ssh", hostId } });
    const lanes = hosts.map((hostId) => ({ lane: `ssh:${hostId}`, limit: 1 }));
    const plans = await plansOf(() => store.claim({ owner: "me", now: NOW, leaseMs: 1, lanes }));
    expect(plans).toContainEqual("SEARCH jobs USING INDEX jobs_by_rank (kind=?)");
    expect(plans).toContainEqual(
      expect.stringContaining("SEARCH waiting USING INDEX jobs_claimable (lane=?)"),
    );
    const texts = statements;
    await plansOf(() => store.claim({ owner: "me", now: NOW, leaseMs: 1, lanes: lanes.slice(1, 60) }));
    // The same statements for fewer lanes: they are prepared once.
    expect([...statements].filter((sql) => !texts.has(sql))).toEqual([]);
  });

  it("a heartbeat of many runs is one statement that looks up each of them", async () => {
    const runs = await Promise.all([insertRunning(store, 400), insertRunning(store, 401)]);
    const beats = runs.map((run) => ({
      id: run.id,
      lease: leaseOf(run),
      progress: { ...run.progress, bytesDone: 1 },
    }));
    const plans = await plansOf(() => store.heartbeat(beats, NOW + 1));
    expect(plans).toEqual([
      expect.stringMatching(/^SCAN json_each/),
      "SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)",
    ]);
  });

  it("pages and removals of certain ids look up those", async () => {
    const ids = [crypto.randomUUID(), crypto.randomUUID()];
    for (const work of [
      () => store.list({ sort: "name", limit: 5, ids, kinds: ["pending"] }),
      () => store.remove({ ids, endedBefore: NOW }, NOW),
    ]) {
      const plans = await plansOf(work);
      expect(plans.filter((plan) => plan.startsWith("SEARCH jobs"))).toEqual([
        "SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)",
      ]);
    }
  });

  it("the queue uses the indexes of those who wait, and those who run", async () => {
    await insertRunning(store, 20);
    await insert(store, 21);
    const claim = await plansOf(() => take(store));
    expect(claim).toContainEqual(expect.stringContaining("jobs_running_slot (lane=?)"));
    const aged = await plansOf(() => store.remove({ endedBefore: 2 }, NOW));
    expect(aged).toEqual([expect.stringContaining("jobs_ended (kind=? AND ended_at<?)")]);
  });
});
