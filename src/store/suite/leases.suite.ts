import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { initialProgress } from "../../job/progress.ts";
import type { JobStore } from "../../job/store-contract.ts";
import {
  claim,
  complete,
  draft,
  HERE,
  insert,
  insertRunning,
  leaseOf,
  LEASE_MS,
  NOW,
  take,
} from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

/** Who may write to a job that runs, and what becomes of it when that one is gone. */
export function describeLeases(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  const expire = (id: string, now: number, detached = false) =>
    store.apply(id, { type: "lease_expired", now, detached }, now);

  /** A runner that was thought dead, and the lease of the one that took over. */
  const takeOver = async () => {
    const late = await insertRunning(store, 1);
    await expire(late.id, NOW + LEASE_MS);
    const present = await take(store, { owner: "second", now: NOW + LEASE_MS });
    return { id: late.id, late: leaseOf(late), present: leaseOf(present) };
  };

  describe("leases", () => {
    it("counts the claims of a job in the lease's epoch", async () => {
      const { late, present } = await takeOver();
      expect(late).toMatchObject({ owner: "runner", epoch: 1, expiresAt: NOW + LEASE_MS });
      expect(present).toMatchObject({ owner: "second", epoch: 2, expiresAt: NOW + 2 * LEASE_MS });
    });

    it("refuses every write of a runner that lost its job to another", async () => {
      const { id, late } = await takeOver();
      const before = [await store.get(id), await store.history(id), await store.cursor()];
      const progress = { ...initialProgress(1), bytesDone: 999 };
      const done = { type: "step_done", steps: 1, checksumState: null } as const;
      expect((await store.apply(id, done, NOW, late)).kind).toBe("lease_lost");
      expect((await store.apply(id, { type: "stopped", detached: false }, NOW, late)).kind).toBe(
        "lease_lost",
      );
      expect(await store.describe(id, { name: "x", destination: "/x", bytesTotal: 1 }, NOW, late)).toBe(
        "lease_lost",
      );
      expect(await store.heartbeat([{ id, lease: late, progress }], NOW + 10 * LEASE_MS)).toEqual([id]);
      expect([await store.get(id), await store.history(id), await store.cursor()]).toEqual(before);
    });

    it("goes by owner and epoch: neither alone is enough", async () => {
      const { id, present } = await takeOver();
      const done = { type: "step_done", steps: 1, checksumState: null } as const;
      for (const wrong of [
        { ...present, owner: "runner" },
        { ...present, epoch: 1 },
        { ...present, epoch: 3 },
      ]) {
        expect((await store.apply(id, done, NOW, wrong)).kind).toBe("lease_lost");
        expect(await store.describe(id, { name: "x", destination: "/x", bytesTotal: 1 }, NOW, wrong)).toBe(
          "lease_lost",
        );
        expect(await store.heartbeat([{ id, lease: wrong, progress: initialProgress(1) }], NOW)).toEqual([
          id,
        ]);
      }
      expect((await store.apply(id, done, NOW, present)).kind).toBe("applied");
      expect((await store.apply(id, done, NOW, present)).kind).toBe("lease_lost");
    });

    it("is renewed by heartbeats, all at once, and says which are lost", async () => {
      const one = await insertRunning(store, 1);
      const two = await insertRunning(store, 2);
      const { id: lost, late } = { id: one.id, late: leaseOf(one) };
      await expire(lost, NOW + LEASE_MS);
      const renewed = NOW + 5 * LEASE_MS;
      const beat = (id: string, lease: typeof late, bytesDone: number) => ({
        id,
        lease,
        progress: { ...two.progress, bytesDone, bytesTotal: 5, stage: "downloading" as const },
      });
      const unknown = "00000000-0000-4000-8000-000000000000";
      expect(
        await store.heartbeat(
          [beat(lost, late, 7), beat(two.id, leaseOf(two), 8), beat(unknown, late, 9)],
          renewed,
        ),
      ).toEqual([lost, unknown]);
      const seen = await store.get(two.id);
      expect(seen).toMatchObject({
        state: { lease: { expiresAt: renewed } },
        progress: { bytesDone: 8, bytesTotal: 5, stage: "downloading" },
      });
      // What was saved is for other machines to show, and nothing of it for those that know more.
      expect(await store.runningElsewhere("another")).toEqual([{ id: two.id, progress: seen?.progress }]);
      expect(await store.runningElsewhere(leaseOf(two).owner)).toEqual([]);
      expect(await store.expired(renewed - 1)).toEqual([]);
      expect((await store.expired(renewed)).map(({ id }) => id)).toEqual([two.id]);
      // It was the larger of the two, as long as nobody knew better.
      expect((await store.list({ sort: "size", limit: 9 })).jobs.map(({ id }) => id)).toEqual([lost, two.id]);
    });

    it("does not run out while it is being renewed, whatever the janitor believes", async () => {
      const job = await insertRunning(store, 1);
      const beat = { id: job.id, lease: leaseOf(job), progress: job.progress };
      await store.heartbeat([beat], NOW + 5 * LEASE_MS);
      expect((await expire(job.id, NOW + 2 * LEASE_MS)).kind).toBe("refused");
      expect((await store.get(job.id))?.state.kind).toBe("running");
    });

    it("leaves no line in the history for a heartbeat, and no change", async () => {
      const job = await insertRunning(store, 1);
      const before = [await store.history(job.id), await store.cursor()];
      await store.heartbeat([{ id: job.id, lease: leaseOf(job), progress: job.progress }], NOW + LEASE_MS);
      await store.heartbeat([], NOW + LEASE_MS);
      expect([await store.history(job.id), await store.cursor()]).toEqual(before);
    });

    it("keeps what a run found out about its file", async () => {
      const job = await insertRunning(store, 1, { destination: null });
      const description = { name: "Real Name.gguf", destination: "/models/Real Name.gguf", bytesTotal: 77 };
      expect(await store.describe(job.id, description, NOW + 1, leaseOf(job))).toBe("described");
      const seen = await store.findByDestination(HERE, description.destination);
      expect(seen).toMatchObject({ id: job.id, name: "Real Name.gguf", progress: { bytesTotal: 77 } });
      expect((await store.list({ sort: "newest", limit: 9, search: "real name.gguf" })).jobs).toHaveLength(1);
      expect((await store.changesAfter(2, 9)).changes).toMatchObject([{ jobId: job.id, kind: "job" }]);
      expect((await store.insert(draft(9, { destination: description.destination }), NOW)).kind).toBe(
        "existing",
      );
    });

    it("does not let a run take a destination that another job has", async () => {
      const other = await insert(store, 1);
      await store.apply(other.id, { type: "pause" }, NOW);
      const job = await insertRunning(store, 2, { destination: null });
      const before = [await store.get(job.id), await store.cursor()];
      const taken = { name: "n", destination: "/models/file-1.bin", bytesTotal: 5 };
      expect(await store.describe(job.id, taken, NOW, leaseOf(job))).toBe("destination_taken");
      expect([await store.get(job.id), await store.cursor()]).toEqual(before);
    });
  });

  describe("wishes", () => {
    it.each([
      ["pause", "paused"],
      ["cancel", "cancelled"],
    ] as const)("%s is kept while the job runs, and heeded when the run ends", async (wish, kind) => {
      const job = await insertRunning(store, 1);
      const asked = await store.apply(job.id, { type: wish }, NOW);
      expect(asked).toMatchObject({ kind: "applied", job: { state: { kind: "running", wish } } });
      await store.heartbeat(
        [{ id: job.id, lease: leaseOf(job), progress: job.progress }],
        NOW + 2 * LEASE_MS,
      );
      expect((await store.get(job.id))?.state).toMatchObject({
        wish,
        lease: { expiresAt: NOW + 2 * LEASE_MS },
      });
      const ended = await store.apply(job.id, { type: "stopped", detached: false }, NOW, leaseOf(job));
      expect(ended).toMatchObject({ job: { state: { kind } } });
    });

    it.each(["pause", "cancel"] as const)("%s outlives the runner, to the next one", async (wish) => {
      const job = await insertRunning(store, 1, { place: { kind: "ssh", hostId: "gpu" } });
      await store.apply(job.id, { type: wish }, NOW);
      await expire(job.id, NOW + LEASE_MS, true);
      expect((await store.get(job.id))?.state).toMatchObject({ kind: "pending", detached: true, wish });
      const again = await claim(store, { owner: "second" });
      expect(again?.state).toMatchObject({ kind: "running", wish, lease: { owner: "second", epoch: 2 } });
    });

    it("goes with the runner when nothing of the run is left", async () => {
      const job = await insertRunning(store, 1);
      await store.apply(job.id, { type: "cancel" }, NOW);
      await expire(job.id, NOW + LEASE_MS);
      expect((await store.get(job.id))?.state.kind).toBe("cancelled");
    });

    it("loses to a run that was done anyway", async () => {
      const job = await insertRunning(store, 1);
      await store.apply(job.id, { type: "cancel" }, NOW);
      expect((await complete(store, job)).state.kind).toBe("complete");
    });
  });
}
