import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JobMessage, Status } from "../wire/job-message.ts";
import { keepIfSame, NO_JOBS, takeEvents } from "./live-jobs.ts";
import type { LiveJobs } from "./live-jobs.ts";
import type { PlacedEvent } from "./open-event-stream.ts";
import { makeJob } from "./testing/make-job.ts";

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const show = (live: LiveJobs): JobMessage[] => [...live.jobs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));

const snapshot = (cursor: number, ...jobs: JobMessage[]): PlacedEvent => ({
  type: "snapshot",
  data: { jobs },
  cursor,
});
const changed = (cursor: number, job: JobMessage): PlacedEvent => ({ type: "job", data: job, cursor });
const removed = (cursor: number, id: string): PlacedEvent => ({ type: "removed", data: { id }, cursor });
const moved = (...jobs: JobMessage[]): PlacedEvent => ({
  type: "progress",
  data: { jobs: jobs.map(({ id, progress }) => ({ id, progress })) },
  cursor: null,
});

describe("what is shown", () => {
  it("counts what else was changed, by what it was", () => {
    const other = (what: string): PlacedEvent => ({ type: "changed", data: { what }, cursor: null });
    const { changes } = takeEvents(NO_JOBS, [other("hosts"), other("models"), other("hosts")]);
    expect([...changes]).toEqual([
      ["hosts", 2],
      ["models", 1],
    ]);
  });

  it("does not go back when a saved row is behind the progress told from memory", () => {
    const ahead = makeJob({ progress: { bytes_done: 500 } });
    const behind = makeJob({ priority: 5, progress: { bytes_done: 450 } });
    const live = takeEvents(NO_JOBS, [snapshot(1, makeJob()), moved(ahead), changed(2, behind)]);
    expect(show(live)[0]).toMatchObject({ priority: 5, progress: { bytes_done: 500 } });
    expect(show(takeEvents(live, [snapshot(2, behind)]))[0]).toMatchObject({ progress: { bytes_done: 500 } });
  });

  it("begins anew with a new attempt", () => {
    const anew = makeJob({ progress: { bytes_done: 3, attempt: 2 } });
    expect(show(takeEvents(NO_JOBS, [snapshot(1, makeJob()), moved(anew)]))).toEqual([anew]);
    expect(show(takeEvents(NO_JOBS, [snapshot(1, anew), moved(makeJob())]))).toEqual([anew]);
  });

  it("is what the server says of a job that stopped, also when that is less", () => {
    const paused = makeJob({ status: "PAUSED", progress: { bytes_done: 400 } });
    expect(show(takeEvents(NO_JOBS, [snapshot(1, makeJob()), changed(2, paused)]))).toEqual([paused]);
  });

  it("stays ended when late progress comes in", () => {
    const done = makeJob({ status: "COMPLETE", progress: { bytes_done: 1000, percent: 100 } });
    const late = makeJob({ progress: { bytes_done: 1000, percent: 99 } });
    expect(show(takeEvents(NO_JOBS, [snapshot(3, done), moved(late)]))).toEqual([done]);
  });

  it("leaves out what is older than what is known, and does not bring a removed job back", () => {
    const job = makeJob({ priority: 1 });
    const live = takeEvents(NO_JOBS, [snapshot(1), changed(5, job), changed(4, makeJob({ priority: 9 }))]);
    expect(show(live)).toEqual([job]);
    expect(show(takeEvents(live, [removed(6, job.id), changed(5, job)]))).toEqual([]);
    expect(show(takeEvents(live, [removed(6, job.id), changed(7, job)]))).toEqual([job]);
  });

  it("is the newest snapshot, also when the server began to count anew", () => {
    const job = makeJob();
    const live = takeEvents(NO_JOBS, [snapshot(900, makeJob({ id: idOf(1) })), snapshot(2, job)]);
    expect(show(takeEvents(live, [changed(3, makeJob({ priority: 3 }))]))).toEqual([
      makeJob({ priority: 3 }),
    ]);
  });
});

describe("hours that begin and end", () => {
  const hours = (bytes_per_second: number | null, until: string | null): PlacedEvent => ({
    type: "limit",
    data: {
      limit_rate: "22:00-06:00=off",
      source: "setting",
      setting: "22:00-06:00=off",
      changed_at: null,
      now: { bytes_per_second, window: null, until },
    },
    cursor: null,
  });
  const MORNING = "2026-11-22T06:00:00.000Z";
  const turn = { why: "turn", until: null, job: null } as const;

  it("are told of every job that waits for them, though nobody said a word of it", () => {
    const retry_at = "2026-11-21T22:30:00.000Z";
    const jobs = [
      makeJob({ id: idOf(1), status: "PENDING", waiting: turn }),
      makeJob({
        id: idOf(2),
        status: "PENDING",
        waiting: { why: "retry", until: retry_at, job: null },
        retry_at,
      }),
      makeJob({ id: idOf(3), status: "PENDING", waiting: { why: "after", until: null, job: idOf(1) } }),
      makeJob({ id: idOf(4), status: "PENDING", waiting: turn, run_now: true }),
      makeJob({ id: idOf(5), status: "PENDING", waiting: turn, place: { kind: "ssh", name: "gpu" } }),
      makeJob({ id: idOf(6) }),
    ];
    const open = takeEvents(NO_JOBS, [snapshot(1, ...jobs)]);
    const closed = takeEvents(open, [hours(0, MORNING)]);
    expect(show(closed).map(({ waiting }) => waiting?.why)).toEqual([
      "window",
      "window",
      "after",
      "turn",
      "turn",
      undefined,
    ]);
    expect(show(closed)[0]?.waiting).toEqual({ why: "window", until: MORNING, job: null });
    expect(show(takeEvents(closed, [hours(null, null)]))).toEqual(jobs);
  });

  it("leave the jobs alone that they change nothing of", () => {
    const live = takeEvents(NO_JOBS, [snapshot(1, makeJob({ status: "PENDING", waiting: turn }))]);
    expect(takeEvents(live, [hours(5_000, MORNING)]).jobs).toBe(live.jobs);
  });
});

describe("machines that come and go", () => {
  const GPU = "0193d1c0-0000-7000-8000-00000000aaaa";
  const SINCE = "2026-11-22T05:00:00.000Z";
  const limit: PlacedEvent = {
    type: "limit",
    data: {
      limit_rate: "none",
      source: "setting",
      setting: "none",
      changed_at: null,
      now: { bytes_per_second: null, window: null, until: null },
    },
    cursor: null,
  };
  const machines = (state: "ready" | "draining" | "away", needs: Record<string, string> | null = null) =>
    ({
      type: "machines",
      data: {
        nodes: [
          { name: "main", state: "ready", since: SINCE },
          { name: "gpu-1", state, since: SINCE },
        ],
        unserved: needs === null ? [] : [{ host: GPU, needs }],
      },
      cursor: null,
    }) as const satisfies PlacedEvent;
  const turn = { why: "turn", until: null, job: null } as const;
  const there = { place: { kind: "node", name: "gpu-1" }, waiting: turn } as const;
  const jobs = [
    makeJob({ id: idOf(1), status: "PENDING", waiting: turn, place: { kind: "node", name: "main" } }),
    makeJob({ id: idOf(2), status: "PENDING", ...there }),
    makeJob({ id: idOf(3), status: "RUNNING", ...there, waiting: null }),
    makeJob({ id: idOf(4), status: "PENDING", waiting: turn, place: { kind: "ssh", name: GPU } }),
    makeJob({ id: idOf(5), status: "COMPLETE", ...there, waiting: null }),
  ];
  const why = (live: LiveJobs) => show(live).map(({ waiting }) => waiting?.machine ?? waiting?.why ?? null);

  it("are told of every job that waits for them, though nobody said a word of it", () => {
    const ready = takeEvents(NO_JOBS, [snapshot(1, ...jobs), limit, machines("ready")]);
    expect(show(ready)).toEqual(jobs);
    const away = takeEvents(ready, [machines("away", { site: "fra" })]);
    expect(why(away)).toEqual(["turn", "away", "away", "missing", null]);
    expect(show(away)[1]?.waiting).toEqual({
      why: "machine",
      until: null,
      job: null,
      machine: "away",
      node: "gpu-1",
      since: SINCE,
    });
    expect(show(away)[3]?.waiting).toMatchObject({ needs: { site: "fra" } });
    expect(why(takeEvents(away, [machines("draining")]))).toEqual(["turn", "draining", null, "turn", null]);
    expect(show(takeEvents(away, [machines("ready")]))).toEqual(jobs);
  });

  it("stay as each job told it where a server says nothing of machines", () => {
    const waiting = { why: "machine", until: null, job: null, node: "gpu-1", since: SINCE } as const;
    const old = makeJob({ status: "PENDING", waiting });
    const live = takeEvents(NO_JOBS, [snapshot(1, old), limit]);
    expect(show(live)[0]?.waiting).toMatchObject({ why: "machine", node: "gpu-1", since: SINCE });
    expect(takeEvents(takeEvents(live, [machines("away")]), [snapshot(2, old)]).machines).toBeNull();
  });
});

describe("the limit for all", () => {
  const limit = (limit_rate: string, until: string | null = null): PlacedEvent => ({
    type: "limit",
    data: {
      limit_rate,
      source: "person",
      setting: "none",
      changed_at: null,
      now: { bytes_per_second: 5 * 1024 ** 2, window: null, until },
    },
    cursor: null,
  });

  it("is what was told last, over snapshots too, and the same object while it is the same", () => {
    expect(NO_JOBS.limit).toBeNull();
    const live = takeEvents(NO_JOBS, [snapshot(1, makeJob()), limit("5MiB"), snapshot(2)]);
    expect(live.limit).toMatchObject({ limit_rate: "5MiB" });
    expect(takeEvents(live, [limit("5MiB")])).toBe(live);
    const later = takeEvents(live, [limit("5MiB", "2026-01-05T18:00:00.000Z")]);
    expect(later.limit).toMatchObject({ now: { until: "2026-01-05T18:00:00.000Z" } });
    expect(later.jobs).toBe(live.jobs);
  });
});

describe("objects stay the same ones", () => {
  it("when nothing happened to a job, whatever happened to others", () => {
    const one = makeJob({ id: idOf(1) });
    const two = makeJob({ id: idOf(2) });
    const before = takeEvents(NO_JOBS, [snapshot(1, one, two)]);
    const after = takeEvents(before, [changed(2, { ...two, priority: 1 })]);
    expect(after.jobs.get(one.id)).toBe(before.jobs.get(one.id));
    expect(after.jobs.get(two.id)).not.toBe(before.jobs.get(two.id));
    expect(after.jobs.get(two.id)?.steps).toBe(before.jobs.get(two.id)?.steps);
  });

  it("and so does the map, for a snapshot, a job or progress that says nothing new", () => {
    const job = makeJob();
    const before = takeEvents(NO_JOBS, [snapshot(4, job)]);
    const again = takeEvents(before, [snapshot(4, structuredClone(job))]);
    expect(again).toBe(before);
    const repeated = [changed(5, structuredClone(job)), moved(structuredClone(job))];
    expect(takeEvents(before, repeated).jobs).toBe(before.jobs);
    expect(takeEvents(before, [removed(6, idOf(77))]).jobs).toBe(before.jobs);
  });

  it("and what was given out before is never written to", () => {
    const before = takeEvents(NO_JOBS, [snapshot(1, makeJob())]);
    const copy = structuredClone(before);
    takeEvents(before, [moved(makeJob({ progress: { bytes_done: 999 } })), removed(2, makeJob().id)]);
    expect(before).toEqual(copy);
  });

  it("part by part, for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (old, fresh) => {
        expect(keepIfSame(old, structuredClone(old))).toBe(old);
        expect(keepIfSame(old, fresh)).toEqual(fresh);
      }),
    );
  });
});

/** A server: jobs, and every change of them with its position. Progress moves without a change. */
interface World {
  cursor: number;
  jobs: Map<string, JobMessage>;
  changes: PlacedEvent[];
}

const STATUSES: Status[] = ["PENDING", "RUNNING", "PAUSED", "COMPLETE", "FAILED"];
const act = fc.oneof(
  fc.record({ kind: fc.constant("state" as const), job: fc.nat(5), status: fc.constantFrom(...STATUSES) }),
  fc.record({ kind: fc.constant("bytes" as const), job: fc.nat(5), more: fc.nat(100) }),
  fc.record({ kind: fc.constant("restart" as const), job: fc.nat(5) }),
  fc.record({ kind: fc.constant("remove" as const), job: fc.nat(5) }),
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

/** Does it; answers what the live stream says of it, if anything. */
function happen(world: World, what: Act): PlacedEvent | null {
  const id = idOf(what.job);
  const job = world.jobs.get(id);
  const say = (event: PlacedEvent): PlacedEvent => {
    world.changes.push(event);
    return event;
  };
  switch (what.kind) {
    case "state": {
      const next = { ...(job ?? makeJob({ id, progress: { bytes_done: 0 } })), status: what.status };
      world.jobs.set(id, next);
      return say(changed(++world.cursor, next));
    }
    case "remove":
      return world.jobs.delete(id) ? say(removed(++world.cursor, id)) : null;
    case "bytes":
    case "restart": {
      if (job?.status !== "RUNNING") return null;
      const { bytes_done, attempt } = job.progress;
      const progress =
        what.kind === "bytes"
          ? { ...job.progress, bytes_done: bytes_done + what.more }
          : { ...job.progress, bytes_done: 0, attempt: attempt + 1 };
      world.jobs.set(id, { ...job, progress });
      return moved({ ...job, progress });
    }
    default:
      throw what satisfies never;
  }
}

/** The two sequences in one, each in its order. */
function interleave<T>(one: readonly T[], two: readonly T[], order: readonly boolean[]): T[] {
  const left = [...one];
  const right = [...two];
  const out: T[] = [];
  for (let turn = 0; left.length + right.length > 0; turn++) {
    const from = order[turn % order.length] === true && left.length > 0 ? left : right;
    const event = (from.length > 0 ? from : left).shift();
    if (event !== undefined) out.push(event);
  }
  return out;
}

describe("any history", () => {
  const history = fc.array(act, { maxLength: 60 });

  it("seen from any snapshot on, with replays that overlap the live stream in any way, ends as the server does", () => {
    const order = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(history, history, fc.tuple(fc.nat(), fc.nat()), order, (past, present, span, order) => {
        const world: World = { cursor: 0, jobs: new Map(), changes: [] };
        for (const what of past) happen(world, what);
        const first = snapshot(world.cursor, ...world.jobs.values());
        // The replay begins before the snapshot or after it, and ends somewhere in the live stream.
        const live = present.flatMap((what) => happen(world, what) ?? []);
        const [from = 0, to = 0] = span.map((at) => at % (world.changes.length + 1)).sort((a, b) => a - b);
        const replay = world.changes.slice(from, to);
        // The server speaks of running jobs twice a second: the last word on each is among it.
        const last = moved(...[...world.jobs.values()].filter((job) => job.status === "RUNNING"));
        const seen = takeEvents(takeEvents(NO_JOBS, [first]), [...interleave(replay, live, order), last]);
        const truth = takeEvents(NO_JOBS, [snapshot(world.cursor, ...world.jobs.values())]);
        expect(show(seen)).toEqual(show(truth));
      }),
      { numRuns: 1000 },
    );
  });

  it("is the same whether its events come one by one or in batches", () => {
    fc.assert(
      fc.property(history, fc.nat(), (past, size) => {
        const world: World = { cursor: 0, jobs: new Map(), changes: [] };
        const events = past.flatMap((what) => happen(world, what) ?? []);
        let batched = NO_JOBS;
        const step = 1 + (size % 7);
        for (let at = 0; at < events.length; at += step)
          batched = takeEvents(batched, events.slice(at, at + step));
        let single = NO_JOBS;
        for (const event of events) single = takeEvents(single, [event]);
        expect(batched).toEqual(single);
      }),
    );
  });
});
