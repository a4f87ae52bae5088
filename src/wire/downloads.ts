/** Old system C: the resource queue (CONTRACT §5 C). Field names are its clients'. */
import { z } from "zod";
import { Status } from "./job-message.ts";

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const line = (max: number): z.ZodString =>
  z.string().min(1).max(max).regex(NO_CONTROL, "must not hold control characters");

/** More cards than a folder has. */
const MAX_RESOURCES = 1000;

/** A connection as people paste it, over several lines if need be. */
export const ConnectionText = z.string().min(1).max(4096);

export const QueueRequest = z
  .object({
    ssh_connection: ConnectionText,
    /** Cards by their path below the folder of the cards. */
    resources: z
      .array(
        z.union([line(4096), z.object({ filepath: line(4096) })], {
          error: "must be the path of a card, or {filepath}",
        }),
      )
      .min(1)
      .max(MAX_RESOURCES),
    /** What `$UI_HOME` is there; without it the instance's own, or the setting's. */
    ui_home: line(4096).nullish(),
    priority: z.number().int().min(-1000).max(1000).nullish(),
  })
  .meta({ id: "QueueRequest" });
export type QueueRequest = z.infer<typeof QueueRequest>;

const nullableText = z.string().nullable();
const nullableNumber = z.number().nullable();

const DownloadProgress = z.object({
  type: z.enum(["stage_start", "progress", "stage_complete"]),
  /** `images`, `model` or `download`; or what is done in place of it: `connecting`, `reconnecting`, `verifying` … */
  stage: z.string(),
  /** Of the whole job; null while the total is unknown; 100 only once all of it is there. */
  percent: z.number().int().min(0).max(100).nullable(),
  /** `50.0MiB`, of the whole job; a plain count where the tool counts pictures. */
  downloaded: nullableText,
  total: nullableText,
  /** `10.5MiB/s` */
  speed: nullableText,
  /** `1m 30s` */
  eta: nullableText,
  /** Model or file at work. */
  name: nullableText,
  filename: z.string().optional(),
  /** The same, exact. */
  bytes_done: nullableNumber,
  bytes_total: nullableNumber,
  bytes_per_second: nullableNumber,
  eta_seconds: nullableNumber,
});

export const DownloadMessage = z
  .object({
    id: z.uuid(),
    /** The instance's address with its dots as underscores; two ports of one address share it. */
    instance_id: z.string(),
    ssh_connection: z.string().optional(),
    added_at: z.iso.datetime(),
    status: Status,
    total_commands: z.number().int(),
    /** From 1 while a command runs, and of the one that failed; else how many are done. */
    command_index: z.number().int(),
    progress: DownloadProgress,
    error: z.string().optional(),
    host_verification_needed: z.literal(true).optional(),
    /** Where a key has to be accepted. */
    host: z.string().optional(),
    port: z.number().int().optional(),
    updated_at: z.iso.datetime(),
    /** Without secrets. */
    commands: z.array(z.string()),
    resource_paths: z.array(z.string()),
    display_name: z.string(),
  })
  .meta({ id: "ResourceDownload" });
export type DownloadMessage = z.infer<typeof DownloadMessage>;

export const QueueAnswer = z.object({
  success: z.literal(true),
  /** One for each resource that was queued, or whose job was in the queue already. */
  jobs: z.array(DownloadMessage),
  count: z.number().int(),
  /** Resources that were not queued, and why. */
  skipped: z.array(z.object({ filepath: z.string(), reason: z.string() })),
  /** Cards that those which were queued need and that were not asked for. */
  dependencies: z.array(
    z.object({
      name: z.string(),
      /** To be queued, too. Null: no card goes by this name. */
      filepath: z.string().nullable(),
      needed_by: z.string(),
      problem: z.string().nullable(),
    }),
  ),
  /** What was left out of the connection, and why. */
  notes: z.array(z.string()),
});
export type QueueAnswer = z.infer<typeof QueueAnswer>;

export const DownloadsQuery = z.object({
  /** Empty: all. */
  instance_id: z.string().max(256).regex(NO_CONTROL, "must not hold control characters").optional(),
});

export const DownloadsAnswer = z.array(DownloadMessage);

export const RetryRequest = z.object({ job_id: z.uuid().transform((id) => id.toLowerCase()) });

export const DoneAnswer = z.object({ success: z.literal(true), message: z.string() });
