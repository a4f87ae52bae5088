import { describe, expect, it } from "vitest";
import type { TransferStep } from "../job/job.ts";
import { foreseeAway, wholeAway } from "./look-away.ts";

const SHA = { algorithm: "sha256", hex: "a".repeat(64), origin: "request" } as const;

function step(more: Partial<TransferStep> = {}): TransferStep {
  return {
    kind: "transfer",
    url: "https://example.com/a.bin",
    mirrors: [],
    folder: "/ui/models",
    name: "a.bin",
    size: 100,
    checksum: null,
    headers: {},
    ifExists: "refuse",
    ...more,
  };
}

const there = (bytes: number | null, partBytes: number | null = null) => ({
  path: "/ui/models/a.bin",
  bytes,
  partBytes,
});

describe("a file for an instance that", () => {
  it.each([
    ["is not there is new", step(), there(null), { kind: "new" }],
    ["has been begun goes on", step(), there(null, 40), { kind: "begun", bytes: 40 }],
    ["has its size is there", step(), there(100), { kind: "there", bytes: 100 }],
    ["has another size is in the way", step(), there(99), { kind: "in_the_way" }],
    [
      "is shorter is taken as the beginning where its hash will tell",
      step({ ifExists: "adopt", checksum: SHA }),
      there(99),
      { kind: "begun", bytes: 99 },
    ],
    [
      "is shorter is not where nothing will tell",
      step({ ifExists: "adopt" }),
      there(99),
      { kind: "in_the_way" },
    ],
    ["is to be replaced is new", step({ ifExists: "replace" }), there(99), { kind: "new" }],
    ["nobody knows anything of is in the way", step({ size: null }), there(99), { kind: "in_the_way" }],
    [
      "only the hash is known of is there until it is looked at",
      step({ size: null, checksum: SHA }),
      there(99),
      { kind: "there", bytes: 99 },
    ],
  ])("%s", (_, asked, found, expected) => {
    expect(foreseeAway(asked, found)).toMatchObject(expected);
  });

  it("is to be replaced by one whose hash is known is never taken for it by its size alone", () => {
    expect(wholeAway(step(), there(100))).toBe(100);
    expect(wholeAway(step(), there(99))).toBeNull();
    expect(wholeAway(step({ ifExists: "replace", checksum: SHA }), there(100))).toBeNull();
  });
});
