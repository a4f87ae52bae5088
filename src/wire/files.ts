/** The files that are here, as the index knows them. */
import { z } from "zod";

/** Absolute. */
const Path = z.string().max(4096).regex(/^\//, "must be absolute");

export const FileListQuery = z.object({
  /** Only files below this folder. */
  under: Path.optional(),
  /** Only those nobody knows: neither the catalogue nor a download of ours. */
  unknown: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** `next` of the page before. */
  cursor: Path.optional(),
});
export type FileListQuery = z.input<typeof FileListQuery>;

const CheckMessage = z.object({
  at: z.iso.datetime(),
  verdict: z.enum(["right", "wrong"]),
  expected: z.string(),
  /** Who says that it has to have that hash. */
  origin: z.string(),
});

export const FileMessage = z
  .object({
    path: z.string(),
    size: z.number(),
    modified_at: z.iso.datetime(),
    /** Null while nobody has read the file. */
    sha256: z.string().nullable(),
    /** A model of the catalogue: by its path, or by its hash. */
    model: z.object({ set_id: z.string(), model_id: z.string(), by: z.enum(["path", "sha256"]) }).nullable(),
    /** Where a download of ours took it from, without secrets. */
    source: z.object({ kind: z.string(), text: z.string() }).nullable(),
    /** What came of holding it against its hash, as long as it has not changed since. */
    check: CheckMessage.nullable(),
  })
  .meta({ id: "File" });
export type FileMessage = z.infer<typeof FileMessage>;

export const FileListMessage = z.object({
  files: z.array(FileMessage),
  /** Give it as `cursor` for the next page; null on the last. A page may have fewer files than asked for, also none. */
  next: z.string().nullable(),
});
export type FileListMessage = z.infer<typeof FileListMessage>;

export const FolderListMessage = z.object({
  folders: z.array(
    z.object({
      folder: z.string(),
      /** Of what lies right in it. */
      files: z.number().int(),
      bytes: z.number(),
      /** Bytes of files nobody has read for their hash. */
      unread_bytes: z.number(),
    }),
  ),
  /** The folders that are looked through. */
  roots: z.array(z.string()),
  /** False until all of them were looked through once since the start. */
  complete: z.boolean(),
  /** The file that is read for its hash at present. */
  reading: z.string().nullable(),
  /** What could not be looked at, and why: sentences. */
  troubles: z.array(z.string()),
});
export type FolderListMessage = z.infer<typeof FolderListMessage>;

export const VerifyFilesRequest = z.strictObject({
  /** Files of the index. Each is read through before the answer comes. */
  paths: z.array(Path).min(1).max(100),
});
export type VerifyFilesRequest = z.infer<typeof VerifyFilesRequest>;

export const VerifyFilesMessage = z.object({
  results: z.array(
    z.object({
      path: z.string(),
      /** `unknown`: nobody says which hash it has to have; `gone`: it is no file of the index, or changed meanwhile. */
      verdict: z.enum(["right", "wrong", "unknown", "gone"]),
      file: FileMessage.nullable(),
    }),
  ),
});
export type VerifyFilesMessage = z.infer<typeof VerifyFilesMessage>;
