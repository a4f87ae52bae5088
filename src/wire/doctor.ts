/** What a look at the whole installation finds. */
import { z } from "zod";
import { FINDING_AREAS, FINDING_STATES } from "../job/finding.ts";

export const FindingMessage = z.object({
  area: z.enum(FINDING_AREAS),
  /** Stable: `models_folder`, `ssh`, `hugging_face`. */
  name: z.string(),
  /** `hint`: it works without, something is not offered. `problem`: something does not work. */
  state: z.enum(FINDING_STATES),
  message: z.string(),
  /** What to do about it. */
  advice: z.string().nullable(),
});
export type FindingMessage = z.infer<typeof FindingMessage>;

export const DoctorAnswer = z
  .object({
    /** Whether there is no problem. */
    ok: z.boolean(),
    version: z.string(),
    /** Of the Node that runs the server. */
    runtime: z.string(),
    /** `linux x64`. */
    platform: z.string(),
    findings: z.array(FindingMessage),
  })
  .meta({ id: "Doctor" });
export type DoctorAnswer = z.infer<typeof DoctorAnswer>;
