import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../test/world/fake-clock.ts";
import { waitFor } from "../../test/world/haulyard.ts";
import { ScriptedTransfers } from "../../test/world/scripted-transfers.ts";
import { failure } from "../job/failure.ts";
import type { JobStateKind } from "../job/job-state.ts";
import type { Job, JobDraft, JobId, TransferStep } from "../job/job.ts";
import { parseSchedule } from "../job/limit/rate-schedule.ts";
import type { RateSchedule } from "../job/limit/rate-schedule.ts";
import type { RetryTable } from "../job/retries.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { StoreError } from "../store/store-error.ts";
import { createEngine } from "./create-engine.ts";
import { noCommands } from "./testing/no-commands.ts";
import type { Engine, FeedItem } from "./engine-contract.ts";
import type { OverallLimit } from "./overall-limit.ts";
import { openOverallLimit } from "./overall-limit.ts";
import { quickFolder } from "../../test/world/quick-folder.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MiB = 1024 ** 2;
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

function draft(name: string, more: Partial<JobDraft> = {}): JobDraft {
  const url = `http://origin.test/${name}`;
  return {
    source: { kind: "url", url },
    place: { kind: "node", name: "here" },
    steps: [
      {
        kind: "transfer",
        url,
        mirrors: [],
        folder: "/tmp",
        name,
        size: null,
        checksum: null,
        headers: {},
        ifExists: "refuse",
      },
    ],
    name,
    destination: `/tmp/${name}`,
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
    ...more,
  };
}

function parse(text: string): RateSchedule {
  const schedule = parseSchedule(text);
  if (schedule === null) throw new Error(`not a schedule: ${text}`);
  return schedule;
}

interface StartOptions {
  owner?: string;
  clock?: FakeClock;
  localJobs?: number;
  limitRate?: string;
  retries?: RetryTable;
}

/** One server process: a store handle, a clock and an engine of its own on a shared database. */
class Process {
  readonly clock: FakeClock;
  readonly transfers = new ScriptedTransfers();
  readonly store: JobStore;
  readonly engine: Engine;
  readonly limit: OverallLimit;
  readonly errors: string[];

  constructor(parts: {
    store: JobStore;
    folder: string;
    owner: string;
    clock: FakeClock;
    localJobs: number;
    limit: OverallLimit;
    errors: string[];
    retries: () => RetryTable;
  }) {
    this.limit = parts.limit;
    this.errors = parts.errors;
    this.store = parts.store;
    this.clock = parts.clock;
    this.engine = createEngine({
      ...parts,
      ...noCommands(parts.folder),
      localJobs: () => parts.localJobs,
      transfer: this.transfers,
      // Who is dead to his runs takes up no others: else he may be quicker than the one after him.
      isResting: () => this.transfers.deaf,
      log: SILENT,
      node: "here",
      retentionMs: () => 24 * HOUR,
      stallMs: () => 10 * MINUTE,
      random: () => 1,
    });
  }
}

describe("the engine", () => {
  let folder: string;
  const started: Process[] = [];
  const followers: AbortController[] = [];

  beforeEach(async () => {
    folder = quickFolder("haulyard-engine-");
  });

  afterEach(async () => {
    for (const follower of followers.splice(0)) follower.abort();
    for (const process of started.splice(0)) {
      process.transfers.deaf = false;
      for (const run of process.transfers.runs) run.finish({ kind: "stopped" });
      await process.engine.stop(0);
      await process.store.close();
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function start({
    owner = "here/1",
    clock = new FakeClock(),
    localJobs = 3,
    limitRate = "none",
    retries = {},
  }: StartOptions = {}): Promise<Process> {
    const store = await openSqliteStore({ path: join(folder, "haulyard.db") });
    const errors: string[] = [];
    const log = { ...SILENT, error: (_: object, message: string) => void errors.push(message) };
    const limit = await openOverallLimit({ store, clock, log, setting: parse(limitRate) });
    const process = new Process({
      folder,
      store,
      owner,
      clock,
      localJobs,
      limit,
      errors,
      retries: () => retries,
    });
    started.push(process);
    await process.engine.start();
    return process;
  }

  async function submit({ engine }: Process, name: string, more: Partial<JobDraft> = {}): Promise<JobId> {
    const submission = await engine.submit(draft(name, more));
    expect(submission.kind).toBe("created");
    return submission.job.id;
  }

  /** What is told from now on. */
  function follow({ engine }: Process): FeedItem[] {
    const items: FeedItem[] = [];
    const stop = new AbortController();
    followers.push(stop);
    void (async () => {
      for await (const item of engine.feed(null, stop.signal)) items.push(item);
    })();
    return items;
  }

  function becomes({ engine }: Process, id: JobId, kind: JobStateKind): Promise<Job> {
    return waitFor(
      `job to become ${kind}`,
      async () => engine.get(id),
      (job) => job?.state.kind === kind,
    ) as Promise<Job>;
  }

  it("runs a job to its end and remembers every state it went through", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    const run = await here.transfers.begun(0);
    run.complete();
    const job = await becomes(here, id, "complete");
    expect(job.checksumState).toEqual({ kind: "unverified", reason: "nobody published a hash" });
    const history = await here.engine.history(id);
    expect(history?.map(({ from, to }) => [from, to])).toEqual([
      [null, "pending"],
      ["pending", "running"],
      ["running", "complete"],
    ]);
  });

  it("tries a job again whose run met a store that was away, or busy for too long with others", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    for (const [index, code] of (["store_unreachable", "store_busy"] as const).entries()) {
      const run = await here.transfers.begun(index);
      run.finish(Promise.reject(new StoreError(code, "away")) as never);
    }
    (await here.transfers.begun(2)).complete();
    await becomes(here, id, "complete");
    const history = await here.engine.history(id);
    expect(history?.map(({ to }) => to).join(" ")).toBe(
      "pending running pending running pending running complete",
    );
  });

  it("runs no more transfers at once than allowed, the urgent first, then in order of arrival", async () => {
    const here = await start({ localJobs: 1 });
    await submit(here, "first");
    await here.transfers.begun(0);
    await submit(here, "second");
    await submit(here, "third");
    await submit(here, "urgent", { priority: 5 });
    await here.clock.advance(3_000);
    expect(here.transfers.runs.length).toBe(1);
    for (let index = 0; index < 4; index += 1) (await here.transfers.begun(index)).complete();
    expect(here.transfers.runs.map(({ step }) => step.name)).toEqual(["first", "urgent", "second", "third"]);
  });

  it("answers a second request for the same file with the job that runs", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    await here.transfers.begun(0);
    const again = await here.engine.submit(draft("a.bin"));
    expect(again).toMatchObject({ kind: "existing", job: { id } });
    await here.clock.advance(2_000);
    expect(here.transfers.runs.length).toBe(1);
  });

  it("brings a file once that is wanted under two names: who makes the second follows who brings it", async () => {
    const here = await start();
    const named = (link: string): JobDraft => {
      const plain = draft("a.bin");
      const linking = { links: [link], mark: null };
      return { ...plain, steps: plain.steps.map((step) => ({ ...step, linking }) as TransferStep) };
    };
    const first = await here.engine.submit(named("/tmp/one"));
    const run = await here.transfers.begun(0);
    expect(await here.engine.submit(named("/tmp/one"))).toMatchObject({
      kind: "existing",
      job: { id: first.job.id },
    });
    const others = [
      await here.engine.submit(named("/tmp/two")),
      ...(await here.engine.submitAll([named("/tmp/three")])),
    ];
    for (const other of others)
      expect(other).toMatchObject({ kind: "created", job: { after: first.job.id, destination: null } });
    expect(here.transfers.runs).toHaveLength(1);
    run.complete();
    const names = [await here.transfers.begun(1), await here.transfers.begun(2)].map(
      ({ step }) => step.linking?.links[0],
    );
    expect(new Set(names)).toEqual(new Set(["/tmp/two", "/tmp/three"]));
  });

  it("takes many in as it takes each: new, running, there, and asked for twice among them", async () => {
    const here = await start({ localJobs: 1 });
    const running = await submit(here, "running");
    await here.transfers.begun(0);
    here.transfers.there.set("/tmp/there", { kind: "whole", bytes: 7 });
    const many = ["a", "running", "there", "b", "a"].map((name) => draft(name));
    const submissions = await here.engine.submitAll([...many, draft("c", { destination: null })]);
    expect(submissions.map(({ kind, job }) => `${kind} ${job.name}`)).toEqual([
      "created a",
      "existing running",
      "already_there there",
      "created b",
      "existing a",
      "created c",
    ]);
    expect(submissions[1]?.job.id).toBe(running);
    for (let index = 0; index < 4; index += 1) (await here.transfers.begun(index)).complete();
    expect(here.transfers.runs.map(({ step }) => step.name)).toEqual(["running", "a", "b", "c"]);
  });

  it("takes in more than fit into one transaction, in their order", async () => {
    const here = await start({ localJobs: 0 });
    const drafts = Array.from({ length: 450 }, (_, index) => draft(`file-${index}`));
    const submissions = await here.engine.submitAll(drafts);
    expect(submissions.map(({ job }) => job.name)).toEqual(drafts.map(({ name }) => name));
    expect((await here.engine.counts()).pending).toBe(450);
    expect(await here.engine.submitAll(drafts)).toMatchObject(
      submissions.map(({ job: { id } }) => ({ kind: "existing", job: { id } })),
    );
  });

  it("starts no transfer for a file that is there and whole, and says so in a complete job", async () => {
    const here = await start();
    here.transfers.there.set("/tmp/a.bin", { kind: "whole", bytes: 4711 });
    const submission = await here.engine.submit(draft("a.bin"));
    expect(submission).toMatchObject({
      kind: "already_there",
      isNew: true,
      job: { state: { kind: "complete" }, progress: { bytesDone: 4711, bytesTotal: 4711 } },
    });
    const again = await here.engine.submit(draft("a.bin"));
    expect(again).toMatchObject({ kind: "already_there", isNew: false, job: { id: submission.job.id } });
    await here.clock.advance(2_000);
    expect(here.transfers.runs).toEqual([]);
  });

  it("pauses a running transfer and goes on with its bytes on resume", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    (await here.transfers.begun(0)).move(400);
    await here.clock.advance(1_000);
    expect(await here.engine.act(id, "pause")).toMatchObject({ kind: "done" });
    const paused = await becomes(here, id, "paused");
    expect(here.transfers.runs[0]?.aborted).toBe(true);
    expect(paused.progress).toMatchObject({ bytesDone: 400, bytesPerSecond: 0, stage: null });
    await here.clock.advance(5_000);
    expect(here.transfers.runs.length).toBe(1);
    await here.engine.act(id, "resume");
    (await here.transfers.begun(1)).complete();
    await becomes(here, id, "complete");
  });

  it("cancels a running transfer and keeps its bytes for a retry", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    await here.transfers.begun(0);
    await here.engine.act(id, "cancel");
    await becomes(here, id, "cancelled");
    expect(here.transfers.discarded).toEqual([]);
    await here.engine.act(id, "retry");
    (await here.transfers.begun(1)).complete();
    await becomes(here, id, "complete");
  });

  it("removes a running job: its run stops first, then its partial goes", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    const run = await here.transfers.begun(0);
    expect(await here.engine.act(id, "remove")).toMatchObject({ kind: "done" });
    expect(run.aborted).toBe(true);
    expect(here.transfers.discarded).toEqual(["/tmp/a.bin"]);
    expect(await here.engine.get(id)).toBeNull();
  });

  it.each(["remove", "cancel", "pause"] as const)(
    "begins none of the jobs that many are to %s",
    async (verb) => {
      const here = await start({ localJobs: 2 });
      const ids: JobId[] = [];
      for (let nth = 0; nth < 12; nth += 1) ids.push(await submit(here, `${nth}.bin`));
      await here.transfers.begun(1);
      const unknown = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
      const found = await here.engine.actOnAll(verb, verb === "cancel" ? {} : { ids: [...ids, unknown] });
      expect(found.changed).toEqual(ids);
      expect(found.refused).toEqual(
        verb === "cancel" ? [] : [{ id: unknown, refusal: "there is no such job" }],
      );
      for (const run of here.transfers.runs)
        await waitFor("the runs to stop", async () => run.aborted, Boolean);
      // One that is asked for now is the next to begin.
      await submit(here, "next.bin");
      const next = await here.transfers.begun(2);
      expect(next.step.name).toBe("next.bin");
    },
  );

  it("keeps the partial of a removed job when another job goes on with it", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    await here.transfers.begun(0);
    await here.engine.act(id, "cancel");
    await becomes(here, id, "cancelled");
    await submit(here, "a.bin");
    await here.transfers.begun(1);
    await here.engine.act(id, "remove");
    expect(here.transfers.discarded).toEqual([]);
  });

  it("keeps a failed job's bytes when the list is cleared, and drops a cancelled one's", async () => {
    const here = await start();
    const failed = await submit(here, "failed");
    (await here.transfers.begun(0)).finish({
      kind: "failed",
      failure: failure("not_found", "There is no such file."),
      bytesCame: true,
    });
    await becomes(here, failed, "failed");
    const cancelled = await submit(here, "cancelled");
    await here.transfers.begun(1);
    await here.engine.act(cancelled, "cancel");
    await becomes(here, cancelled, "cancelled");
    const running = await submit(here, "running");
    await here.transfers.begun(2);
    const removed = await here.engine.clear(["failed", "cancelled", "running"]);
    expect(removed.map(({ id }) => id).toSorted()).toEqual([failed, cancelled].toSorted());
    expect(here.transfers.discarded).toEqual(["/tmp/cancelled"]);
    expect(await here.engine.get(running)).not.toBeNull();
  });

  it("refuses what makes no sense, with the reason, and changes nothing", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    (await here.transfers.begun(0)).complete();
    const before = await becomes(here, id, "complete");
    for (const action of ["pause", "resume", "cancel", "retry"] as const) {
      const outcome = await here.engine.act(id, action);
      expect(outcome).toMatchObject({ kind: "refused", refusal: expect.stringContaining("complete") });
    }
    expect(await here.engine.get(id)).toEqual(before);
  });

  it("tries a failed transfer again after a pause that grows, then gives up", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    const broken = failure("connection_lost", "The connection to origin.test broke.");
    const waits: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      (await here.transfers.begun(index)).finish({ kind: "failed", failure: broken, bytesCame: false });
      const job = await becomes(here, id, index < 5 ? "pending" : "failed");
      if (job.state.kind !== "pending") break;
      expect(job.state.lastFailure?.code).toBe("connection_lost");
      waits.push(job.state.notBefore - here.clock.now());
      await here.clock.advance(job.state.notBefore - here.clock.now() + 1_500);
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000]);
    expect(here.transfers.runs.length).toBe(6);
  });

  it("does not give up on a server that breaks every connection but sends bytes each time", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    const broken = failure("connection_lost", "The connection to origin.test broke.");
    for (let index = 0; index < 20; index += 1) {
      (await here.transfers.begun(index)).finish({ kind: "failed", failure: broken, bytesCame: true });
      await becomes(here, id, "pending");
      await here.clock.advance(5_000);
    }
    (await here.transfers.begun(20)).complete();
    await becomes(here, id, "complete");
  });

  it("fails a transfer that got no byte for ten minutes", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    const run = await here.transfers.begun(0);
    run.move(100);
    await here.clock.advance(9 * MINUTE, 10_000);
    run.move(101);
    await here.clock.advance(9 * MINUTE, 10_000);
    expect(await here.engine.get(id)).toMatchObject({ state: { kind: "running" } });
    await here.clock.advance(2 * MINUTE, 10_000);
    const job = await becomes(here, id, "failed");
    expect(job.state).toMatchObject({ failure: { code: "stalled" } });
    expect(run.aborted).toBe(true);
  });

  it("tries again as often as is set for the failure, a stalled download included", async () => {
    const here = await start({ retries: { stalled: 1, not_found: 1, connection_lost: 0 } });
    const id = await submit(here, "a.bin");
    (await here.transfers.begun(0)).move(100);
    await here.clock.advance(11 * MINUTE, 10_000);
    // Nothing came since: it is the second failure in a row.
    (await here.transfers.begun(1)).move(100);
    await here.clock.advance(11 * MINUTE, 10_000);
    expect((await becomes(here, id, "failed")).state).toMatchObject({ failure: { code: "stalled" } });
    const other = await submit(here, "b.bin");
    (await here.transfers.begun(2)).finish({
      kind: "failed",
      failure: failure("connection_lost", "It broke."),
      bytesCame: false,
    });
    await becomes(here, other, "failed");
  });

  it("does not call it a stall when the server asked to wait", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    (await here.transfers.begun(0)).move(100, { stage: "waiting", note: "the server asked to wait" });
    await here.clock.advance(30 * MINUTE, 10_000);
    expect(await here.engine.get(id)).toMatchObject({ state: { kind: "running" } });
  });

  it("forgets ended jobs after 24 hours and never one that is not ended", async () => {
    const here = await start({ localJobs: 5 });
    const done = await submit(here, "done");
    (await here.transfers.begun(0)).complete();
    await becomes(here, done, "complete");
    const failed = await submit(here, "failed");
    (await here.transfers.begun(1)).finish({
      kind: "failed",
      failure: failure("not_found", "There is no such file."),
      bytesCame: false,
    });
    await becomes(here, failed, "failed");
    const paused = await submit(here, "paused");
    await here.transfers.begun(2);
    await here.engine.act(paused, "pause");
    await becomes(here, paused, "paused");
    await here.clock.advance(23.5 * HOUR, 5 * MINUTE);
    expect(await here.engine.get(done)).not.toBeNull();
    await here.clock.advance(HOUR, 5 * MINUTE);
    await waitFor(
      "the entry to go",
      () => here.engine.get(done),
      (job) => job === null,
    );
    expect(await here.engine.get(failed)).toBeNull();
    expect(await here.engine.get(paused)).not.toBeNull();
    // The failed one's bytes stay: adding it again goes on from them.
    expect(here.transfers.discarded).toEqual([]);
  });

  it("pauses a job when the disk is full and goes on by itself when there is space", async () => {
    const here = await start();
    const id = await submit(here, "a.bin");
    (await here.transfers.begun(0)).finish({
      kind: "no_space",
      message: "No space on /tmp: 10 GB more are needed.",
      neededBytes: 1e10,
    });
    const paused = await becomes(here, id, "paused");
    expect(paused.state).toMatchObject({ why: "no_space", note: expect.stringContaining("No space") });
    await here.clock.advance(6_000);
    (await here.transfers.begun(1)).complete();
    await becomes(here, id, "complete");
  });

  it("goes on when there is space, and when its hour has come, however many downloads a person has paused", async () => {
    const here = await start({ localJobs: 2 });
    const many = Array.from({ length: 501 }, (_, nth) => `paused-${nth}.bin`);
    await here.engine.submitAll(
      many.map((name) => draft(name, { destination: `/tmp/${name}`, paused: true })),
    );
    const [full, closed] = [await submit(here, "full.bin"), await submit(here, "closed.bin")];
    const outcome = { kind: "no_space", message: "No space on /tmp.", neededBytes: 1 } as const;
    (await here.transfers.begun(0)).finish(outcome);
    await here.transfers.begun(1);
    await becomes(here, full, "paused");
    await here.engine.changeOverallLimit(parse("off"));
    await becomes(here, closed, "paused");
    await here.engine.changeOverallLimit(parse("none"));
    await here.clock.advance(20_000);
    await becomes(here, full, "running");
    await becomes(here, closed, "running");
  });

  it("stops downloads outside their hours, begins none, and goes on by itself when they begin again", async () => {
    const clock = new FakeClock(new Date(2026, 0, 1, 21, 59, 58).getTime());
    const here = await start({ clock, limitRate: "22:00-22:01=off, 20M" });
    const id = await submit(here, "a.bin");
    (await here.transfers.begun(0)).move(400);
    await clock.advance(1_000);
    expect(await here.engine.get(id)).toMatchObject({ state: { kind: "running" } });
    await clock.advance(2_000);
    const paused = await becomes(here, id, "paused");
    expect(paused.state).toMatchObject({ why: "window", note: expect.stringContaining("hour") });
    const later = await submit(here, "b.bin");
    await clock.advance(50_000);
    expect(await here.engine.get(later)).toMatchObject({ state: { kind: "pending" } });
    expect(here.transfers.runs.length).toBe(1);
    await clock.advance(12_000);
    await here.transfers.begun(2);
    const names = here.transfers.runs.map(({ step }) => step.name);
    expect(names).toEqual(expect.arrayContaining(["a.bin", "b.bin"]));
    expect(names.length).toBe(3);
  });

  it("runs at a closed hour what a person lets run now, with nothing held back, until it is paused", async () => {
    const clock = new FakeClock(new Date(2026, 0, 1, 22).getTime());
    const here = await start({ clock, limitRate: "22:00-23:00=off, 20M" });
    const ids = [await submit(here, "a.bin"), await submit(here, "b.bin")] as const;
    await clock.advance(5_000);
    expect(here.transfers.runs).toHaveLength(0);
    expect(await here.engine.act(ids[1], "now")).toMatchObject({ kind: "done", job: { runsNow: true } });
    const run = await here.transfers.begun(0);
    expect(run.step.name).toBe("b.bin");
    expect(run.options.isBeyondLimit?.()).toBe(true);
    await clock.advance(5_000);
    expect(run.aborted).toBe(false);
    await here.engine.act(ids[1], "pause");
    await becomes(here, ids[1], "paused");
    await here.engine.act(ids[1], "resume");
    await clock.advance(5_000);
    expect(await here.engine.get(ids[1])).toMatchObject({ state: { kind: "pending" }, runsNow: false });
    expect(here.transfers.runs).toHaveLength(1);
  });

  it("lets go on now what its hour has stopped, and shares the limit again when it is open", async () => {
    const clock = new FakeClock(new Date(2026, 0, 1, 21, 59, 58).getTime());
    const here = await start({ clock, limitRate: "22:00-22:10=off, 20M" });
    const id = await submit(here, "a.bin");
    await here.transfers.begun(0);
    await clock.advance(5_000);
    await becomes(here, id, "paused");
    await here.engine.act(id, "now");
    const run = await here.transfers.begun(1);
    expect(run.options.isBeyondLimit?.()).toBe(true);
    await clock.advance(601_000);
    expect(run.options.isBeyondLimit?.()).toBe(false);
    run.complete();
    await becomes(here, id, "complete");
  });

  it("passes from one window to the next while a job runs, without stopping it", async () => {
    const clock = new FakeClock(new Date(2026, 0, 1, 23, 59, 58).getTime());
    const here = await start({ clock, limitRate: "22:00-00:00=1M, 00:00-06:00=2M, off" });
    const id = await submit(here, "a.bin");
    const run = await here.transfers.begun(0);
    const views = follow(here);
    expect(here.limit.bytesPerSecond()).toBe(MiB);
    await clock.advance(4_000);
    expect(here.limit.bytesPerSecond()).toBe(2 * MiB);
    expect(run.aborted).toBe(false);
    expect(await here.engine.get(id)).toMatchObject({ state: { kind: "running" } });
    // Once at the beginning, and once for the change.
    expect(views.filter(({ kind }) => kind === "limit")).toHaveLength(2);
    expect(here.engine.overallLimit()).toMatchObject({
      now: { limit: 2 * MiB, window: { from: 0, to: 360 } },
      until: new Date(2026, 0, 2, 6).getTime(),
      changedAt: null,
    });
  });

  it("lets a person change the limit for all, stop all by it, and go back to the setting, after a restart too", async () => {
    const here = await start({ limitRate: "5M" });
    const id = await submit(here, "a.bin");
    const run = await here.transfers.begun(0);
    const views = follow(here);
    expect(await here.engine.changeOverallLimit(parse("20M"))).toMatchObject({
      now: { limit: 20 * MiB, window: null },
      changedAt: here.clock.now(),
    });
    expect(here.limit.bytesPerSecond()).toBe(20 * MiB);
    await here.engine.changeOverallLimit(parse("off"));
    expect(here.limit.bytesPerSecond()).toBe(0);
    expect(run.aborted).toBe(true);
    const paused = await becomes(here, id, "paused");
    expect(paused.state).toMatchObject({ why: "window", note: "Downloads are switched off." });
    await here.engine.stop();
    const after = await start({ limitRate: "5M", owner: "here/2", clock: here.clock });
    await after.clock.advance(10_000);
    expect(await after.engine.get(id)).toMatchObject({ state: { kind: "paused" } });
    expect(await after.engine.changeOverallLimit(null)).toMatchObject({
      now: { limit: 5 * MiB },
      changedAt: null,
    });
    await after.transfers.begun(0);
    await becomes(after, id, "running");
    expect(views.filter(({ kind }) => kind === "limit")).toHaveLength(3);
  });

  it("feels a change of the limit for all that another process made, within a second or so", async () => {
    const here = await start();
    await submit(here, "a.bin");
    await here.transfers.begun(0);
    const elsewhere = await openSqliteStore({ path: join(folder, "haulyard.db") });
    await elsewhere.setOverallLimit("3M", here.clock.now());
    await elsewhere.close();
    await here.clock.advance(1_500);
    expect(here.limit.bytesPerSecond()).toBe(3 * MiB);
  });

  it("keeps the setting where what was stored cannot be read, and says so in the log", async () => {
    const here = await start({ limitRate: "5M" });
    await here.store.setOverallLimit("as fast as a horse", 1);
    await here.clock.advance(1_500);
    expect(here.engine.overallLimit()).toMatchObject({ now: { limit: 5 * MiB }, changedAt: null });
    expect(here.errors).toEqual([expect.stringContaining("cannot be read")]);
  });

  it("takes no transfer for stalled that waits for its limit, and does in the end", async () => {
    const here = await start({ limitRate: "1k" });
    const ids = [await submit(here, "a.bin"), await submit(here, "b.bin")];
    for (const index of [0, 1]) (await here.transfers.begun(index)).move(100);
    // 512 bytes a second for each: many connections may owe minutes.
    await here.clock.advance(13 * MINUTE, 5_000);
    for (const id of ids) expect(await here.engine.get(id)).toMatchObject({ state: { kind: "running" } });
    await here.clock.advance(3 * MINUTE, 5_000);
    await Promise.all(ids.map((id) => becomes(here, id, "failed")));
  });

  it("gives a running job another limit within a second, and the next run too", async () => {
    const here = await start();
    const id = await submit(here, "a.bin", { limitBytesPerSecond: MiB });
    const run = await here.transfers.begun(0);
    expect(run.options.limitBytesPerSecond()).toBe(MiB);
    expect(await here.engine.adjust(id, { limitBytesPerSecond: 5 * MiB })).toMatchObject({ kind: "done" });
    await waitFor(
      "the new limit",
      async () => run.options.limitBytesPerSecond(),
      (limit) => limit === 5 * MiB,
      1_000,
    );
    await here.engine.adjust(id, { limitBytesPerSecond: null });
    await waitFor(
      "no limit",
      async () => run.options.limitBytesPerSecond(),
      (limit) => limit === null,
      1_000,
    );
    await here.engine.adjust(id, { limitBytesPerSecond: 3 * MiB });
    await here.engine.act(id, "pause");
    await becomes(here, id, "paused");
    await here.engine.act(id, "resume");
    expect((await here.transfers.begun(1)).options.limitBytesPerSecond()).toBe(3 * MiB);
  });

  it("puts running jobs back in the queue when it stops, and a new process goes on at once", async () => {
    const before = await start();
    const id = await submit(before, "a.bin");
    (await before.transfers.begun(0)).move(300);
    await before.engine.stop();
    expect(await before.store.get(id)).toMatchObject({
      state: { kind: "pending" },
      progress: { bytesDone: 300 },
    });
    const after = await start({ owner: "here/2", clock: before.clock });
    (await after.transfers.begun(0)).complete();
    await becomes(after, id, "complete");
  });

  it("takes back at once what the process before it held when that was killed", async () => {
    const before = await start();
    const claim = before.store.claim.bind(before.store);
    let claiming: Promise<unknown> = Promise.resolve();
    before.store.claim = (request) => {
      const claimed = claim(request);
      claiming = claimed;
      return claimed;
    };
    const id = await submit(before, "a.bin");
    await before.transfers.begun(0);
    before.transfers.deaf = true;
    // The dead do not take up what is taken back from them: its last look for more is over.
    await claiming;
    const after = await start({ owner: "here/2", clock: before.clock });
    (await after.transfers.begun(0)).complete();
    await becomes(after, id, "complete");
  });

  it("lets a frozen process write nothing after another one has taken its job over", async () => {
    const frozen = await start();
    const id = await submit(frozen, "a.bin");
    const late = await frozen.transfers.begun(0);
    frozen.transfers.deaf = true;
    const after = await start({ owner: "here/2", clock: new FakeClock(frozen.clock.now()) });
    const run = await after.transfers.begun(0);
    late.move(900);
    await frozen.clock.advance(1_000);
    expect(late.aborted).toBe(true);
    late.complete();
    await frozen.clock.advance(1_000);
    expect(await after.engine.get(id)).toMatchObject({
      state: { kind: "running" },
      progress: { bytesDone: 0 },
    });
    run.complete();
    await becomes(after, id, "complete");
  });

  it("heeds a pause that was asked for while its runner was dead", async () => {
    const dead = await start();
    const id = await submit(dead, "a.bin");
    await dead.transfers.begun(0);
    dead.transfers.deaf = true;
    await dead.engine.act(id, "pause");
    const after = await start({ owner: "here/2", clock: new FakeClock(dead.clock.now()) });
    await becomes(after, id, "paused");
    await after.clock.advance(20_000);
    expect(after.transfers.runs).toEqual([]);
  });

  it("replays to a follower what it missed, then goes on live, and tells of progress", async () => {
    const here = await start();
    const cursor = await here.engine.cursor();
    const id = await submit(here, "a.bin");
    const run = await here.transfers.begun(0);
    const seen: FeedItem[] = [];
    const follower = new AbortController();
    const following = (async () => {
      for await (const item of here.engine.feed(cursor, follower.signal)) seen.push(item);
    })();
    const saw = (what: string, fits: (item: FeedItem) => boolean): Promise<unknown> =>
      waitFor(
        what,
        async () => seen,
        (items) => items.some(fits),
      );
    await saw("the replay", (item) => item.kind === "job" && item.job.state.kind === "running");
    run.move(500);
    await here.clock.advance(1_000);
    await saw("progress", (item) => item.kind === "progress" && item.jobs[0]?.progress.bytesDone === 500);
    run.complete();
    await saw("the end", (item) => item.kind === "job" && item.job.state.kind === "complete");
    await here.engine.act(id, "remove");
    await saw("the removal", (item) => item.kind === "removed" && item.id === id);
    follower.abort();
    await following;
    const cursors = seen.flatMap((item) => ("cursor" in item ? [item.cursor] : []));
    expect(cursors).toEqual([...new Set(cursors)].toSorted((a, b) => a - b));
  });

  it("shows a slow follower every job's last state, whatever happened meanwhile", async () => {
    const here = await start({ localJobs: 50 });
    const cursor = await here.engine.cursor();
    const ids: JobId[] = [];
    for (let index = 0; index < 40; index += 1) ids.push(await submit(here, `f${index}`));
    await here.transfers.begun(39);
    for (const run of here.transfers.runs) run.complete();
    for (const id of ids) await becomes(here, id, "complete");
    const last = new Map<JobId, string>();
    const follower = new AbortController();
    for await (const item of here.engine.feed(cursor, follower.signal)) {
      if (item.kind === "job") last.set(item.job.id, item.job.state.kind);
      await settle();
      if (last.size === 40 && [...last.values()].every((kind) => kind === "complete")) break;
    }
    expect(new Set(last.keys())).toEqual(new Set(ids));
  });
});
