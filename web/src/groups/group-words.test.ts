import { describe, expect, test } from "vitest";
import type { GroupMessage } from "../../../src/wire/groups.ts";
import { fractionOf, offersOf, troublesOf, wantedOf } from "./group-words.ts";
import { makeGroup } from "./testing/make-group.ts";

const NONE = makeGroup().counts;
const having = (counts: Partial<GroupMessage["counts"]>) =>
  makeGroup({ counts: { ...NONE, PENDING: 0, RUNNING: 0, ...counts } });

describe("what a group offers", () => {
  test.each([
    ["what runs can be paused, or cancelled", { RUNNING: 1, COMPLETE: 3 }, "pause", ["cancel"]],
    ["what rests goes on", { PAUSED: 2 }, "resume", ["cancel"]],
    ["failures are tried again while others run", { RUNNING: 1, FAILED: 1 }, "pause", ["retry", "cancel"]],
    ["failures alone: again", { FAILED: 2, COMPLETE: 1 }, "retry", []],
    ["what somebody cancelled is not offered at once", { CANCELLED: 2 }, null, ["retry"]],
    ["a key that is asked about is not answered here", { HOST_VERIFICATION_NEEDED: 1 }, null, ["cancel"]],
    ["what is complete wants nothing", { COMPLETE: 2 }, null, []],
  ] as const)("%s", (_, counts, main, more) => {
    expect(offersOf(having(counts))).toEqual({ main, more });
  });
});

test("what needs somebody is said, and nothing where nothing does", () => {
  expect(troublesOf(having({ COMPLETE: 1 }))).toEqual([]);
  expect(troublesOf(having({ FAILED: 2, HOST_VERIFICATION_NEEDED: 1 })).map(({ text }) => text)).toEqual([
    "2 failed",
    "1 waits for a key",
  ]);
  expect(wantedOf(makeGroup({ count: 5, counts: { ...NONE, CANCELLED: 2 } }))).toBe(3);
});

test("the bar is full only at the end, and goes by bytes where they say the same as the percent", () => {
  expect(fractionOf(makeGroup({ percent: 10, bytes_done: 109, bytes_total: 1000 }))).toBeCloseTo(0.109);
  expect(fractionOf(makeGroup({ percent: 50, bytes_done: 109, bytes_total: 1000, unknown: 1 }))).toBe(0.5);
  expect(fractionOf(makeGroup({ percent: 99, bytes_done: 1000, bytes_total: 1000 }))).toBeLessThan(1);
  expect(fractionOf(makeGroup({ status: "COMPLETE", percent: 100 }))).toBe(1);
  expect(fractionOf(makeGroup({ status: "CANCELLED", percent: null }))).toBe(0);
});
