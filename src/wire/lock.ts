/** Messages about lock files. */
import { z } from "zod";

export const LockQuery = z.object({
  /** Only files of this root. */
  root: z.enum(["models", "images", "files"]).optional(),
  /** Files of the downloads folder, too. */
  all: z.enum(["0", "1"]).optional(),
});

export const LockMessage = z
  .object({
    /** The text of the lock file, YAML. */
    lock: z.string(),
    count: z.number(),
    /** Files nobody knows an address of: they can only be found, not fetched. */
    unknown: z.number(),
    /** Files that were not read for their hash yet. */
    unhashed: z.number(),
  })
  .meta({ id: "Lock" });
export type LockMessage = z.infer<typeof LockMessage>;

export const SyncRequest = z.object({
  /** The text of a lock file. */
  lock: z.string(),
  /** An instance, as in `POST /jobs`; this machine if left out. */
  to: z.string().min(1).nullish(),
  /** Says what would be done, and does nothing. */
  dry_run: z.boolean().optional(),
  /** Files of its folders that are not of the lock are removed, once all that are of it are there. */
  delete: z.boolean().optional(),
  /** Entries that cannot be used are left out; else the whole is refused. */
  skip_bad: z.boolean().optional(),
});

export const SyncState = z.enum([
  /** It is there, with the size and hash it has to have. */
  "same",
  /** Something of its size is there: its hash is looked at by the job. */
  "check",
  "missing",
  /** Another file is there. */
  "different",
  /** The same bytes are elsewhere on the place: taken from there. */
  "linked",
  /** It is missing, and nobody knows an address of it. */
  "no_source",
  /** It leads nowhere on this place. */
  "refused",
]);

const SyncFile = z.object({
  root: z.string(),
  path: z.string(),
  destination: z.string().nullable(),
  size: z.number().nullable(),
  state: SyncState,
  /** The job that sees to it; null where there is none, or in a dry run. */
  job_id: z.string().nullable(),
  /** In words, where the state says too little. */
  reason: z.string().nullable(),
});
export type SyncFile = z.infer<typeof SyncFile>;

export const SyncAnswer = z
  .object({
    place: z.object({ kind: z.enum(["node", "ssh"]), name: z.string() }),
    files: z.array(SyncFile),
    /** Files that are not of the lock. */
    extra: z.array(
      z.object({ path: z.string(), size: z.number(), deleted: z.boolean(), reason: z.string().nullable() }),
    ),
    bad: z.array(z.object({ line: z.number(), what: z.string(), field: z.string(), reason: z.string() })),
    /** Bytes that would be, or are being, fetched; those of unknown size count as nothing. */
    bytes: z.number(),
    /** All files of the lock are there. */
    matches: z.boolean(),
    notes: z.array(z.string()),
  })
  .meta({ id: "SyncAnswer" });
export type SyncAnswer = z.infer<typeof SyncAnswer>;
