import { expect, it } from "vitest";
import type { Node } from "../../job/node-contract.ts";
import { systemClock } from "../../job/clock.ts";
import { NodeWatch } from "./watch-nodes.ts";

const node = (name: string, more: Partial<Node> = {}): Node => ({
  name,
  kind: "worker",
  version: "1",
  address: null,
  labels: {},
  folders: {},
  run: `${name}/1`,
  startedAt: 1,
  heartbeatAt: 50,
  isAway: false,
  drainingSince: null,
  isDrained: false,
  load: { running: 0, waiting: 0 },
  space: {},
  ...more,
});

it("tells of machines when something is otherwise than before, and believes the look that was begun last", async () => {
  let list = (): Promise<Node[]> => Promise.resolve([node("a")]);
  const store = { nodes: { list: () => list() }, hosts: { needs: () => Promise.resolve(new Map()) } };
  const watch = new NodeWatch({ store: store as never, clock: systemClock, node: "a" });
  let told = 0;
  watch.onChange = () => void (told += 1);
  expect(watch.version).toBe(0);
  await watch.look();
  list = () => Promise.resolve([node("a", { heartbeatAt: 99, load: { running: 5, waiting: 1 } })]);
  await watch.look();
  expect([watch.version, told]).toEqual([1, 1]);

  const slow = Promise.withResolvers<Node[]>();
  list = () => slow.promise;
  const late = watch.look();
  list = () => Promise.resolve([node("a"), node("b", { isAway: true })]);
  await watch.look();
  slow.resolve([node("a")]);
  await late;
  expect([watch.version, told]).toEqual([2, 2]);
  expect(watch.machines.nodes.get("b")?.state).toBe("away");
});
