import { describe, expect, test } from "vitest";
import { checkOne, checkOverall } from "./limit-draft.ts";

describe("a limit that is written", () => {
  test.each(["", " ", "none", "No limit", "5M", "1.5 MiB/s", "500kB"])(
    "for one download may be %j",
    (limit) => {
      expect(checkOne({ limit })).toEqual({});
      expect(checkOverall({ limit })).toEqual({});
    },
  );

  test.each(["off", "mon-fri 08:00-18:00=5M, 20M", "off 23:00-06:00"])("for all may also be %j", (limit) => {
    expect(checkOverall({ limit })).toEqual({});
    expect(checkOne({ limit }).limit).toMatch(/Write a rate/);
  });

  test.each(["fast", "5", "-5M", "5 M B"])("is never %j", (limit) => {
    expect(checkOne({ limit }).limit).toMatch(/Write a rate/);
    expect(checkOverall({ limit }).limit).toMatch(/Write a rate/);
  });
});
