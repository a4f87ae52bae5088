import { describe, expect, test } from "vitest";
import type { LimitMessage } from "../../../src/wire/limits.ts";
import { originSentence, presentSentence, presentWord } from "./limit-words.ts";

const MiB = 1024 ** 2;
const limit = (now: Partial<LimitMessage["now"]>, more: Partial<LimitMessage> = {}): LimitMessage => ({
  limit_rate: "none",
  source: "setting",
  setting: "none",
  changed_at: null,
  ...more,
  now: { bytes_per_second: null, window: null, until: null, ...now },
});
/** A Monday. */
const AT = new Date("2026-01-05T10:00:00").getTime();

describe("the limit for all", () => {
  test("is a word beside the speed, and none where there is none or nothing is known yet", () => {
    expect(presentWord(limit({ bytes_per_second: 5 * MiB }))).toBe("5\u00a0MiB/s");
    expect(presentWord(limit({ bytes_per_second: 0 }))).toBe("off");
    expect(presentWord(limit({}))).toBeNull();
    expect(presentWord(null)).toBeNull();
  });

  test("says until when it holds, with the day where that is not today", () => {
    const until = (text: string): string => new Date(text).toISOString();
    const at = (text: string): string =>
      presentSentence(limit({ bytes_per_second: 5 * MiB, until: until(text) }), AT);
    expect(at("2026-01-05T18:00:00")).toMatch(/^5\u00a0MiB\/s until (?:18:00|06:00.PM)$/);
    expect(at("2026-01-06T08:00:00")).toMatch(/ until Tue.* 0?8:00/);
    expect(presentSentence(limit({ bytes_per_second: 0 }), AT)).toBe("Off: downloads wait");
    expect(presentSentence(limit({}), AT)).toBe("No limit");
  });

  test("says where it comes from", () => {
    expect(originSentence(limit({}), "")).toBe("Nobody has set one.");
    expect(originSentence(limit({}, { limit_rate: "5MiB" }), "")).toMatch(/setting HAULYARD_LIMIT_RATE/);
    expect(originSentence(limit({}, { source: "person", setting: "20MiB" }), "just now")).toBe(
      "Changed just now; the setting says 20MiB.",
    );
  });
});
