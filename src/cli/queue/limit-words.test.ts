import { describe, expect, it } from "vitest";
import { makeJob } from "../../client/testing/make-job.ts";
import type { LimitMessage } from "../../wire/limits.ts";
import { jobLimitLine, limitLines } from "./limit-words.ts";

const MiB = 1024 ** 2;
/** A Monday. */
const NOW = new Date("2026-01-05T10:05:00");

const limit = (more: Partial<LimitMessage>, now: Partial<LimitMessage["now"]> = {}): LimitMessage => ({
  limit_rate: "none",
  source: "setting",
  setting: "none",
  changed_at: null,
  now: { bytes_per_second: null, window: null, until: null, ...now },
  ...more,
});
const lines = (message: LimitMessage, present: Parameters<typeof limitLines>[1] = null): string[] =>
  limitLines(message, present, NOW.getTime());

describe("the limit for all", () => {
  it("is told with where it comes from and how fast it is at present", () => {
    expect(lines(limit({}), { running: 0, bytesPerSecond: 0 })).toEqual([
      "limit  none",
      "from   the setting HAULYARD_LIMIT_RATE",
      "speed  nothing is running",
    ]);
    const set = limit({ limit_rate: "20MiB", setting: "20MiB" }, { bytes_per_second: 20 * MiB });
    expect(lines(set, { running: 2, bytesPerSecond: 12_300_000 })).toEqual([
      "limit  20 MiB/s",
      "from   the setting HAULYARD_LIMIT_RATE",
      "speed  12.3 MB/s, 2 downloads running",
    ]);
  });

  it("says until when it holds, today or on another day, and what is planned", () => {
    const text = "mon-fri 08:00-18:00=5MiB, 20MiB";
    const now = { bytes_per_second: 5 * MiB, window: "mon-fri 08:00-18:00=5MiB" };
    const until = (moment: string): string => new Date(moment).toISOString();
    expect(lines(limit({ limit_rate: text }, { ...now, until: until("2026-01-05T18:00:00") }))).toEqual([
      "limit  5 MiB/s until 18:00",
      `plan   ${text}`,
      "from   the setting HAULYARD_LIMIT_RATE",
    ]);
    const [first] = lines(limit({ limit_rate: text }, { ...now, until: until("2026-01-06T08:00:00") }));
    expect(first).toBe("limit  5 MiB/s until Tue 08:00");
  });

  it("says that it was changed, when, and how to go back; and that downloads wait where it is off", () => {
    const changed_at = new Date("2026-01-04T09:30:00").toISOString();
    expect(
      lines(
        limit({ limit_rate: "off", source: "person", setting: "5MiB", changed_at }, { bytes_per_second: 0 }),
      ),
    ).toEqual([
      "limit  off, downloads wait",
      "from   changed on 2026-01-04 at 09:30; the setting says 5MiB, 'haulyard limit --reset' goes back to it",
    ]);
  });
});

it("the limit of one job stands before its id and name", () => {
  const job = { id: "1f3a9c2e-0000-4000-8000-000000000000", name: "model.gguf" };
  expect(jobLimitLine(makeJob({ ...job, limit_rate: 512_000 }))).toBe("500 KiB/s  1f3a9c2e  model.gguf");
  expect(jobLimitLine(makeJob(job))).toBe("no limit  1f3a9c2e  model.gguf");
});
