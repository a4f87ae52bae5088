/** What sources hold, and what would become of it. */
import { z } from "zod";
import {
  CommandMessage,
  ExpectedChecksum,
  FailureMessage,
  JobMessage,
  PlaceMessage,
  SourceMessage,
} from "./job-message.ts";
import { JobRequestMessage } from "./requests.ts";
import type { Skipped } from "../job/catalog-contract.ts";

/** A part of a source that is left out. */
const SkippedMessage = z.object({
  /** A path in a repo, a line of a list. */
  what: z.string(),
  reason: z.string(),
  /** The name of the file it was about, for who wants to look for it elsewhere; null where there is none. */
  file: z.string().nullable(),
});

export function toSkippedMessage({ what, reason, file }: Skipped): z.infer<typeof SkippedMessage> {
  return { what, reason, file: file ?? null };
}

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

/** Requests planned at once; each may be a source of thousands of files. */
const MAX_REQUESTS = 100;

/** One request as `POST /jobs` takes it, or several. */
export const PlanRequest = z
  .union([JobRequestMessage, z.strictObject({ jobs: z.array(JobRequestMessage).min(1).max(MAX_REQUESTS) })])
  .meta({ id: "PlanRequest" });
export type PlanRequest = z.input<typeof PlanRequest>;

export const PLANNED_STATES = [
  /** It would be fetched from its first byte on. */
  "new",
  /** It would go on from bytes that are there. */
  "begun",
  /** A job in the queue has this destination. */
  "queued",
  /** It is there and whole. */
  "there",
  /** A different file has its name: `replace` puts this one in its place. */
  "in_the_way",
  /** Its bytes are on this machine: see `from`. */
  "here_elsewhere",
  /** Another one in this plan has the same destination. */
  "repeated",
] as const;

export const PlannedJobMessage = z
  .object({
    /** Names it in `only` of a request, for who wants some jobs of a plan. */
    key: z.string(),
    /**
     * The same for all jobs that bring the same bytes: machines of one site may fetch these once (`share` of a group).
     * Left out where each place fetches for itself.
     */
    file: z.string().optional(),
    name: z.string(),
    source: SourceMessage,
    place: PlaceMessage,
    /** Null while only the server can tell the name, and where a card makes several files. */
    destination: z.string().nullable(),
    /** Bytes; null: nobody knows. */
    size: z.number().nullable(),
    /** The hash it is going to be checked against. */
    checksum: ExpectedChecksum.nullable(),
    state: z.enum(PLANNED_STATES),
    /** Bytes of it that are there already. */
    bytes_done: z.number(),
    /** Where its bytes are on this machine, and how they would most likely be taken from there. */
    from: z.object({ path: z.string(), way: z.enum(["reflink", "hardlink", "copy"]) }).nullable(),
    /** The job that is in the queue. */
    job_id: z.uuid().nullable(),
    /** What would be run, line by line, with the files that come of it as far as can be told; of cards only. */
    commands: z.array(CommandMessage),
    /** Why it would fail, as far as it shows before it begins. */
    trouble: FailureMessage.nullable(),
  })
  .meta({ id: "PlannedJob" });
export type PlannedJobMessage = z.infer<typeof PlannedJobMessage>;

const Sum = {
  /** New jobs that nothing seems to be wrong with. */
  count: z.number().int(),
  /** Bytes they would fetch, as far as sizes are known. */
  bytes: z.number(),
  /** Jobs of them whose size nobody knows. */
  unknown: z.number().int(),
};

export const PlanMessage = z
  .object({
    /** As it was asked for, without secrets. */
    source: z.string(),
    /** What people call it. */
    title: z.string(),
    jobs: z.array(PlannedJobMessage),
    ...Sum,
    skipped: z.array(SkippedMessage),
    notes: z.array(z.string()),
    /** Why nothing of it can be done. */
    error: FailureMessage.extend({
      /** The field of the request at fault. */
      field: z.string(),
      /** Where a person can do something about it. */
      page: z.string().nullable(),
    }).nullable(),
  })
  .meta({ id: "Plan" });
export type PlanMessage = z.infer<typeof PlanMessage>;

export const PlanAnswer = z
  .object({
    /** One for each request, in their order. */
    plans: z.array(PlanMessage),
    ...Sum,
    /** One for each disk that something would be written to; of an instance that answers one for all. */
    space: z.array(
      z.object({
        folder: z.string(),
        /** Id of the instance; null for this machine. */
        host: z.string().nullable(),
        free_bytes: z.number(),
        /** Still to come for jobs in the queue. */
        promised_bytes: z.number(),
        needed_bytes: z.number(),
        enough: z.boolean(),
      }),
    ),
  })
  .meta({ id: "PlanAnswer" });
export type PlanAnswer = z.infer<typeof PlanAnswer>;
