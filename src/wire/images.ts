/** VM images (CONTRACT §5 A): the catalogue and what is here, in one list. */
import { z } from "zod";

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const text = (max: number): z.ZodString =>
  z.string().min(1).max(max).regex(NO_CONTROL, "must not hold control characters");

/** The id of an entry of the catalogue; of other files their path below the images folder. */
export const ImagePath = z.object({ id: text(4096) });

export const ImageJobPath = z.object({ job_id: z.uuid().transform((id) => id.toLowerCase()) });

export const IMPORT_CHECKSUMS = ["sha256", "sha512", "sha1", "md5"] as const;

export const ImageImportRequest = z.strictObject({
  /** What the file is to be called. */
  name: text(240),
  url: text(8192),
  checksum: z
    .string()
    .regex(
      /^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/,
      "must be the hexadecimal digits of a hash",
    )
    .nullish(),
  /** Told by the digits where it is left out. */
  checksum_type: z.enum(IMPORT_CHECKSUMS).nullish(),
});

export const ImagePhase = z.enum(["NOT_DOWNLOADED", "PENDING", "DOWNLOADING", "VERIFYING", "READY", "ERROR"]);
export type ImagePhase = z.infer<typeof ImagePhase>;

export const ImageStatusMessage = z.object({
  phase: ImagePhase,
  /** Whole percent; null while the size is unknown; 100 only when the file is in place. */
  progress_percent: z.number().int().min(0).max(100).nullable(),
  /** Bytes of the file: on the disk, or as far as it is known how many there will be. */
  size_bytes: z.number().nullable(),
  /** Bytes of the disk that a machine sees. */
  virtual_size_bytes: z.number().nullable(),
  bytes_downloaded: z.number(),
  bytes_per_second: z.number(),
  eta_seconds: z.number().nullable(),
  /** Hexadecimal; what the file is, or has to be. */
  checksum: z.string().nullable(),
  checksum_type: z.string().nullable(),
  /** `damaged`: the bytes on the disk are others. Null while there are none. */
  checksum_state: z.enum(["verified", "unverified", "damaged"]).nullable(),
  /** Where the hash was learnt, or why there is none. */
  checksum_note: z.string().nullable(),
  error_message: z.string().nullable(),
  /** Absolute; where the file is, or will be. */
  path: z.string().nullable(),
});

export const ImageMessage = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    /** The entry of the catalogue that it is, or a build of. */
    catalog_id: z.string().nullable(),
    os: z
      .object({
        family: z.string(),
        distribution: z.string(),
        version: z.string(),
        architecture: z.string(),
        default_user: z.string().nullable(),
      })
      .nullable(),
    arch: z.string().nullable(),
    /** Without secrets. */
    url: z.string().nullable(),
    /** What the file's header says; what the catalogue says while there is no file. */
    format: z.string(),
    /** Bytes, where the catalogue or the disk tells them. */
    size_bytes: z.number().nullable(),
    build: z.string().nullable(),
    /** What the publisher has that is newer, as far as was asked. */
    update: z.object({ build: z.string().nullable(), url: z.string() }).nullable(),
    /** The job behind it, in the one API. */
    job_id: z.uuid().nullable(),
    status: ImageStatusMessage,
  })
  .meta({ id: "Image" });
export type ImageMessage = z.infer<typeof ImageMessage>;

export const ImageListMessage = z.array(ImageMessage);

export const ImageStartedMessage = z.object({ job_id: z.uuid(), image: ImageMessage });

export const ImageJobMessage = z.object({
  job_id: z.uuid(),
  image_id: z.string(),
  status: z.enum(["PENDING", "DOWNLOADING", "VERIFYING", "COMPLETED", "FAILED"]),
  progress_percent: z.number().int().min(0).max(100).nullable(),
  bytes_downloaded: z.number(),
  /** Null while unknown. */
  bytes_total: z.number().nullable(),
  error_message: z.string().nullable(),
});
export type ImageJobMessage = z.infer<typeof ImageJobMessage>;

/** What is wrong with the catalogue; what is right in it is in the list of images. */
export const ImageCatalogMessage = z.object({
  images: z.number().int(),
  images_dir: z.string(),
  /** Null: the built-in one. */
  file: z.string().nullable(),
  /** Builds of an image that stay when a newer one has come; null: all. */
  keep_builds: z.number().int().nullable(),
  /** The file as a whole cannot be used, and why. */
  error: z.string().nullable(),
  bad: z.array(z.object({ id: z.string().nullable(), field: z.string(), reason: z.string() })),
  /** Files and folders that cannot be looked at. */
  troubles: z.array(z.string()),
});

export const ImageUpdatesMessage = z.object({
  updates: z.array(z.object({ id: z.string(), build: z.string().nullable(), url: z.string() })),
  failed: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
});
