/** A file that has the final name already: the one asked for, its beginning, or another one. */
import { lstat, open, stat } from "node:fs/promises";
import type { Stats } from "node:fs";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { Checksum, ChecksumState } from "../../job/job.ts";
import { errorCode } from "../disk/classify-disk-error.ts";
import { awaitDigest } from "../hash/await-digest.ts";
import { REPORT_EVERY_MS, verified } from "../verify/verify-file.ts";
import type { Run } from "../transfer-run.ts";

export type Occupant =
  | { kind: "absent" }
  /** `plain`: no symbolic link, and this is its only name. */
  | { kind: "file"; size: number; plain: boolean }
  | { kind: "other"; what: string };

const A_FOLDER = "a folder";

export async function lookAt(path: string): Promise<Occupant> {
  const own = await lstat(path).catch(absentToNull);
  if (own === null) return { kind: "absent" };
  const real = own.isSymbolicLink() ? await stat(path).catch(absentToNull) : own;
  if (real === null) return { kind: "other", what: "a symbolic link to nothing" };
  if (real.isDirectory()) return { kind: "other", what: A_FOLDER };
  if (!real.isFile()) return { kind: "other", what: "no regular file" };
  return { kind: "file", size: real.size, plain: own.isFile() && own.nlink === 1 };
}

function absentToNull(error: unknown): Stats | null {
  if (errorCode(error) === "ENOENT") return null;
  throw error;
}

export type Comparison =
  | { kind: "same"; state: ChecksumState }
  /** `reason` goes on from "the file … and". */
  | { kind: "different"; reason: string }
  | { kind: "stopped" };

/** Is the file the object, by its size and, where one is known, its hash? */
export async function compareExisting(
  run: Run,
  path: string,
  fileSize: number,
  size: number | null,
  checksum: Checksum | null,
): Promise<Comparison> {
  if (size !== null && size !== fileSize) {
    return { kind: "different", reason: `has ${fileSize} bytes where ${size} are expected` };
  }
  if (checksum !== null) {
    const hex = await hashFile(run, path, fileSize, checksum);
    if (hex === null) return { kind: "stopped" };
    if (hex === checksum.hex.toLowerCase()) return { kind: "same", state: verified(checksum) };
    return { kind: "different", reason: `its ${checksum.algorithm} is ${hex}, not ${checksum.hex}` };
  }
  if (size === null) {
    return { kind: "different", reason: "neither size nor hash is known to tell whether it is whole" };
  }
  const reason = "It was there already with the right size; no hash is known for it.";
  return { kind: "same", state: { kind: "unverified", reason } };
}

async function hashFile(
  run: Run,
  path: string,
  bytes: number,
  { algorithm }: Checksum,
): Promise<string | null> {
  run.report.stage("verifying");
  const handle = await open(path);
  const hash = run.machinery.openHash(algorithm);
  const timer = setInterval(() => run.report.verified(hash.bytesHashed), REPORT_EVERY_MS);
  try {
    hash.file(handle.fd, 0, bytes);
    const hex = await awaitDigest(hash, path, run.signal);
    if (hex !== null) run.report.verified(bytes);
    return hex;
  } finally {
    clearInterval(timer);
    // The worker may still read.
    await hash.close();
    await handle.close();
  }
}

/** @param advice where that of the code does not fit */
export function occupied(path: string, reason: string, advice?: string): Failure {
  const message = `${path} exists already; ${reason}.`;
  return failure("destination_exists", message, advice === undefined ? {} : { advice });
}

/** What can be neither compared nor replaced. */
export function occupiedByOther(path: string, { what }: Extract<Occupant, { kind: "other" }>): Failure {
  const isFolder = what === A_FOLDER;
  const advice = isFolder
    ? "Give the file another name, or choose this folder for it (-d of 'haulyard get')."
    : "Give the file another name.";
  return occupied(path, `it is ${what}`, advice);
}
