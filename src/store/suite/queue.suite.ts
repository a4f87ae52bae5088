import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { Job } from "../../job/job.ts";
import type { JobStore } from "../../job/store-contract.ts";
import {
  applied,
  claim,
  complete,
  draft,
  HERE,
  insert,
  insertRunning,
  leaseOf,
  NOW,
  take,
} from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const gpu = (n: number) => ({ place: { kind: "ssh", hostId: `gpu-${n}` } }) as const;

/** Which job goes next. */
export function describeQueue(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  const drain = async (claimNext = () => claim(store)): Promise<Job[]> => {
    const jobs: Job[] = [];
    for (let job = await claimNext(); job !== null; job = await claimNext()) jobs.push(job);
    return jobs;
  };

  describe("the queue", () => {
    it("goes by priority, then by arrival, across all lanes", async () => {
      await insert(store, 1);
      await insert(store, 2, { priority: 5 });
      await insert(store, 3, gpu(1));
      await insert(store, 4, { priority: -5 });
      await insert(store, 5, { priority: 5, ...gpu(2) });
      expect((await drain()).map(({ name }) => name)).toEqual([2, 5, 1, 3, 4].map((n) => `file-${n}.bin`));
    });

    it("heeds a priority that was changed while waiting, without calling it a change of state", async () => {
      await insert(store, 1);
      const last = await insert(store, 2);
      const moved = await store.adjust(last.id, { priority: 1000 }, NOW + 1);
      expect(moved).toEqual({ kind: "adjusted", changed: true, job: { ...last, priority: 1000 } });
      expect(await store.history(last.id)).toHaveLength(1);
      expect((await store.changesAfter(2, 9)).changes).toMatchObject([{ jobId: last.id }]);
      expect((await claim(store))?.id).toBe(last.id);
    });

    it("of a lane that is closed hands out only what a person lets run now, in its order", async () => {
      const lanes = [
        { lane: `node:${HERE}`, limit: 9, onlyNow: true },
        { lane: "ssh:*", limit: 9 },
      ];
      await insert(store, 1, { priority: 9 });
      const second = await insert(store, 2);
      const third = await insert(store, 3, { priority: 5 });
      await insert(store, 4, { ...gpu(1), priority: -9 });
      for (const { id } of [second, third])
        expect((await applied(store, id, { type: "now" }, NOW)).runsNow).toBe(true);
      const names = (await drain(() => claim(store, { lanes }))).map(({ name }) => name);
      expect(names).toEqual([4, 3, 2].map((n) => `file-${n}.bin`));
      expect((await claim(store))?.name).toBe("file-1.bin");
    });

    it("forgets that a job may run now when a person pauses it, and when it has ended", async () => {
      const { id } = await insert(store, 1);
      await applied(store, id, { type: "now" }, NOW);
      expect(await applied(store, id, { type: "pause" }, NOW)).toMatchObject({ runsNow: false });
      await applied(store, id, { type: "now" }, NOW);
      await complete(store, await take(store));
      expect(await store.get(id)).toMatchObject({ state: { kind: "complete" }, runsNow: false });
    });

    it("hands out what has waited too long where it is its turn, the longest wait first", async () => {
      await store.insert(draft(1, { priority: -9 }), NOW - 100);
      await store.insert(draft(2, { priority: -5 }), NOW - 200);
      await store.insert(draft(3, { priority: 9 }), NOW - 50);
      await store.insert(draft(4, { priority: -1, ...gpu(1) }), NOW - 300);
      const isHere = (lane: string): boolean => lane === `node:${HERE}`;
      const turn = { longest: { isTurn: isHere, since: NOW - 100 } };
      expect((await claim(store, { longest: { ...turn.longest, isTurn: () => false } }))?.name).toBe(
        "file-3.bin",
      );
      // Of the other lane it is not the turn, however long it has waited there.
      expect((await claim(store, turn))?.name).toBe("file-2.bin");
      expect((await claim(store, turn))?.name).toBe("file-1.bin");
      // Nothing there has waited too long any more: priorities decide.
      await store.insert(draft(5), NOW - 99);
      expect((await drain(() => claim(store, turn))).map(({ name }) => name)).toEqual([
        "file-5.bin",
        "file-4.bin",
      ]);
    });

    it("hands out no job before its time, however long it has waited", async () => {
      const job = await insertRunning(store, 1);
      const why = failure("timed_out", "Nobody answered.");
      const later = { type: "failed", failure: why, retryAt: NOW + 1 } as const;
      await applied(store, job.id, later, NOW - 500, leaseOf(job));
      const turn = { longest: { isTurn: () => true, since: NOW } };
      expect(await claim(store, turn)).toBeNull();
      expect((await claim(store, { ...turn, now: NOW + 1 }))?.id).toBe(job.id);
    });

    it("hands out only jobs of the lanes asked for", async () => {
      await insert(store, 1);
      await insert(store, 2, gpu(1));
      const lanes = [{ lane: "ssh:gpu-1", limit: 1 }];
      expect((await claim(store, { lanes }))?.name).toBe("file-2.bin");
      expect(await claim(store, { lanes: [{ lane: "node:elsewhere", limit: 9 }] })).toBeNull();
      expect(await claim(store, { lanes: [] })).toBeNull();
      expect((await store.counts()).pending).toBe(1);
    });

    it("never has more of a lane at work than its limit", async () => {
      for (let n = 0; n < 5; n++) await insert(store, n);
      const lanes = [{ lane: `node:${HERE}`, limit: 2 }];
      const running = await drain(() => claim(store, { lanes }));
      expect(running).toHaveLength(2);
      await complete(store, running[0]);
      expect(await drain(() => claim(store, { lanes }))).toHaveLength(1);
    });

    it("gives each instance the limit of ssh:*, unless it has one of its own", async () => {
      for (let n = 0; n < 12; n++) await insert(store, n, gpu(n % 3));
      const lanes = [
        { lane: "ssh:*", limit: 1 },
        { lane: "ssh:gpu-2", limit: 3 },
      ];
      const running = await drain(() => claim(store, { lanes }));
      const perHost = Map.groupBy(running, ({ place }) => (place.kind === "ssh" ? place.hostId : ""));
      expect(Object.fromEntries([...perHost].map(([host, jobs]) => [host, jobs.length]))).toEqual({
        "gpu-0": 1,
        "gpu-1": 1,
        "gpu-2": 3,
      });
    });

    it("starts nothing more while a lane runs more than a limit that was lowered", async () => {
      for (let n = 0; n < 4; n++) await insert(store, n);
      const running = await drain(() => claim(store, { lanes: [{ lane: `node:${HERE}`, limit: 3 }] }));
      await complete(store, running[0]);
      const lowered = { lanes: [{ lane: `node:${HERE}`, limit: 1 }] };
      expect(await claim(store, lowered)).toBeNull();
      await complete(store, running[1]);
      expect(await claim(store, lowered)).toBeNull();
      await complete(store, running[2]);
      expect((await claim(store, lowered))?.name).toBe("file-3.bin");
    });

    it("leaves a job alone until its time", async () => {
      const job = await insertRunning(store, 1);
      await insertRunning(store, 2);
      const lost = failure("connection_lost", "The server hung up.");
      await store.apply(job.id, { type: "failed", failure: lost, retryAt: NOW + 100 }, NOW, leaseOf(job));
      expect(await claim(store, { now: NOW + 99 })).toBeNull();
      expect((await claim(store, { now: NOW + 100 }))?.id).toBe(job.id);
    });

    it("is not held up by jobs that are not due, or wait for others, however urgent they are", async () => {
      const first = await insert(store, 1, gpu(1));
      await insert(store, 2, { priority: 1000, after: first.id });
      const urgent = await insertRunning(store, 3, { priority: 1000 });
      const lost = failure("timed_out", "No answer.");
      await store.apply(urgent.id, { type: "failed", failure: lost, retryAt: NOW + 1 }, NOW, leaseOf(urgent));
      await insert(store, 4, { priority: -1000 });
      const lanes = [{ lane: `node:${HERE}`, limit: 9 }];
      expect((await claim(store, { lanes }))?.name).toBe("file-4.bin");
      expect(await claim(store, { lanes })).toBeNull();
    });

    it("hands out a detached job with a wish like any other: somebody has to stop its run", async () => {
      const job = await insertRunning(store, 1, gpu(1));
      await store.apply(job.id, { type: "stopped", detached: true }, NOW, leaseOf(job));
      await store.apply(job.id, { type: "cancel" }, NOW);
      expect((await claim(store))?.state).toMatchObject({ kind: "running", wish: "cancel" });
    });

    it("does not hand out jobs that are paused, ask, or have ended", async () => {
      await store.apply((await insert(store, 1)).id, { type: "pause" }, NOW);
      await store.apply((await insert(store, 2)).id, { type: "cancel" }, NOW);
      await complete(store, await insertRunning(store, 3));
      const asks = await insertRunning(store, 4);
      const question = {
        kind: "host_key_unknown",
        host: "h",
        port: 22,
        fingerprints: [],
        keyLines: [],
      } as const;
      await store.apply(asks.id, { type: "asked", question }, NOW, leaseOf(asks));
      expect(await claim(store)).toBeNull();
      await store.apply(asks.id, { type: "answer", accept: true }, NOW);
      expect((await claim(store))?.id).toBe(asks.id);
    });
  });

  describe("a job after another", () => {
    it("waits until that one has ended, well or not", async () => {
      const first = await insert(store, 1);
      await insert(store, 2, { after: first.id, priority: 1000 });
      const running = await claim(store);
      expect(running?.id).toBe(first.id);
      expect(await claim(store)).toBeNull();
      await store.apply(first.id, { type: "cancel" }, NOW);
      expect(await claim(store)).toBeNull();
      await store.apply(first.id, { type: "stopped", detached: false }, NOW, leaseOf(running));
      expect((await claim(store))?.name).toBe("file-2.bin");
    });

    it("is told of when what it waits for is another thing", async () => {
      const first = await insert(store, 1);
      const second = await insert(store, 2, { after: first.id });
      expect(second.waitsFor).toBe(first.id);
      const before = await store.cursor();
      await store.apply(first.id, { type: "cancel" }, NOW);
      const { changes } = await store.changesAfter(before, 9);
      expect(changes.map(({ jobId }) => jobId)).toEqual(expect.arrayContaining([first.id, second.id]));
      expect(await store.get(second.id)).toMatchObject({ waitsFor: null, after: first.id });
    });

    it("waits again if that one is retried before it began", async () => {
      const first = await insert(store, 1);
      const second = await insert(store, 2, { after: first.id });
      await store.apply(first.id, { type: "cancel" }, NOW);
      await store.apply(first.id, { type: "retry" }, NOW);
      expect((await claim(store))?.id).toBe(first.id);
      expect(await claim(store)).toBeNull();
      await complete(store, await store.get(first.id));
      expect((await claim(store))?.id).toBe(second.id);
    });

    it("does not wait for one that has ended, was removed, or never was", async () => {
      const ended = await complete(store, await insertRunning(store, 1));
      const removed = await complete(store, await insertRunning(store, 2));
      await insert(store, 3, { after: ended.id });
      await insert(store, 4, { after: removed.id });
      await insert(store, 5, { after: "00000000-0000-4000-8000-000000000000" });
      await store.remove({ ids: [removed.id] }, NOW);
      expect(await drain()).toHaveLength(3);
    });

    it("passes the turn down a whole chain", async () => {
      let after: string | null = null;
      for (let n = 0; n < 5; n++) after = (await insert(store, n, { after })).id;
      for (let n = 0; n < 5; n++) {
        const jobs = await drain();
        expect(jobs.map(({ name }) => name)).toEqual([`file-${n}.bin`]);
        await complete(store, jobs[0]);
      }
    });
  });
}
