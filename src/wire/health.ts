import { z } from "zod";

export const HealthMessage = z.object({
  /** To those who may not look: `ok`, it lives. */
  status: z.enum(["ok", "degraded"]),
  /** This and all below is told to those who may look. */
  version: z.string().optional(),
  /** Name of this node. */
  node: z.string().optional(),
  started_at: z.iso.datetime().optional(),
  /** How many are in each state; empty while the store does not answer. */
  jobs: z.record(z.string(), z.number().int()).optional(),
  /** What a person should look at: rejected files, bad catalogue entries, folders that cannot be written. */
  problems: z.array(z.object({ code: z.string(), message: z.string() })).default([]),
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
