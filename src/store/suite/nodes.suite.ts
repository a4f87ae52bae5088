import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NodeDraft } from "../../job/node-contract.ts";
import { NODE_AWAY_MS, NODE_TOKEN_MS } from "../../job/node-contract.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";
import { claim, complete, insert, NOW } from "./under-test.ts";

const node = (name: string, more: Partial<NodeDraft> = {}): NodeDraft => ({
  name,
  kind: "serve",
  version: "1.2.3",
  address: null,
  labels: { site: "ams" },
  folders: { models: "/models" },
  run: `${name}/1`,
  tokenHash: null,
  ...more,
});

/** The machines that share a store. */
export function describeNodes(open: OpenStore): void {
  let under: StoreUnderTest;
  beforeEach(async () => {
    under = await open();
  });
  afterEach(() => under.dispose());

  describe("nodes", () => {
    it("are shown with what they say of themselves, to everybody who opens the store", async () => {
      await under.store.nodes.register(node("gpu-2"), NOW);
      await under.store.nodes.register(node("gpu-1", { kind: "worker", labels: {} }), NOW);
      const { nodes } = await under.openAnother();
      expect(await nodes.list(NOW)).toMatchObject([
        { name: "gpu-1", kind: "worker", labels: {}, isAway: false, drainingSince: null },
        {
          name: "gpu-2",
          kind: "serve",
          version: "1.2.3",
          labels: { site: "ams" },
          folders: { models: "/models" },
        },
      ]);
      expect(await nodes.get("gpu-3", NOW)).toBeNull();
    });

    it("are away after ten seconds without a word, back with the next one, and at once after a goodbye", async () => {
      const { nodes } = under.store;
      await nodes.register(node("a"), NOW);
      const later = NOW + NODE_AWAY_MS;
      expect(await nodes.get("a", later)).toMatchObject({ isAway: false });
      expect(await nodes.get("a", later + 1)).toMatchObject({ isAway: true, heartbeatAt: NOW });
      expect(await nodes.beat(node("a"), false, later + 1)).toEqual({
        kind: "kept",
        draining: false,
        until: null,
        sinceStart: false,
      });
      expect(await nodes.get("a", later + 1)).toMatchObject({ isAway: false, startedAt: NOW });
      await nodes.leave(node("a"), later + 2);
      expect(await nodes.get("a", later + 3)).toMatchObject({ isAway: true, heartbeatAt: later + 2 });
    });

    it("hear that they are to take up nothing new, and say when they have nothing left; a new start ends that", async () => {
      const { nodes } = under.store;
      await nodes.register(node("a"), NOW);
      expect(await nodes.drain("a", true, NOW + 1)).toMatchObject({
        drainingSince: NOW + 1,
        isDrained: false,
      });
      expect(await nodes.drain("a", true, NOW + 9)).toMatchObject({ drainingSince: NOW + 1 });
      expect(await nodes.beat(node("a"), false, NOW + 10)).toEqual({
        kind: "kept",
        draining: true,
        until: null,
        sinceStart: true,
      });
      expect(await nodes.get("a", NOW)).toMatchObject({ isDrained: false });
      await nodes.beat(node("a"), true, NOW + 11);
      expect(await nodes.get("a", NOW)).toMatchObject({ isDrained: true });
      expect(await nodes.drain("a", false, NOW + 12)).toMatchObject({
        drainingSince: null,
        isDrained: false,
      });
      // Said a moment too late.
      await nodes.beat(node("a"), true, NOW + 13);
      expect(await nodes.get("a", NOW)).toMatchObject({ isDrained: false });
      await nodes.drain("a", true, NOW + 14, { until: NOW + 60 });
      expect(await nodes.beat(node("a"), false, NOW + 15)).toMatchObject({ draining: true, until: NOW + 60 });
      await nodes.register(node("a", { run: "a/2" }), NOW + 15);
      expect(await nodes.get("a", NOW + 15)).toMatchObject({ drainingSince: null });
      expect(await nodes.drain("b", true, NOW)).toBeNull();
    });

    it("rest at their next start, too, where that was asked, until it is taken back", async () => {
      const { nodes } = under.store;
      expect(await nodes.register(node("a"), NOW)).toBe(false);
      await nodes.drain("a", true, NOW + 1, { until: NOW + 60, stays: true });
      // For this start only, beside what was asked for longer.
      await nodes.drain("a", true, NOW + 2);
      expect(await nodes.register(node("a", { run: "a/2" }), NOW + 3)).toBe(true);
      expect(await nodes.get("a", NOW + 3)).toMatchObject({ drainingSince: NOW + 3, isDrained: false });
      expect(await nodes.beat(node("a", { run: "a/2" }), true, NOW + 4)).toEqual({
        kind: "kept",
        draining: true,
        until: null,
        sinceStart: false,
      });
      await nodes.drain("a", true, NOW + 5);
      expect(await nodes.beat(node("a", { run: "a/2" }), true, NOW + 6)).toMatchObject({ sinceStart: true });
      await nodes.drain("a", false, NOW + 7);
      expect(await nodes.register(node("a", { run: "a/3" }), NOW + 8)).toBe(false);
      await nodes.drain("a", true, NOW + 9, { stays: true });
      await nodes.leave(node("a", { run: "a/3" }), NOW + 9);
      await nodes.remove("a", NOW + 9);
      expect(await nodes.register(node("a", { run: "a/4" }), NOW + 10)).toBe(false);
    });

    it("hear that another process has their name, or that a person has removed them", async () => {
      const { nodes } = under.store;
      await nodes.register(node("a"), NOW);
      await nodes.register(node("a", { run: "a/2" }), NOW + 1);
      expect(await nodes.beat(node("a"), false, NOW + 2)).toEqual({ kind: "replaced" });
      await nodes.leave(node("a"), NOW + 3);
      expect(await nodes.get("a", NOW + 3)).toMatchObject({ isAway: false, run: "a/2" });
      expect(await nodes.beat(node("b"), false, NOW)).toEqual({ kind: "removed" });
    });

    it("are removed when they are away and no job waits for them", async () => {
      const { nodes } = under.store;
      await nodes.register(node("here"), NOW);
      const job = await insert(under.store, 1);
      expect(await nodes.remove("here", NOW)).toEqual({ kind: "alive" });
      await nodes.leave(node("here"), NOW);
      expect(await nodes.remove("here", NOW)).toEqual({ kind: "has_jobs", jobs: 1 });
      expect(await nodes.get("here", NOW)).toMatchObject({ load: { running: 0, waiting: 1 } });
      const running = await claim(under.store, { owner: "here/1" });
      expect(await nodes.get("here", NOW)).toMatchObject({ load: { running: 1, waiting: 0 } });
      await complete(under.store, running);
      expect(await nodes.remove("here", NOW)).toMatchObject({ kind: "removed", node: { name: "here" } });
      expect(await nodes.remove("here", NOW)).toEqual({ kind: "unknown" });
      expect(await under.store.get(job.id)).not.toBeNull();
    });

    it("say how much room they have, until they are forgotten", async () => {
      const { nodes } = under.store;
      await nodes.register(node("a"), NOW);
      expect(await nodes.get("a", NOW)).toMatchObject({ space: {} });
      await nodes.noteSpace("a", { models: 5e12 });
      await nodes.noteSpace("a", { models: 4e12 });
      await nodes.noteSpace("stranger", { models: 1 });
      expect((await nodes.list(NOW)).map(({ space }) => space)).toEqual([{ models: 4e12 }]);
      await nodes.leave(node("a"), NOW);
      await nodes.remove("a", NOW);
      for (const name of ["a", "stranger"]) await nodes.register(node(name), NOW);
      expect((await nodes.list(NOW)).map(({ space }) => space)).toEqual([{}, {}]);
    });

    it("are told what removed jobs have left on their disks, each its own, as long as they are known", async () => {
      const { nodes } = under.store;
      for (const name of ["gpu_1", "GPU_1", "gpu-1"]) await nodes.register(node(name), NOW);
      const left = { job: "one", destination: "/models/a.bin" };
      await nodes.noteLeft("gpu_1", left);
      await nodes.noteLeft("gpu_1", left);
      await nodes.noteLeft("gpu_1", { job: "two", destination: "/models/b.bin" });
      await nodes.noteLeft("stranger", left);
      expect(await nodes.listLeft("gpu_1", 1)).toHaveLength(1);
      await nodes.forgetLeft("gpu_1", "two");
      expect(await nodes.listLeft("gpu_1", 9)).toEqual([left]);
      for (const name of ["GPU_1", "gpu-1", "stranger"]) expect(await nodes.listLeft(name, 9)).toEqual([]);
      await nodes.leave(node("gpu_1"), NOW);
      await nodes.remove("gpu_1", NOW);
      expect(await nodes.listLeft("gpu_1", 9)).toEqual([]);
    });

    it("know one another's tokens by their hashes", async () => {
      const { nodes } = under.store;
      await nodes.register(node("a", { tokenHash: "ab12" }), NOW);
      await nodes.register(node("b"), NOW);
      expect([...(await nodes.tokenHashes(NOW))]).toEqual(["ab12"]);
      await nodes.register(node("a", { tokenHash: "cd34" }), NOW);
      expect([...(await nodes.tokenHashes(NOW))]).toEqual(["cd34"]);
    });

    it("do not know the token of one any more that is gone for a quarter of an hour, until it is back", async () => {
      const { nodes } = under.store;
      await nodes.register(node("a", { tokenHash: "ab12" }), NOW);
      await nodes.leave(node("a"), NOW);
      const over = NOW + NODE_TOKEN_MS + 1;
      expect((await nodes.tokenHashes(over - 1)).has("ab12")).toBe(true);
      expect((await nodes.tokenHashes(over)).has("ab12")).toBe(false);
      await nodes.beat(node("a"), false, over);
      expect((await nodes.tokenHashes(over)).has("ab12")).toBe(true);
    });
  });
}
