import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Job, JobDraft } from "../../job/job.ts";
import type { NodeDraft } from "../../job/node-contract.ts";
import type { SharedFile } from "../../job/sharing/sharing-contract.ts";
import { SITE_PATIENCE_MS } from "../../job/sharing/site-turns.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { failure } from "../../job/failure.ts";
import { draft, leaseOf, NOW } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const FILE: SharedFile = { sha256: "ab".repeat(32), stamp: { inode: "7", size: 1001, mtimeNs: "5" } };

/** Files that are fetched once for each site. */
export function describeSharing(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  const register = (name: string, more: Partial<NodeDraft> = {}, now = NOW): Promise<boolean> =>
    store.nodes.register(
      {
        name,
        kind: "worker",
        version: "1",
        address: null,
        labels: { site: "ams" },
        folders: {},
        run: `${name}/1`,
        tokenHash: null,
        shareAddress: `http://${name}:1`,
        ...more,
      },
      now,
    );
  const add = async (node: string, more: Partial<JobDraft> = {}): Promise<Job> => {
    const place = { kind: "node", name: node } as const;
    const outcome = await store.insert(
      draft(1, { place, sharing: { key: "g:1", site: "ams" }, ...more }),
      NOW,
    );
    return outcome.job;
  };
  const take = (node: string, now = NOW): Promise<Job | null> =>
    store.claim({
      owner: `${node}/1`,
      lanes: [{ lane: `node:${node}`, limit: 9 }],
      now,
      leaseMs: 30_000,
    });
  const finish = async (job: Job): Promise<void> => {
    const done = { type: "step_done", steps: 1, checksumState: null } as const;
    expect((await store.apply(job.id, done, NOW, leaseOf(job))).kind).toBe("applied");
  };
  const waitsFor = async (job: Job): Promise<string | null> =>
    (await store.get(job.id))?.sharing?.waitsForNode ?? null;

  describe("a file that machines of a site share", () => {
    beforeEach(async () => {
      under = await open();
      store = under.store;
      for (const name of ["a", "b", "c"]) await register(name);
    });
    afterEach(() => under.dispose());

    it("is fetched by the first of them; nobody takes the others up until it can be had, or it has failed", async () => {
      const [first, second, third] = [await add("a"), await add("b"), await add("c")];
      expect(await waitsFor(first)).toBeNull();
      expect(await store.get(second.id)).toMatchObject({
        waitsFor: first.id,
        after: null,
        sharing: { site: "ams", waitsForNode: "a" },
      });
      expect(await take("b")).toBeNull();
      const running = (await take("a")) as Job;
      expect(await store.sharing.wayOf(first.id, [], NOW)).toEqual({ kind: "origin" });
      await finish(running);
      // Complete, but nobody has read it.
      expect(await take("b")).toBeNull();
      expect(await store.sharing.unread("a")).toMatchObject([
        { id: first.id, destination: "/models/file-1.bin" },
      ]);
      expect(await store.sharing.unread("b")).toEqual([]);
      await store.sharing.publish(first.id, FILE, NOW);
      expect((await take("b"))?.id).toBe(second.id);
      expect(await store.sharing.wayOf(second.id, [], NOW)).toMatchObject({
        kind: "givers",
        site: "ams",
        givers: [{ job: first.id, node: "a", address: "http://a:1", file: FILE, name: "file-1.bin" }],
      });
      expect((await take("c"))?.id).toBe(third.id);
    });

    it("is fetched by the next one where the first fails, is cancelled or removed, or its file is lost", async () => {
      const [first, second, third] = [await add("a"), await add("b"), await add("c")];
      const running = (await take("a")) as Job;
      const failed = {
        type: "failed",
        failure: failure("not_found", "no"),
        bytesCame: false,
        retryAt: null,
      } as const;
      await store.apply(first.id, failed, NOW, leaseOf(running));
      expect([await waitsFor(second), await waitsFor(third)]).toEqual([null, "b"]);
      await store.apply(second.id, { type: "cancel" }, NOW);
      expect(await waitsFor(third)).toBeNull();
      // It waits its turn again, behind who is first by now.
      await store.apply(first.id, { type: "retry" }, NOW);
      expect(await waitsFor(first)).toBe("c");
      await finish((await take("c")) as Job);
      await store.sharing.publish(third.id, null, NOW);
      expect(await waitsFor(first)).toBeNull();
      expect(await store.sharing.find(third.id, "c")).toBeNull();
    });

    it("is fetched by the next one where the first is removed after it was complete, and nobody else has it", async () => {
      const [first, second] = [await add("a"), await add("b")];
      await finish((await take("a")) as Job);
      expect(await waitsFor(second)).toBe("a");
      await store.remove({ ids: [first.id] }, NOW);
      expect(await store.get(second.id)).toMatchObject({ waitsFor: null });
    });

    it("is fetched by another one once the first's machine is away for long, and not before", async () => {
      const [, second, third] = [await add("a"), await add("b"), await add("c")];
      await take("a");
      const later = NOW + SITE_PATIENCE_MS;
      await store.nodes.beat({ name: "b", run: "b/1" }, false, later);
      await store.sharing.settle(later - 1);
      expect(await waitsFor(second)).toBe("a");
      await store.nodes.beat({ name: "b", run: "b/1" }, false, later + 1);
      await store.sharing.settle(later + 1);
      expect([await waitsFor(second), await waitsFor(third)]).toEqual([null, "b"]);
    });

    it("has one first, whoever else gives up on those that have it", async () => {
      const [first, second, third] = [await add("a"), await add("b"), await add("c")];
      await finish((await take("a")) as Job);
      await store.sharing.publish(first.id, FILE, NOW);
      await take("b");
      await take("c");
      expect(await store.sharing.wayOf(second.id, [first.id], NOW)).toEqual({ kind: "origin" });
      expect(await store.sharing.wayOf(third.id, [first.id], NOW)).toEqual({ kind: "wait", node: "b" });
      expect(await store.sharing.wayOf(second.id, [first.id], NOW)).toEqual({ kind: "origin" });
      const running = (await store.get(third.id)) as Job;
      await store.apply(third.id, { type: "stopped", detached: false }, NOW, leaseOf(running));
      expect(await waitsFor(third)).toBe("b");
      expect(await take("c")).toBeNull();
    });

    it("is asked of one that has it by now where another one that had it has failed", async () => {
      const [first, second, third] = [await add("a"), await add("b"), await add("c")];
      await finish((await take("a")) as Job);
      await store.sharing.publish(first.id, FILE, NOW);
      const running = (await take("b")) as Job;
      await take("c");
      expect(await store.sharing.wayOf(second.id, [first.id], NOW)).toEqual({ kind: "origin" });
      await finish(running);
      await store.sharing.publish(second.id, FILE, NOW);
      expect(await store.sharing.wayOf(third.id, [first.id], NOW)).toMatchObject({
        kind: "givers",
        givers: [{ job: second.id, node: "b" }],
      });
      expect(await store.sharing.wayOf(third.id, [first.id, second.id], NOW)).toEqual({ kind: "origin" });
    });

    it("is handed out only by the machine that has it, while its job is complete", async () => {
      const first = await add("a");
      const alone = await store.insert(draft(2, { place: { kind: "node", name: "a" } }), NOW);
      expect(await store.sharing.find(first.id, "a")).toBeNull();
      await finish((await take("a")) as Job);
      await store.sharing.publish(first.id, FILE, NOW);
      expect(await store.sharing.find(first.id, "a")).toEqual({ path: "/models/file-1.bin", file: FILE });
      expect(await store.sharing.find(first.id, "b")).toBeNull();
      await finish((await take("a")) as Job);
      expect(await store.sharing.find(alone.job.id, "a")).toBeNull();
    });

    it("has nothing to do with downloads that come after another, nor with those of other keys", async () => {
      const [first, other] = [await add("a"), await add("b", { sharing: { key: "g:2", site: "ams" } })];
      expect(await waitsFor(other)).toBeNull();
      const after = await add("c", { after: first.id });
      expect(after).toMatchObject({ waitsFor: first.id });
      expect(after.sharing).toBeUndefined();
    });

    it("is asked for with one secret, whoever makes it", async () => {
      const another = await under.openAnother();
      const [one, two] = await Promise.all([store.sharing.secret(), another.sharing.secret()]);
      expect(one).toBe(two);
      expect(one).toMatch(/^[0-9a-f]{64}$/);
    });
  });
}
