import { z } from "zod";

export const HealthMessage = z.object({
  status: z.enum(["ok", "degraded"]),
  version: z.string(),
  /** Name of this node. */
  node: z.string(),
  started_at: z.iso.datetime(),
  jobs: z.record(z.string(), z.number().int()),
  /** What a person should look at: rejected files, bad catalogue entries, folders that cannot be written. */
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
  /** What is not set up and is needed for some sources or places only. An older server tells of none. */
  hints: z
    .array(
      z.object({
        code: z.string(),
        message: z.string(),
        advice: z.string(),
        /** Where a person gets what is missing. */
        page: z.string().nullable(),
      }),
    )
    .default([]),
});
export type HealthMessage = z.infer<typeof HealthMessage>;
