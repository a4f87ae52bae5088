/** Old system B: models (CONTRACT §5 B). Field names are its clients'. */
import { z } from "zod";

/** `GET /status`: keyed by absolute destination. Times in epoch seconds, speed in bytes/s, eta in seconds. */
export const ModelStatus = z.object({
  progress: z.number().int().min(0).max(100),
  status: z.enum(["starting", "downloading", "completed", "error"]),
  url: z.string(),
  start_time: z.number(),
  timestamp: z.number(),
  file_size: z.number(),
  downloaded: z.number(),
  speed: z.number(),
  eta: z.number(),
  file_size_mb: z.number(),
  downloaded_mb: z.number(),
  speed_mb: z.number(),
  eta_minutes: z.number(),
  completion_time: z.number().optional(),
  error: z.string().optional(),
  paused: z.literal(true).optional(),
  /** The job behind it, in the one API. */
  job_id: z.uuid().optional(),
});
export type ModelStatus = z.infer<typeof ModelStatus>;

export const StatusAnswer = z.record(z.string(), ModelStatus);

/** What an entry of the catalogue may hold; fields we do not know are kept. */
export const ModelInfo = z.looseObject({
  name: z.string().min(1).max(200),
  url: z.string().min(1).max(8192),
  path: z.string().min(1).max(4096),
  description: z.string().max(10_000).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits")
    .nullish(),
  /** Null, like a null hash, takes the field out of the entry. */
  size: z.number().int().nonnegative().nullish(),
});

export const DownloadRequest = z.object({
  model_id: z.string().min(1).max(200),
  model_set: z.string().min(1).max(200),
});

export const AddModelRequest = z.object({
  model_set: z.string().min(1).max(200),
  model_name: z.string().min(1).max(200),
  model_info: ModelInfo,
  new_group: z.boolean().optional(),
  new_group_name: z.string().min(1).max(200).nullish(),
});
export const EditModelRequest = z.object({
  model_set: z.string().min(1).max(200),
  model_id: z.string().min(1).max(200),
  model_info: ModelInfo,
});
export const DeleteModelRequest = z.object({
  model_set: z.string().min(1).max(200),
  model_id: z.string().min(1).max(200),
});

/** `POST /download`, when nothing is wrong. */
export const DownloadAnswer = z.object({
  status: z.enum(["started", "already_exists"]),
  destination: z.string(),
  /** The job behind it, in the one API. */
  job_id: z.uuid().optional(),
});
export type DownloadAnswer = z.infer<typeof DownloadAnswer>;

/** `POST /clear_completed`. */
export const ClearCompletedAnswer = z.object({
  status: z.literal("cleared"),
  removed_count: z.number().int().nonnegative(),
});
export type ClearCompletedAnswer = z.infer<typeof ClearCompletedAnswer>;

/** `POST /add_model`, `/edit_model`, `/delete_model`, `/reload_config`, when nothing is wrong. */
export const CatalogueEditAnswer = z.looseObject({
  /** The id the entry has in its set, where the request did not name it. */
  model_id: z.string().optional(),
});
export type CatalogueEditAnswer = z.infer<typeof CatalogueEditAnswer>;

/** `GET /models`: the catalogue with the state of every file, for the page. */
export const ModelMessage = z.object({
  set_id: z.string(),
  set_name: z.string(),
  model_id: z.string(),
  name: z.string(),
  description: z.string(),
  /** Without secrets. */
  url: z.string(),
  path: z.string(),
  destination: z.string(),
  sha256: z.string().nullable(),
  size: z.number().nullable(),
  state: z.enum(["absent", "partial", "present"]),
  /** Bytes on disk, of the file or of its partial. */
  bytes: z.number(),
  /** What came of holding the file against its hash, as long as it has not changed since; null: nobody has. */
  check: z.object({ verdict: z.enum(["right", "wrong"]), at: z.iso.datetime() }).nullable(),
  /** The job for this destination, if one is known. */
  job_id: z.string().nullable(),
});
export const ModelListMessage = z.object({
  models: z.array(ModelMessage),
  sets: z.array(z.object({ id: z.string(), name: z.string() })),
  bad: z.array(z.object({ set_id: z.string(), model_id: z.string().nullable(), reason: z.string() })),
  models_dir: z.string(),
  /** Folders of models besides it, as `extra_model_paths.yaml` names them. */
  extra_dirs: z.array(z.string()),
  /** The catalogue file that is read and edited. */
  file: z.string(),
});
export type ModelMessage = z.infer<typeof ModelMessage>;
export type ModelListMessage = z.infer<typeof ModelListMessage>;
