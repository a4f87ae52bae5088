import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Job, TransferStep } from "../../job/job.ts";
import type { JobQuery, JobStore } from "../../job/store-contract.ts";
import { InvalidPageCursor, JOB_SORTS } from "../../job/store-contract.ts";
import { claim, complete, draft, HERE, insert, insertRunning, leaseOf, NOW } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

/** How jobs are found, counted and removed. */
export function describePages(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  const names = async (query: Partial<JobQuery>): Promise<string[]> =>
    (await store.list({ sort: "oldest", limit: 1000, ...query })).jobs.map(({ name }) => name);

  /** All pages of a query, joined; fails if a page is longer than asked for, or empty without being the last. */
  const readAll = async (query: JobQuery): Promise<Job[]> => {
    const jobs: Job[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await store.list({ ...query, ...(after === undefined ? {} : { after }) });
      expect(page.jobs.length).toBeLessThanOrEqual(query.limit);
      jobs.push(...page.jobs);
      if (page.next === null) return jobs;
      expect(page.jobs).toHaveLength(query.limit);
      after = page.next;
    }
  };

  /** Twenty jobs with many ties in name, size and priority, in several states. */
  const insertMany = async (): Promise<Job[]> => {
    for (let n = 0; n < 20; n++) {
      const size = [null, 5, 2 ** 52, 5][n % 4] as number | null;
      const step = { ...(draft(n).steps[0] as TransferStep), size };
      const job = await insert(store, n, {
        name: `Name ${"cAb"[n % 3]}`,
        steps: [step],
        priority: (n % 3) - 1,
      });
      if (n % 5 === 0) await store.apply(job.id, { type: "pause" }, NOW);
      if (n % 5 === 1) await store.apply(job.id, { type: "cancel" }, NOW + n);
    }
    return (await store.list({ sort: "oldest", limit: 1000 })).jobs;
  };

  const bySequence = (a: Job, b: Job): number => a.sequence - b.sequence;
  const size = (job: Job): number => job.progress.bytesTotal ?? -1;
  const lower = (job: Job): string => job.name.toLowerCase();
  const ORDER: Record<JobQuery["sort"], (a: Job, b: Job) => number> = {
    oldest: bySequence,
    newest: (a, b) => bySequence(b, a),
    name: (a, b) => (lower(a) < lower(b) ? -1 : lower(a) > lower(b) ? 1 : bySequence(a, b)),
    size: (a, b) => size(b) - size(a) || bySequence(b, a),
    priority: (a, b) => b.priority - a.priority || bySequence(a, b),
  };

  describe("pages", () => {
    it.each(JOB_SORTS)("sorted by %s hold every job once, in order, at any length of page", async (sort) => {
      const all = await insertMany();
      expect(all).toHaveLength(20);
      const expected = all.toSorted(ORDER[sort]);
      for (const limit of [1, 3, 20, 1000]) expect(await readAll({ sort, limit })).toEqual(expected);
      const some = { kinds: ["paused", "cancelled"] as const, ids: all.slice(3, 17).map(({ id }) => id) };
      const wanted = expected.filter(
        ({ id, state }) => some.ids.includes(id) && (some.kinds as readonly string[]).includes(state.kind),
      );
      expect(wanted.length).toBeGreaterThan(4);
      expect(await readAll({ sort, limit: 2, ...some })).toEqual(wanted);
    });

    it("go on where they ended although jobs come and go in between", async () => {
      await insertMany();
      const first = await store.list({ sort: "newest", limit: 5 });
      await insert(store, 100);
      await store.remove({}, NOW);
      const rest = await store.list({ sort: "newest", limit: 1000, after: first.next as string });
      const seen = new Set(first.jobs.map(({ id }) => id));
      expect(rest.jobs.some(({ id }) => seen.has(id))).toBe(false);
      expect(rest.jobs.map(({ sequence }) => sequence)).toEqual(
        rest.jobs.map(({ sequence }) => sequence).toSorted((a, b) => b - a),
      );
      expect(rest.jobs.map(({ sequence }) => sequence)).toContain(1);
    });

    it("refuse a cursor that is cut, made up, or of another sort", async () => {
      await insertMany();
      const { next } = await store.list({ sort: "name", limit: 1 });
      const made = [
        Buffer.from('["name",{},1]'),
        Buffer.from("[1]"),
        Buffer.from('["name","a","1; drop table"]'),
      ];
      for (const after of [
        next?.slice(0, -3),
        "",
        "💾",
        "null",
        ...made.map((one) => one.toString("base64url")),
      ]) {
        await expect(store.list({ sort: "name", limit: 1, after: after as string })).rejects.toThrow(
          InvalidPageCursor,
        );
      }
      await expect(store.list({ sort: "size", limit: 1, after: next as string })).rejects.toThrow(
        InvalidPageCursor,
      );
    });

    it("are found by state, place and id", async () => {
      await insert(store, 1);
      const two = await insertRunning(store, 2, { priority: 9 });
      const three = await insert(store, 3, { place: { kind: "ssh", hostId: "gpu" } });
      expect(await names({ kinds: ["running"] })).toEqual(["file-2.bin"]);
      expect(await names({ kinds: [] })).toEqual([]);
      expect(await names({ kinds: ["pending", "pending"] })).toEqual(["file-1.bin", "file-3.bin"]);
      expect(await names({ place: "gpu" })).toEqual(["file-3.bin"]);
      expect(await names({ place: HERE, kinds: ["pending"] })).toEqual(["file-1.bin"]);
      expect(await names({ ids: [three.id, two.id, two.id, "no such id"] })).toEqual([
        "file-2.bin",
        "file-3.bin",
      ]);
      expect(await names({ ids: [] })).toEqual([]);
    });

    it("are found by any number of ids at once", async () => {
      const { id } = await insert(store, 1);
      const ids = [...Array.from({ length: 49_999 }, () => crypto.randomUUID() as string), id];
      expect(await names({ ids })).toEqual(["file-1.bin"]);
      expect(await store.remove({ ids }, NOW)).toEqual([]);
    });

    it("are found by any part of name, destination or source, upper and lower case alike", async () => {
      await insert(store, 1, { name: "Fluß ÄÖÜ.safetensors" });
      await insert(store, 2, { name: "100%_done\\x", destination: "/Other/Place" });
      await insert(store, 3, {
        source: { kind: "huggingface", repo: "Org/Model", revision: "main", filepath: "a" },
      });
      expect(await names({ search: "fluß äöü" })).toEqual(["Fluß ÄÖÜ.safetensors"]);
      expect(await names({ search: "ÄÖÜ.SAFE" })).toEqual(["Fluß ÄÖÜ.safetensors"]);
      expect(await names({ search: "other/pl" })).toEqual(["100%_done\\x"]);
      expect(await names({ search: "hf://org/model@MAIN/a" })).toEqual(["file-3.bin"]);
      expect(await names({ search: "origin.example/file-2" })).toEqual(["100%_done\\x"]);
      expect(await names({ search: "" })).toHaveLength(3);
      expect(await names({ search: "no such thing" })).toEqual([]);
    });

    it("take a search's wildcards as the characters they are", async () => {
      await insert(store, 1, { name: "100%_done\\x" });
      await insert(store, 2, { name: "100 Xdone x" });
      for (const search of ["100%", "%_d", "\\x", "e\\"])
        expect(await names({ search })).toEqual(["100%_done\\x"]);
      expect(await names({ search: "1%x" })).toEqual([]);
    });

    it("do not tell by a search whether a guess is part of a secret", async () => {
      await insert(store, 1, {
        source: { kind: "url", url: "https://u:hunter2@origin.example/file?token=s3cret&x=1" },
      });
      expect(await names({ search: "hunter2" })).toEqual([]);
      expect(await names({ search: "s3cret" })).toEqual([]);
      expect(await names({ search: "origin.example/file" })).toHaveLength(1);
    });
  });

  describe("counts and removal", () => {
    it("counts the jobs in every state", async () => {
      await insertMany();
      await complete(store, await claim(store));
      await claim(store);
      expect(await store.counts()).toEqual({
        pending: 10,
        running: 1,
        paused: 4,
        blocked: 0,
        complete: 1,
        failed: 0,
        cancelled: 4,
      });
    });

    it("removes ended jobs with their history, and says which", async () => {
      await insertMany();
      const removed = await store.remove({}, NOW + 50);
      expect(removed.map(({ state }) => state.kind)).toEqual([
        "cancelled",
        "cancelled",
        "cancelled",
        "cancelled",
      ]);
      for (const { id } of removed)
        expect([await store.get(id), await store.history(id)]).toEqual([null, null]);
      expect(await store.counts()).toMatchObject({ cancelled: 0, pending: 12, paused: 4 });
      const { changes } = await store.changesAfter((await store.cursor()) - 4, 9);
      expect(changes.map(({ kind }) => kind)).toEqual(["removed", "removed", "removed", "removed"]);
      expect(new Set(changes.map(({ jobId }) => jobId))).toEqual(new Set(removed.map(({ id }) => id)));
    });

    it("never removes a job that is not ended, however it is asked", async () => {
      const jobs = await insertMany();
      const ids = jobs.map(({ id }) => id);
      const ended = jobs.filter(({ state }) => state.kind === "cancelled");
      expect(await store.remove({ kinds: ["pending", "running", "paused", "blocked"] }, NOW)).toEqual([]);
      expect(await store.remove({ ids }, NOW)).toHaveLength(ended.length);
      expect((await store.counts()).pending).toBe(12);
    });

    it("removes by age, state, place and text", async () => {
      for (let n = 0; n < 6; n++) {
        const job = await insertRunning(store, n, n < 3 ? {} : { place: { kind: "ssh", hostId: "gpu" } });
        if (n % 2 === 0) await complete(store, job, NOW + n);
        else await store.apply(job.id, { type: "cancel" }, NOW);
        if (n % 2 === 1)
          await store.apply(job.id, { type: "stopped", detached: false }, NOW + n, leaseOf(job));
      }
      const remove = async (filter: Parameters<JobStore["remove"]>[0]): Promise<string[]> =>
        (await store.remove(filter, NOW)).map(({ name }) => name).toSorted();
      expect(await remove({ endedBefore: NOW + 1 })).toEqual(["file-0.bin"]);
      expect(await remove({ kinds: ["complete"], endedBefore: NOW + 3 })).toEqual(["file-2.bin"]);
      expect(await remove({ place: HERE })).toEqual(["file-1.bin"]);
      expect(await remove({ search: "FILE-5" })).toEqual(["file-5.bin"]);
      expect(await remove({})).toEqual(["file-3.bin", "file-4.bin"]);
    });

    it("removes more jobs than fit into one transaction", async () => {
      for (let n = 0; n < 450; n++) await store.apply((await insert(store, n)).id, { type: "cancel" }, NOW);
      expect(await store.remove({ place: HERE }, NOW)).toHaveLength(450);
      expect(await store.counts()).toMatchObject({ pending: 0, cancelled: 0 });
      expect(await names({})).toEqual([]);
    });
  });
}
