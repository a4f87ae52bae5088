/** What sources hold, and what would become of it. */
import { z } from "zod";
import { JobMessage } from "./job-message.ts";

/** A part of a source that is left out. */
const SkippedMessage = z.object({
  /** A path in a repo, a line of a list. */
  what: z.string(),
  reason: z.string(),
});

/** The answer of `POST /jobs` to a source that is many files. */
export const JobsMessage = z
  .object({
    jobs: z.array(JobMessage),
    count: z.number().int(),
    /** Those of them that are new: the others were there already. */
    created: z.array(z.uuid()),
    skipped: z.array(SkippedMessage),
    /** What a person should know; sentences. */
    notes: z.array(z.string()),
  })
  .meta({ id: "Jobs" });
export type JobsMessage = z.infer<typeof JobsMessage>;
