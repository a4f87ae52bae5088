import { describe, expect, it } from "vitest";
import { freeSlot, lanesWithRoom, limitOf } from "./lanes.ts";

describe("lanes", () => {
  const limits = [
    { lane: "node:box", limit: 3 },
    { lane: "ssh:*", limit: 1 },
    { lane: "ssh:slow:22", limit: 0 },
  ];

  it("have their own limit, else that of all of their kind, else none at all", () => {
    const known = new Map(limits.map(({ lane, limit }) => [lane, limit]));
    expect(limitOf("node:box", known)).toBe(3);
    expect(limitOf("node:other", known)).toBe(0);
    expect(limitOf("ssh:gpu", known)).toBe(1);
    expect(limitOf("ssh:*", known)).toBe(1);
    expect(limitOf("ssh:slow:22", known)).toBe(0);
    expect(limitOf("sshx:gpu", known)).toBe(0);
    expect(limitOf("", known)).toBe(0);
  });

  it("have room if something waits and fewer than the limit run", () => {
    const loads = [
      { lane: "node:box", kind: "pending", n: 9 },
      { lane: "node:box", kind: "running", n: 2 },
      { lane: "ssh:full", kind: "pending", n: 1 },
      { lane: "ssh:full", kind: "running", n: 1 },
      { lane: "ssh:idle", kind: "pending", n: 0 },
      { lane: "ssh:free", kind: "pending", n: 1 },
      { lane: "ssh:slow:22", kind: "pending", n: 1 },
      { lane: "node:other", kind: "pending", n: 1 },
    ];
    expect([...lanesWithRoom(loads, limits)]).toEqual([
      ["node:box", 3],
      ["ssh:free", 1],
    ]);
  });

  it("give the lowest place that is free, and none beyond the limit", () => {
    expect(freeSlot([], 2)).toBe(0);
    expect(freeSlot([0], 2)).toBe(1);
    expect(freeSlot([1], 2)).toBe(0);
    expect(freeSlot([0, 1], 2)).toBeNull();
    expect(freeSlot([2, 3], 2)).toBeNull();
    expect(freeSlot([], 0)).toBeNull();
  });
});
