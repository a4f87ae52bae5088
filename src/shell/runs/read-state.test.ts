import { describe, expect, test } from "vitest";
import { readState } from "./read-state.ts";

describe("the state of a run", () => {
  test.each([
    ["absent", { kind: "absent" }],
    ["new", { kind: "new" }],
    ["running 2", { kind: "running", step: 2 }],
    ["orphan 0", { kind: "orphan", step: 0 }],
    ["cancelled", { kind: "cancelled" }],
    ["vanished 3 1", { kind: "vanished", survivors: 3, step: 1 }],
    ["rebooted 1", { kind: "rebooted", step: 1 }],
    ["exited 0 1 -", { kind: "exited", code: 0, signal: null, step: 1, diskFull: false }],
    ["exited 8 0 -", { kind: "exited", code: 8, signal: null, step: 0, diskFull: false }],
    ["exited 3 0 full", { kind: "exited", code: 3, signal: null, step: 0, diskFull: true }],
    ["exited 137 0 -", { kind: "exited", code: 137, signal: "KILL", step: 0, diskFull: false }],
    ["exited 143 0 -", { kind: "exited", code: 143, signal: "TERM", step: 0, diskFull: false }],
    ["exited 255 0 -", { kind: "exited", code: 255, signal: null, step: 0, diskFull: false }],
  ])("%s", (words, state) => {
    expect(readState(words.split(" "))).toEqual(state);
  });

  test.each(["", "gone", "running", "running x", "exited 0", "vanished -1 0", "exited 1e3 0 -"])(
    "%j is none we know",
    (words) => {
      expect(readState(words.split(" "))).toBeNull();
    },
  );
});
