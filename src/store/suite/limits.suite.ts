import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JobStore } from "../../job/store-contract.ts";
import { applied, complete, insert, insertRunning, NOW, take } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const MiB = 1024 ** 2;

/** What a person changes while jobs wait and run. */
export function describeLimits(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  describe("the limit of a job", () => {
    it("is changed and lifted, and the history tells it, though the state stays what it is", async () => {
      const job = await insertRunning(store, 1);
      const cursor = await store.cursor();
      const limited = { ...job, limitBytesPerSecond: 5 * MiB };
      expect(await store.adjust(job.id, { limitBytesPerSecond: 5 * MiB }, NOW + 1)).toEqual({
        kind: "adjusted",
        job: limited,
        changed: true,
      });
      expect(await store.get(job.id)).toEqual(limited);
      expect((await store.changesAfter(cursor, 9)).changes).toMatchObject([{ kind: "job", jobId: job.id }]);
      await store.adjust(job.id, { limitBytesPerSecond: null }, NOW + 2);
      expect(await store.get(job.id)).toEqual(job);
      const line = { from: "running", to: "running", failure: null } as const;
      expect((await store.history(job.id))?.slice(2)).toEqual([
        { ...line, at: NOW + 1, reason: "limited to 5 MiB/s by a person" },
        { ...line, at: NOW + 2, reason: "limit lifted by a person" },
      ]);
    });

    it("goes with the priority in one step, and outlives the run", async () => {
      const { id } = await insert(store, 1);
      await store.adjust(id, { priority: 7, limitBytesPerSecond: MiB }, NOW);
      const running = await take(store);
      expect(running).toMatchObject({ priority: 7, limitBytesPerSecond: MiB });
      await applied(store, id, { type: "cancel" }, NOW);
      expect(await (await under.openAnother()).get(id)).toMatchObject({
        priority: 7,
        limitBytesPerSecond: MiB,
      });
    });

    it("that is what it was already is no change", async () => {
      const job = await insert(store, 1, { limitBytesPerSecond: MiB });
      const cursor = await store.cursor();
      for (const adjustment of [{}, { limitBytesPerSecond: MiB }, { priority: 0 }])
        expect(await store.adjust(job.id, adjustment, NOW)).toEqual({
          kind: "adjusted",
          job,
          changed: false,
        });
      expect(await store.cursor()).toBe(cursor);
      expect(await store.history(job.id)).toHaveLength(1);
    });

    it("may be changed as long as the job can still run, and not once it is complete", async () => {
      const failed = await insert(store, 1);
      await applied(store, failed.id, { type: "cancel" }, NOW);
      expect(await store.adjust(failed.id, { limitBytesPerSecond: MiB }, NOW)).toMatchObject({
        kind: "adjusted",
      });
      const job = await complete(store, await insertRunning(store, 2));
      const cursor = await store.cursor();
      expect(await store.adjust(job.id, { limitBytesPerSecond: MiB, priority: 1 }, NOW)).toEqual({
        kind: "refused",
        job,
        refusal: "the job is complete",
      });
      expect(await store.get(job.id)).toEqual(job);
      expect(await store.cursor()).toBe(cursor);
    });
  });

  describe("the limit for all", () => {
    it("is nobody's until a person sets it, and nobody's again when it is given up", async () => {
      expect(await store.overallLimit()).toBeNull();
      await store.setOverallLimit("mon-fri 08:00-18:00=5MiB, 20MiB", NOW);
      const other = await under.openAnother();
      expect(await other.overallLimit()).toEqual({ text: "mon-fri 08:00-18:00=5MiB, 20MiB", changedAt: NOW });
      await other.setOverallLimit("off", NOW + 1);
      expect(await store.overallLimit()).toEqual({ text: "off", changedAt: NOW + 1 });
      await store.setOverallLimit(null, NOW + 2);
      expect(await other.overallLimit()).toBeNull();
    });
  });
}
