import { describe, expect, test } from "vitest";
import { formatBytes, formatExactBytes, formatSpeed } from "./bytes.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("sizes", () => {
  test.each([
    [0, "0 B"],
    [1, "1 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1536, "2 kB"],
    [999_499, "999 kB"],
    [45_300_000, "45.3 MB"],
    [23_841_748_992, "23.84 GB"],
    [1_500_000_000_000, "1.50 TB"],
  ])("%d bytes read as %s", (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text);
  });

  test("a size just under the next unit is never printed as 1000 of the smaller one", () => {
    expect(plain(formatBytes(999_700))).toBe("1.0 MB");
    expect(plain(formatBytes(999_960_000))).toBe("1.00 GB");
  });

  test("nonsense from a broken entry is shown as nothing, not as NaN", () => {
    expect(plain(formatBytes(Number.NaN))).toBe("0 B");
    expect(plain(formatBytes(-5))).toBe("0 B");
  });

  test("the number cannot be torn from its unit at the end of a line", () => {
    expect(formatBytes(5_000_000)).toBe("5.0\u00a0MB");
  });

  test("the tooltip tells the exact bytes", () => {
    expect(formatExactBytes(23_841_748_992)).toBe("23,841,748,992 bytes");
    expect(formatExactBytes(1)).toBe("1 byte");
  });
});

describe("speeds", () => {
  test.each([
    [0, "0 B/s"],
    [900_000, "900 kB/s"],
    [9_840_000, "9.8 MB/s"],
    [152_400_000, "152 MB/s"],
    [1_210_000_000, "1.2 GB/s"],
  ])("%d bytes a second read as %s", (speed, text) => {
    expect(plain(formatSpeed(speed))).toBe(text);
  });
});
