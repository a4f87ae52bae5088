import { expect, test } from "vitest";
import { pieceBytes } from "./piece-size.ts";

const MiB = 1024 * 1024;

test.each([
  ["nothing known of the speed", 0, 1e12, 4, 16 * MiB],
  ["a slow connection", 100_000, 1e12, 4, MiB],
  ["a usual one", 10 * MiB, 1e12, 4, 20 * MiB],
  ["a very quick one", 1e9, 1e12, 4, 64 * MiB],
  ["a small rest for many", 10 * MiB, 256 * MiB, 64, 2 * MiB],
])("%s", (_, speed, missing, connections, expected) => {
  expect(pieceBytes(speed, missing, connections)).toBe(expected);
});
