/** What clients send; one schema each, limits included. */
import { z } from "zod";
import { LAYOUTS } from "../job/catalog-contract.ts";
import { REUSE_MODES } from "../job/reuse.ts";
import { JOB_SORTS } from "../job/store-contract.ts";
import { JobLimit } from "./limits.ts";
import { SOURCE_KINDS } from "../job/job.ts";
import { JobMessage, Status } from "./job-message.ts";

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const text = (max: number): z.ZodString =>
  z.string().max(max).regex(NO_CONTROL, "must not hold control characters");

const Priority = z.number().int().min(-1000).max(1000);

/** RFC 9110 §5.6.2: a header name is a token. */
const HeaderName = z
  .string()
  .max(128)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "is not a header name");

/** One word, a list (a line for each source, or commands of curl, wget, aria2c) or a workflow. Longer bodies are not taken at all. */
const SourceText = z
  .string()
  .min(1)
  .max(16 * 1024 * 1024)
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, "must not hold control characters");

/** Of names of files: `*` is any part of a path, `?` one character, as in Hugging Face's tools. */
const Patterns = z.array(text(1024).min(1)).max(64);

/** As `POST /plan` makes them. */
const JobKey = z.string().regex(/^[0-9a-f]{20}$/, "must be the key of a planned job");
/** Jobs of one source that may be chosen: as many as the largest source has. */
const MAX_CHOSEN = 20_000;

export const JobRequestMessage = z
  .strictObject({
    source: SourceText,
    to: text(256).min(1).nullish(),
    path: text(4096).min(1).nullish(),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits")
      .nullish(),
    size: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullish(),
    headers: z
      .record(HeaderName, text(8192))
      .refine((headers) => Object.keys(headers).length <= 64, "must be at most 64 headers")
      .nullish(),
    mirrors: z.array(text(8192).min(1)).max(64).nullish(),
    priority: Priority.nullish(),
    limit_rate: JobLimit.nullish(),
    after: z.uuid().nullish(),
    /** A command that is run once it is complete: one of `GET /after-run`. */
    after_run: text(100).min(1).nullish(),
    /** Put the file in the place of a different one of the same name. */
    replace: z.boolean().nullish(),
    /** What is done where the bytes are on this machine already; without it as the setting says. */
    reuse: z.enum(REUSE_MODES).nullish(),
    /** How files of Hugging Face lie on the disk: `hf-cache` is as its own tools keep them, in their cache. */
    layout: z.enum(LAYOUTS).nullish(),
    /** Of a source that is many files: only those that fit one of these (`*.safetensors`, `vae/*`). */
    include: Patterns.nullish(),
    /** And none that fit one of these. */
    exclude: Patterns.nullish(),
    /** What the source tells of a model (facts, a preview) is kept beside it. */
    with_info: z.boolean().nullish(),
    /** Only these jobs, by the `key` that `POST /plan` gave them. */
    only: z.array(JobKey).min(1).max(MAX_CHOSEN).nullish(),
  })
  .meta({ id: "JobRequest" });
export type JobRequestMessage = z.infer<typeof JobRequestMessage>;

const filterFields = {
  /** One or more of the statuses, comma-separated. */
  status: z
    .string()
    .max(200)
    .transform((list) => list.split(",").map((word) => word.trim().toUpperCase()))
    .pipe(z.array(Status))
    .optional(),
  host: text(256).optional(),
  search: text(256).optional(),
  /** Id of a group. */
  group: z.uuid().optional(),
};

export const JobListQuery = z.object({
  ...filterFields,
  sort: z.enum(JOB_SORTS).default("newest"),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(512).optional(),
});
export type JobListQuery = z.infer<typeof JobListQuery>;

export const JobListMessage = z.object({
  jobs: z.array(JobMessage),
  /** Give it as `cursor` for the next page; null on the last. */
  next: z.string().nullable(),
  /** How many jobs there are in each status, whatever the filter. */
  counts: z.record(Status, z.number().int()),
  /** Position in the event stream at which this was read: `Last-Event-ID` for `/events`. */
  event_id: z.string(),
});
export type JobListMessage = z.infer<typeof JobListMessage>;

export const JOB_ACTIONS = ["pause", "resume", "now", "cancel", "retry", "remove"] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

export const JobActionsRequest = z
  .strictObject({
    /** `now` lets them run whatever the hour; `move` gives them another priority. */
    action: z.enum([...JOB_ACTIONS, "move"]),
    /** Only of `move`. */
    priority: Priority.optional(),
    ids: z.array(z.uuid()).max(10_000).optional(),
    filter: z
      .strictObject({
        status: z.array(Status).optional(),
        host: text(256).optional(),
        search: text(256).optional(),
        /** What they are downloads of: the `kind` of their source. */
        kind: z.enum(SOURCE_KINDS).optional(),
        /** Id of a group. */
        group: z.uuid().optional(),
        /** Of those that have ended: only the ones that had by then. Others do not count. */
        ended_before: z.iso.datetime().optional(),
      })
      .optional(),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), "needs either ids or filter")
  .refine(({ action, priority }) => (action === "move") === (priority !== undefined), {
    message: "needs a priority for move, and only for it",
    path: ["priority"],
  });
export type JobActionsRequest = z.infer<typeof JobActionsRequest>;

export const JobActionsAnswer = z.object({
  success: z.literal(true),
  /** Jobs the action was done to. */
  changed: z.array(z.uuid()),
  /** Jobs it could not be done to, and why. */
  refused: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
});
export type JobActionsAnswer = z.infer<typeof JobActionsAnswer>;

/** Another priority, or another place among the jobs that wait: one of these. */
export const MoveRequest = z
  .strictObject({
    priority: Priority.optional(),
    to: z.enum(["top", "bottom"]).optional(),
    /** The id of a waiting job. */
    before: z.uuid().optional(),
    behind: z.uuid().optional(),
  })
  .refine((fields) => Object.values(fields).filter((value) => value !== undefined).length === 1, {
    message: "needs one of priority, to, before and behind",
    path: ["priority"],
  });
export type MoveRequest = z.infer<typeof MoveRequest>;

/** `PATCH /jobs/{id}`: what is given is changed, the rest stays. */
export const AdjustRequest = z
  .strictObject({
    /** Null: no limit of its own. */
    limit_rate: JobLimit.nullable().optional(),
    priority: Priority.optional(),
  })
  .refine((fields) => Object.keys(fields).length > 0, "needs limit_rate or priority")
  .meta({ id: "JobAdjustment" });
export type AdjustRequest = z.input<typeof AdjustRequest>;

export const LogQuery = z.object({
  /** In bytes; below 0: so many before the end. */
  offset: z.coerce.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).default(0),
});

/** A part of what the commands of a job wrote. */
export const LogMessage = z
  .object({
    /** Where `text` begins: behind the place that was asked for, if what was there is cut off. Bytes. */
    offset: z.number().int(),
    /** Whole lines, without secrets. */
    text: z.string(),
    /** The place to ask from next time. */
    next: z.number().int(),
    /** The line that is being written now, if `text` reaches the end. */
    open: z.string().nullable(),
  })
  .meta({ id: "JobLog" });
export type LogMessage = z.infer<typeof LogMessage>;

/** Ranges a map tells of at most: no screen shows more. */
export const MAP_RANGES = 2000;

const Range = z.tuple([z.number().int(), z.number().int()]);

/** Which bytes of a file are here, and which connection fetches which. Ends are exclusive. */
export const MapMessage = z
  .object({
    size: z.number().nullable(),
    done: z.array(Range),
    /** Where several connections fetch: from `start`, at `position`, up to `end`. */
    fetching: z.array(
      z.object({
        start: z.number().int(),
        position: z.number().int(),
        end: z.number().int(),
        bytes_per_second: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: "JobMap" });
export type MapMessage = z.infer<typeof MapMessage>;

export const HistoryMessage = z.object({
  history: z.array(
    z.object({
      at: z.iso.datetime(),
      from: Status.nullable(),
      to: Status,
      reason: z.string(),
      code: z.string().nullable(),
    }),
  ),
});
export type HistoryMessage = z.infer<typeof HistoryMessage>;
