import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../job/clock.ts";
import type { Node, NodeDraft } from "../../job/node-contract.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { openSqliteStore } from "../../store/open-sqlite-store.ts";
import { NodeKeeper } from "./keep-node.ts";

/** Beats without pauses. */
const clock = {
  now: () => systemClock.now(),
  sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(1, signal),
};
const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

let folder: string;
let store: JobStore;
let kept: NodeKeeper[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-node-"));
  store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  kept = [];
});
afterEach(async () => {
  for (const keeper of kept) await keeper.close();
  await store.close();
  await rm(folder, { recursive: true });
});

const draft = (name: string, run = `${name}/1`): NodeDraft => ({
  name,
  kind: "worker",
  version: "1.2.3",
  address: null,
  labels: {},
  folders: {},
  run,
  tokenHash: null,
});

interface Told {
  replaced: Promise<void>;
  drained: Promise<void>;
  handedOver: Promise<boolean>;
}

async function open(node: NodeDraft, atWork: () => number = () => 0): Promise<Told & { keeper: NodeKeeper }> {
  const [replaced, drained] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const handedOver = Promise.withResolvers<boolean>();
  const keeper = new NodeKeeper({
    nodes: store.nodes,
    clock,
    log,
    draft: node,
    onReplaced: () => replaced.resolve(),
    onDrained: () => drained.resolve(),
  });
  kept.push(keeper);
  await keeper.open({ atWork, handOver: (everything) => handedOver.resolve(everything) });
  return {
    keeper,
    replaced: replaced.promise,
    drained: drained.promise,
    handedOver: handedOver.promise,
  };
}

async function until(name: string, is: (node: Node | null) => boolean): Promise<Node | null> {
  for (;;) {
    const node = await store.nodes.get(name, clock.now());
    if (is(node)) return node;
    await systemClock.sleep(2);
  }
}

describe("a node", () => {
  it("is known as long as it lives, and away once it has said goodbye", async () => {
    const { keeper } = await open(draft("a"));
    expect(await store.nodes.get("a", clock.now())).toMatchObject({ isAway: false, version: "1.2.3" });
    await keeper.close();
    expect(await store.nodes.get("a", clock.now())).toMatchObject({ isAway: true });
  });

  it("says how much room it has at its folders, those that are still to be made included", async () => {
    await open({ ...draft("a"), folders: { models: folder, images: join(folder, "not/yet") } });
    const node = await until("a", (known) => Object.keys(known?.space ?? {}).length > 0);
    expect(node?.space).toEqual({
      models: expect.any(Number) as number,
      images: expect.any(Number) as number,
    });
    expect(node?.space["models"]).toBeGreaterThan(0);
  });

  it("takes up nothing new once a person wants that, says when it has nothing left, and goes on afterwards", async () => {
    let atWork = 1;
    const { keeper, drained } = await open(draft("a"), () => atWork);
    await store.nodes.drain("a", true, clock.now());
    await until("a", () => keeper.isResting);
    expect(await store.nodes.get("a", clock.now())).toMatchObject({ isDrained: false });
    atWork = 0;
    await drained;
    await until("a", (node) => node?.isDrained === true);
    await store.nodes.drain("a", false, clock.now());
    await until("a", () => !keeper.isResting);
  });

  it("that was started to rest stays, takes up nothing, and goes on once that is taken back", async () => {
    await store.nodes.register(draft("a", "a/0"), clock.now());
    await store.nodes.drain("a", true, clock.now(), { stays: true });
    const { keeper, drained } = await open(draft("a"));
    expect(keeper.isResting).toBe(true);
    await until("a", (node) => node?.isDrained === true);
    await store.nodes.drain("a", false, clock.now());
    await until("a", () => !keeper.isResting);
    // Asked of it while it runs, it may end.
    await store.nodes.drain("a", true, clock.now(), { stays: true });
    await drained;
  });

  it("hands over what runs on instances once there is another one, and everything when its time is up", async () => {
    const one = await open(draft("a"), () => 1);
    await store.nodes.drain("a", true, clock.now());
    await open(draft("b"));
    expect(await one.handedOver).toBe(false);
    const two = await open(draft("c"), () => 1);
    await store.nodes.drain("c", true, clock.now(), { until: clock.now() - 1 });
    expect(await two.handedOver).toBe(true);
  });

  it("ends when another process has its name, and leaves that one alone", async () => {
    const { keeper, replaced } = await open(draft("a"));
    await store.nodes.register(draft("a", "a/2"), clock.now());
    await replaced;
    expect(keeper.isResting).toBe(true);
    await keeper.close();
    expect(await store.nodes.get("a", clock.now())).toMatchObject({ isAway: false, run: "a/2" });
  });

  it("registers again when somebody has removed it for dead", async () => {
    await open(draft("a"));
    const away = clock.now() + 3_600_000;
    expect(await store.nodes.remove("a", away)).toMatchObject({ kind: "removed" });
    await until("a", (node) => node !== null);
  });
});
