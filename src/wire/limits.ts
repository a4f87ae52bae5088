/** Limits of bandwidth: of one job, and for all. Bytes per second, as numbers or as people write them. */
import { z } from "zod";
import { MIN_RATE, parseRate, SIZE_FORM } from "../job/limit/parse-size.ts";
import { parseSchedule, SCHEDULE_FORM } from "../job/limit/rate-schedule.ts";

const MAX_RATE = Number.MAX_SAFE_INTEGER;
/** A rate is a few characters. */
const MAX_RATE_TEXT = 64;
/** As much as a setting may have. */
const MAX_SCHEDULE_TEXT = 4096;

const RATE_DEMAND = `must be ${SIZE_FORM}, at least ${MIN_RATE} per second`;
const SCHEDULE_DEMAND = `must be ${SCHEDULE_FORM}`;

/** Bytes per second; `20M`; `none` for no limit. */
export const JobLimit = z
  .union(
    [
      z.number().int().min(MIN_RATE).max(MAX_RATE),
      z
        .string()
        .max(MAX_RATE_TEXT)
        .transform((text, context) => {
          if (text.trim().toLowerCase() === "none") return null;
          const rate = parseRate(text);
          if (rate === null) context.addIssue({ code: "custom", message: RATE_DEMAND });
          return rate;
        }),
    ],
    { error: RATE_DEMAND },
  )
  .describe("Bytes per second: 5242880, `5M`, `1.5MiB/s`; `none` for no limit");

/** The limit for all as it is set: a schedule in the words of the setting. */
const OverallLimit = z
  .union(
    [
      z
        .number()
        .int()
        .min(MIN_RATE)
        .max(MAX_RATE)
        .transform((rate) => ({ windows: [], otherwise: rate })),
      z
        .string()
        .max(MAX_SCHEDULE_TEXT)
        .transform((text, context) => {
          const schedule = parseSchedule(text);
          if (schedule === null) context.addIssue({ code: "custom", message: SCHEDULE_DEMAND });
          return schedule;
        }),
    ],
    { error: SCHEDULE_DEMAND },
  )
  .describe(
    "In the words of the setting HAULYARD_LIMIT_RATE: `20M`, `mon-fri 08:00-18:00=5M, 20M`, `none`, `off`",
  );

/** `PUT /limit-rate`. */
export const LimitRequest = z.strictObject({
  limit_rate: OverallLimit.nullable().describe("Null: back to the setting"),
});
export type LimitRequest = z.input<typeof LimitRequest>;

/** `GET /limit-rate`: the limit for all downloads to this machine. */
export const LimitMessage = z
  .object({
    /** What holds, as it is written: `mon-fri 08:00-18:00=5MiB, 20MiB`, `none`, `off`. */
    limit_rate: z.string(),
    /** Where that comes from: the setting, or a person changed it. */
    source: z.enum(["setting", "person"]),
    /** What holds when nobody has changed it. */
    setting: z.string(),
    /** When a person changed it. */
    changed_at: z.iso.datetime().nullable(),
    /** What it comes to at present. */
    now: z.object({
      /** Null: no limit. 0: downloads may not run. */
      bytes_per_second: z.number().nullable(),
      /** The window it comes from, as it is written; null outside of all. */
      window: z.string().nullable(),
      /** When another limit begins by itself; null if none does within a week. */
      until: z.iso.datetime().nullable(),
    }),
  })
  .meta({ id: "Limit" });
export type LimitMessage = z.infer<typeof LimitMessage>;
