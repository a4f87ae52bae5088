import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatEta, formatSize } from "../../job/size-text.ts";
import { readClock, readGrouped, readSize, readSpoken } from "./figures.ts";

test.each([
  ["50.0MiB", 1000, 52_428_800],
  ["50.0M", 1024, 52_428_800],
  ["5.24M", 1000, 5_240_000],
  ["1,39M", 1024, 1_457_521],
  ["839k", 1024, 859_136],
  ["1012KB/s", 1024, 1_036_288],
  ["10.5MiB/s", 1000, 11_010_048],
  ["721 bytes", 1000, 721],
  ["8Mb/s", 1000, 1_000_000],
  ["999424B", 1024, 999_424],
  ["0", 1024, 0],
] as const)("%s in steps of %i is %i bytes", (text, base, bytes) => {
  expect(readSize(text, base)).toBe(bytes);
});

test.each(["", "--.-KB/s", "?", "1.2.3M", "M", "5X", "-5", "1e9", "Infinity", "NaN"])(
  "%j is no size",
  (text) => {
    expect(readSize(text, 1024)).toBeNull();
  },
);

test.each([
  ["3,500,000", 3_500_000],
  ["3.500.000", 3_500_000],
  ["3 500 000", 3_500_000],
  ["937", 937],
  ["1,39", null],
  ["1.39M", null],
])("%j with or without marks between thousands is %j", (text, value) => {
  expect(readGrouped(text)).toBe(value);
});

test.each([
  ["5s", 5],
  ["1m 30s", 90],
  ["1m5s", 65],
  ["2h 5m", 7500],
  ["2d 14h", 223_200],
  ["0,5s", 0.5],
  ["", null],
  [" ", null],
  ["soon", null],
])("%j is %j seconds", (text, seconds) => {
  expect(readSpoken(text)).toBe(seconds);
});

test.each([
  ["0:00:02", 2],
  ["00:07", 7],
  ["1:02:03", 3723],
  ["26:03:04", 93_784],
  ["--:--:--", null],
  ["?", null],
])("the clock %j is %j seconds", (text, seconds) => {
  expect(readClock(text)).toBe(seconds);
});

test.each([
  [0, "0B"],
  [1023, "1023B"],
  [1024, "1.0KiB"],
  [1_048_525, "1.0MiB"],
  [52_428_800, "50.0MiB"],
  [11_010_048, "10.5MiB"],
  [5e12, "4.5TiB"],
])("%i bytes are shown as %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [0, "0s"],
  [59.4, "59s"],
  [60, "1m 0s"],
  [90, "1m 30s"],
  [7500, "2h 5m"],
  [223_200, "2d 14h"],
])("%d seconds are shown as %s", (seconds, text) => {
  expect(formatEta(seconds)).toBe(text);
});

test("what is shown says what it is to a twentieth of its unit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
      const text = formatSize(bytes);
      expect(text).toMatch(/^\d{1,4}(?:\.\d)?(?:B|[KMGTPE]iB)$/);
      const read = readSize(text, 1024) ?? 0;
      expect(Math.abs(read - bytes)).toBeLessThanOrEqual(Math.max(1, bytes * 0.05));
    }),
  );
});
