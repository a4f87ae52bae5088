import { describe, expect, test } from "vitest";
import { goesDirect } from "./direct-io.ts";

const GiB = 2 ** 30;
const MEMORY = 16 * GiB;

describe("left to itself, a file goes past the page cache", () => {
  test("when it could not stay there anyway", () => {
    expect(goesDirect("auto", { size: 7 * GiB, isHeldUp: false }, MEMORY)).toBe(false);
    expect(goesDirect("auto", { size: 9 * GiB, isHeldUp: false }, MEMORY)).toBe(true);
  });

  test("when the disk holds up the download, whatever its size", () => {
    expect(goesDirect("auto", { size: GiB, isHeldUp: true }, MEMORY)).toBe(true);
    expect(goesDirect("auto", { size: null, isHeldUp: true }, MEMORY)).toBe(true);
    expect(goesDirect("auto", { size: null, isHeldUp: false }, MEMORY)).toBe(false);
  });
});

test.each([
  ["on", true],
  ["off", false],
] as const)("told to be %s, it is so for every file", (setting, direct) => {
  for (const size of [null, 1, 100 * GiB])
    for (const isHeldUp of [false, true])
      expect(goesDirect(setting, { size, isHeldUp }, MEMORY)).toBe(direct);
});
