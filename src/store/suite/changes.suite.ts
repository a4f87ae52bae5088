import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobStore } from "../../job/store-contract.ts";
import { claim, complete, draft, insert, insertRunning, leaseOf, NOW, take } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

/** A store looks a few times a second; a busy machine may take longer. */
const SOON = { timeout: 120_000, interval: 20 };

/** How others learn that something changed. */
export function describeChanges(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  describe("changes", () => {
    it("begins at 0, and grows with every change and with nothing else", async () => {
      expect(await store.cursor()).toBe(0);
      expect(await store.changesAfter(0, 10)).toEqual({ changes: [], cursor: 0, gap: false });
      const seen = [0];
      const step = async (work: Promise<unknown>): Promise<void> => {
        await work;
        seen.push(await store.cursor());
      };
      await step(store.insert(draft(1), NOW));
      await step(store.insert(draft(2), NOW));
      const job = await take(store);
      await step(store.apply(job.id, { type: "pause" }, NOW));
      await step(store.describe(job.id, { name: "n", destination: "/n", bytesTotal: 1 }, NOW, leaseOf(job)));
      await step(store.adjust(job.id, { priority: 1 }, NOW));
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(new Set(seen).size).toBe(seen.length);
      const before = await store.cursor();
      await store.insert(draft(2), NOW);
      await store.apply(job.id, { type: "retry" }, NOW);
      await store.setFact("a", "b");
      await store.list({ sort: "newest", limit: 1 });
      expect(await store.cursor()).toBe(before);
    });

    it("are told from any cursor on, oldest first, page by page", async () => {
      const ids: string[] = [];
      for (let n = 0; n < 7; n++) ids.push((await insert(store, n)).id);
      const told: string[] = [];
      let cursor = 0;
      for (;;) {
        const page = await store.changesAfter(cursor, 3);
        expect(page.gap).toBe(false);
        expect(page.changes.length).toBeLessThanOrEqual(3);
        if (page.changes.length === 0) break;
        told.push(...page.changes.map(({ jobId }) => jobId));
        expect(page.cursor).toBe(page.changes.at(-1)?.cursor);
        cursor = page.cursor;
      }
      expect(told).toEqual(ids);
      expect(cursor).toBe(await store.cursor());
    });

    it("tell a job that was removed after it was changed", async () => {
      const job = await complete(store, await insertRunning(store, 1));
      const cursor = await store.cursor();
      await store.remove({}, NOW);
      expect((await store.changesAfter(cursor, 9)).changes).toMatchObject([
        { jobId: job.id, kind: "removed" },
      ]);
    });

    it("say that there is a gap to somebody whose cursor this store never gave: a backup was put back", async () => {
      await insert(store, 1);
      const cursor = await store.cursor();
      expect(await store.changesAfter(cursor, 1)).toEqual({ changes: [], cursor, gap: false });
      expect(await store.changesAfter(cursor + 1_000, 1)).toEqual({ changes: [], cursor, gap: true });
    });

    it("are announced after every commit, until one stops listening", async () => {
      const listener = vi.fn<() => void>();
      const stop = store.onChange(listener);
      await insert(store, 1);
      expect(listener).toHaveBeenCalledTimes(1);
      const job = await take(store);
      await store.describe(job.id, { name: "n", destination: "/n", bytesTotal: 1 }, NOW, leaseOf(job));
      await store.adjust(job.id, { priority: 1 }, NOW);
      await complete(store, job);
      await store.remove({}, NOW);
      expect(listener).toHaveBeenCalledTimes(6);
      await store.insert(draft(2), NOW);
      stop();
      await insert(store, 3);
      expect(listener).toHaveBeenCalledTimes(7);
    });

    it("are not announced when nothing changed", async () => {
      const { id } = await insert(store, 1);
      const listener = vi.fn<() => void>();
      store.onChange(listener);
      await store.insert(draft(1), NOW);
      await store.apply(id, { type: "retry" }, NOW);
      await store.remove({}, NOW);
      await claim(store, { lanes: [] });
      expect(listener).not.toHaveBeenCalled();
    });

    it("are there to be read when they are announced", async () => {
      const told = Promise.withResolvers<number>();
      store.onChange(() => told.resolve(store.cursor()));
      await insert(store, 1);
      expect(await told.promise).toBe(1);
    });

    it("of another process are announced too, but not its heartbeats", async () => {
      const other = await under.openAnother();
      const listener = vi.fn<() => void>();
      store.onChange(listener);
      const job = await insertRunning(other, 1);
      await vi.waitFor(() => expect(listener).toHaveBeenCalled(), SOON);
      const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 600));
      let calls = 0;
      while (calls < listener.mock.calls.length) {
        calls = listener.mock.calls.length;
        await pause();
      }
      await other.heartbeat([{ id: job.id, lease: leaseOf(job), progress: job.progress }], NOW + 1);
      await pause();
      expect(listener).toHaveBeenCalledTimes(calls);
      await complete(other, job);
      await vi.waitFor(() => expect(listener.mock.calls.length).toBeGreaterThan(calls), SOON);
    });
  });
}
