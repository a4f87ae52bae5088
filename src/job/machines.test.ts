import { describe, expect, it } from "vitest";
import { awaitedMachine, machinesOf, NO_MACHINES } from "./machines.ts";
import type { Labels, Node } from "./node-contract.ts";
import type { Place } from "./job.ts";

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
const on = (name: string): Place => ({ kind: "node", name });
const at = (hostId: string): Place => ({ kind: "ssh", hostId });
const asked = (...hosts: [string, Labels][]): ReadonlyMap<string, Labels> => new Map(hosts);

describe("the machine a job waits for", () => {
  it("is the one whose disk it is for, where that is away or takes up nothing new", () => {
    const nodes = [node("a"), node("b", { isAway: true }), node("c", { drainingSince: 7 })];
    const machines = machinesOf(nodes, new Map(), "a");
    expect(awaitedMachine(on("a"), machines)).toBeNull();
    expect(awaitedMachine(on("b"), machines)).toEqual({ state: "away", name: "b", since: 50 });
    expect(awaitedMachine(on("c"), machines)).toEqual({ state: "draining", name: "c", since: 7 });
    expect(awaitedMachine(on("d"), machines)).toEqual({ state: "away", name: "d", since: null });
  });

  it("is never the one that says so, which is there, whatever its last word of life", () => {
    const machines = machinesOf([node("a", { isAway: true })], new Map(), "a");
    expect(awaitedMachine(on("a"), machines)).toBeNull();
    expect(awaitedMachine(at("gpu"), machines)).toBeNull();
  });

  it("of an instance is one with its labels, as long as none that is ready has them", () => {
    const fra = node("fra", { labels: { site: "fra" } });
    const needs = asked(["gpu", { site: "fra" }]);
    expect(awaitedMachine(at("gpu"), machinesOf([fra, node("a")], needs, "a"))).toBeNull();
    const missing = { state: "missing", needs: { site: "fra" } };
    for (const gone of [{ isAway: true }, { drainingSince: 7 }, { labels: { site: "ams" } }]) {
      const machines = machinesOf([{ ...fra, ...gone }, node("a")], needs, "a");
      expect(awaitedMachine(at("gpu"), machines)).toEqual(missing);
      expect(awaitedMachine(at("other"), machines)).toBeNull();
    }
  });

  it("of any instance is any, as long as all are away or take up nothing new", () => {
    const nodes = [node("a", { drainingSince: 7 }), node("b", { isAway: true })];
    expect(awaitedMachine(at("gpu"), machinesOf(nodes, new Map(), "a"))).toEqual({
      state: "missing",
      needs: {},
    });
  });

  it("is none as long as nothing is known of machines", () => {
    expect(awaitedMachine(on("b"), NO_MACHINES)).toBeNull();
    expect(awaitedMachine(at("gpu"), NO_MACHINES)).toBeNull();
  });
});
