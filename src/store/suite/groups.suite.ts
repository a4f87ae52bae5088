import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { percentOfTally } from "../../job/group.ts";
import type { Group } from "../../job/group.ts";
import { initialProgress } from "../../job/progress.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { applied, complete, draft, insert, insertRunning, leaseOf, NOW, take } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

/** What was asked for in one go. */
export function describeGroups(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  const create = (name = "flux"): Promise<Group> =>
    store.groups.create({ name, askedBy: "anna", sources: ["hf://a/b", "x.md"], places: ["all"] }, NOW);
  const onGpu = { place: { kind: "ssh", hostId: "gpu" } } as const;

  describe("a group", () => {
    it("is what it was created as, and empty until jobs join", async () => {
      const group = await create("größe 🎉");
      expect(group).toMatchObject({ name: "größe 🎉", askedBy: "anna", createdAt: NOW, places: ["all"] });
      expect(await store.groups.get(group.id)).toMatchObject({ group, byPlace: [], bySource: [] });
      expect(await store.groups.get("3fa85f64-5717-4562-b3fc-2c963f66afa6")).toBeNull();
    });

    it("adds up its jobs, by place and by source, in whatever state they are", async () => {
      const group = await create();
      const running = await insertRunning(store, 1);
      const waiting = await insert(store, 2);
      const away = await insert(store, 3, onGpu);
      const members = [running, waiting, away].map(({ id }, index) => ({
        job: id,
        source: index === 2 ? 1 : 0,
        created: true,
      }));
      await store.groups.join(group.id, members, NOW);
      const progress = { ...initialProgress(1001), bytesDone: 500, bytesPerSecond: 50 };
      await store.heartbeat([{ id: running.id, lease: leaseOf(running), progress }], NOW + 1000);

      const found = await store.groups.get(group.id);
      expect(found?.tally).toMatchObject({
        bytesDone: 500,
        bytesTotal: 3006,
        unknown: 0,
        bytesPerSecond: 50,
      });
      expect(found?.tally.counts).toMatchObject({ running: 1, pending: 2, complete: 0 });
      expect(percentOfTally(found!.tally)).toBe(16);
      expect(found?.byPlace.map(({ place, tally }) => [place, tally.bytesTotal])).toEqual([
        [{ kind: "node", name: "here" }, 2003],
        [{ kind: "ssh", hostId: "gpu" }, 1003],
      ]);
      expect(found?.bySource.map(({ source, tally }) => [source, tally.bytesTotal])).toEqual([
        [0, 2003],
        [1, 1003],
      ]);
      expect(await store.groups.running()).toEqual([group.id]);
    });

    it("says how many of its places have all they are to have; what is cancelled is not wanted there", async () => {
      const group = await create();
      const place = (hostId: string) => ({ place: { kind: "ssh", hostId } }) as const;
      const done = await insert(store, 1, place("a"));
      await complete(store, await take(store));
      const [rest, gone] = [await insert(store, 2, place("a")), await insert(store, 3, place("b"))];
      const members = [done, rest, gone].map(({ id }) => ({ job: id, source: 0, created: true }));
      await store.groups.join(group.id, members, NOW);
      const places = async () => (await store.groups.look([group.id]))[0]?.places;
      expect(await places()).toEqual({ all: 2, done: 0 });
      await applied(store, rest.id, { type: "cancel" }, NOW);
      await applied(store, gone.id, { type: "cancel" }, NOW);
      expect(await places()).toEqual({ all: 2, done: 1 });
      expect((await store.groups.get(group.id))?.places).toEqual({ all: 2, done: 1 });
      expect((await store.groups.list(9)).groups[0]?.places).toEqual({ all: 2, done: 1 });
    });

    it("does not count what was cancelled, and says how many sizes nobody knows", async () => {
      const group = await create();
      const [first, second] = [await insert(store, 1), await insert(store, 2)];
      const nameless = await insert(store, 3, { ...onGpu, steps: [], destination: null });
      await store.groups.join(
        group.id,
        [first, second, nameless].map(({ id }) => ({ job: id, source: 0, created: true })),
        NOW,
      );
      await applied(store, first.id, { type: "cancel" }, NOW);
      const [found] = await store.groups.look([group.id]);
      expect(found?.tally).toMatchObject({
        bytesTotal: 1002,
        unknown: 1,
        counts: { cancelled: 1, pending: 2 },
      });
    });

    it("is told of by its jobs, which may be in several, and found by it", async () => {
      const [one, two] = [await create("one"), await create("two")];
      const [a, b] = [await insert(store, 1), await insert(store, 2)];
      const cursor = await store.cursor();
      await store.groups.join(
        one.id,
        [a, b].map(({ id }) => ({ job: id, source: 0, created: true })),
        NOW,
      );
      await store.groups.join(two.id, [{ job: b.id, source: 0, created: true }], NOW);
      await store.groups.join(two.id, [{ job: b.id, source: 1, created: true }], NOW);
      expect((await store.get(b.id))?.groups).toEqual([one.id, two.id]);
      expect((await store.changesAfter(cursor, 9)).changes.map(({ jobId }) => jobId)).toEqual([
        a.id,
        b.id,
        b.id,
      ]);
      const names = async (group: string) =>
        (await store.list({ group, sort: "oldest", limit: 9 })).jobs.map(({ name }) => name);
      expect(await names(one.id)).toEqual([a.name, b.name]);
      expect(await names(two.id)).toEqual([b.name]);
      // A job keeps its groups whatever becomes of it.
      await complete(store, await take(store));
      expect((await store.get(a.id))?.groups).toEqual([one.id]);
    });

    it("keeps what was completed when the job is forgotten, and loses what was not", async () => {
      const group = await create();
      const done = await insertRunning(store, 1);
      const [failed, waiting] = [await insert(store, 2), await insert(store, 3)];
      await store.groups.join(
        group.id,
        [done, failed, waiting].map(({ id }) => ({ job: id, source: 0, created: true })),
        NOW,
      );
      const progress = { ...initialProgress(1001), bytesDone: 1001 };
      await store.heartbeat([{ id: done.id, lease: leaseOf(done), progress }], NOW + 1000);
      await complete(store, done);
      await applied(store, failed.id, { type: "cancel" }, NOW);
      await store.remove({ kinds: ["complete", "cancelled"] }, NOW);
      const found = await store.groups.get(group.id);
      expect(found?.tally).toMatchObject({
        counts: { complete: 1, pending: 1, cancelled: 0 },
        forgotten: 1,
        bytesDone: 1001,
        bytesTotal: 2004,
      });
      // The last one goes, and so does the group.
      await applied(store, waiting.id, { type: "cancel" }, NOW);
      await store.remove({ ids: [waiting.id] }, NOW);
      expect(await store.groups.get(group.id)).toBeNull();
    });

    it("has jobs of its own: added for it, wanted by no other, and not asked for by themselves", async () => {
      const [one, two] = [await create("one"), await create("two")];
      const [own, shared, before, asked] = [
        await insert(store, 1),
        await insert(store, 2),
        await insert(store, 3),
        await insert(store, 4),
      ];
      // Named twice, as two cards that make one file are: the second time it was there already.
      const members = [own, shared, before, asked, own].map(({ id }, index) => ({
        job: id,
        source: index,
        created: id !== before.id && index < 4,
      }));
      await store.groups.join(one.id, members, NOW);
      await store.groups.join(two.id, [{ job: shared.id, source: 0, created: false }], NOW);
      await store.groups.keepJobs([asked.id, before.id]);
      expect(await store.groups.ownJobs(one.id)).toEqual([own.id]);
      expect(await store.groups.ownJobs(two.id)).toEqual([]);
      // The other one that wants it has it now.
      await store.groups.forget(one.id, "removed", NOW);
      expect(await store.groups.ownJobs(two.id)).toEqual([shared.id]);
    });

    it("hands no jobs on that are to be kept", async () => {
      const [one, two] = [await create("one"), await create("two")];
      const { id } = await insert(store, 1);
      await store.groups.join(one.id, [{ job: id, source: 0, created: true }], NOW);
      await store.groups.join(two.id, [{ job: id, source: 0, created: false }], NOW);
      await store.groups.forget(one.id, "kept", NOW);
      expect(await store.groups.ownJobs(two.id)).toEqual([]);
    });

    it("is forgotten without its jobs, which say so", async () => {
      const [one, two] = [await create("one"), await create("two")];
      const job = await insert(store, 1);
      for (const { id } of [one, two])
        await store.groups.join(id, [{ job: job.id, source: 0, created: true }], NOW);
      const cursor = await store.cursor();
      expect(await store.groups.forget(one.id, "kept", NOW)).toBe(true);
      expect(await store.groups.forget(one.id, "kept", NOW)).toBe(false);
      expect((await store.get(job.id))?.groups).toEqual([two.id]);
      expect((await store.changesAfter(cursor, 9)).changes).toMatchObject([
        { jobId: job.id, kind: "job" },
        { jobId: one.id, kind: "group" },
      ]);
      expect(await store.groups.look([one.id, two.id])).toMatchObject([{ group: { name: "two" } }]);
    });

    it("is gone after a while if nothing was ever put into it", async () => {
      const [empty, used] = [await create("empty"), await create("used")];
      const job = await insert(store, 1);
      await store.groups.join(used.id, [{ job: job.id, source: 0, created: true }], NOW);
      expect(await store.groups.forgetEmpty(NOW, NOW)).toEqual([]);
      const cursor = await store.cursor();
      expect(await store.groups.forgetEmpty(NOW + 1, NOW)).toEqual([empty.id]);
      expect((await store.changesAfter(cursor, 9)).changes).toMatchObject([
        { jobId: empty.id, kind: "group" },
      ]);
      expect(await store.groups.look([empty.id, used.id])).toMatchObject([{ group: { name: "used" } }]);
    });

    it("is listed with the others, the newest first, page by page", async () => {
      for (const name of ["a", "b", "c"]) await create(name);
      const first = await store.groups.list(2);
      expect(first.groups.map(({ group }) => group.name)).toEqual(["c", "b"]);
      const second = await store.groups.list(2, first.next ?? 0);
      expect(second).toMatchObject({ groups: [{ group: { name: "a" } }], next: null });
    });

    it("passes over jobs that are gone, and more of them than a statement takes", async () => {
      const group = await create();
      const drafts = Array.from({ length: 250 }, (_, n) => draft(n));
      const ids = (await store.insertAll(drafts, NOW)).map(({ job }) => job.id);
      const members = [...ids, "3fa85f64-5717-4562-b3fc-2c963f66afa6"].map((job) => ({
        job,
        source: 0,
        created: true,
      }));
      await store.groups.join(group.id, members, NOW);
      expect((await store.groups.look([group.id]))[0]?.tally.counts.pending).toBe(250);
    });
  });
}
