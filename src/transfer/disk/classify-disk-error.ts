/** Errors of the file system, by errno. */
import { constants } from "node:os";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";

/** `full`: space has to be made. Null: not an error of the file system, a bug. */
export type DiskTrouble = { kind: "full"; message: string } | { kind: "failed"; failure: Failure };

/** Thrown where a file is not what it has to be; carries the failure to the end of the run. */
export class FileRefused extends Error {
  readonly failure: Failure;

  constructor(refusal: Failure) {
    super(refusal.message);
    this.failure = refusal;
  }
}

export function classifyDiskError(error: unknown, path: string): DiskTrouble | null {
  if (error instanceof FileRefused) return { kind: "failed", failure: error.failure };
  const code = errorCode(error);
  switch (code) {
    case null:
      return null;
    case "ENOSPC":
      return { kind: "full", message: `The disk that holds ${path} is full.` };
    case "EDQUOT":
      return { kind: "full", message: `The disk quota for ${path} is used up.` };
    case "EACCES":
    case "EPERM":
      return failed("write_denied", `This user may not write ${path}.`);
    case "EROFS":
      return failed("write_denied", `${path} is on a file system that is read-only.`);
    case "ENOTDIR":
      return failed("path_refused", `A part of ${path} is a file where a folder has to be.`);
    case "ENAMETOOLONG":
      return failed("path_refused", `The path ${path} is too long for this file system.`);
    case "EINVAL":
      return failed("path_refused", `This file system does not take the path ${path}.`);
    case "ELOOP":
      return failed("path_refused", `${path} leads through a symbolic link, which is not followed here.`);
    case "EISDIR":
      return failed("destination_exists", `There is a folder where ${path} has to be.`);
    case "EFBIG":
      return failed("disk_failed", `The file system that holds ${path} does not take files of this size.`);
    case "EMFILE":
    case "ENFILE":
      return {
        kind: "failed",
        failure: failure("disk_failed", "Too many files are open on this machine.", {
          retryable: true,
          advice: "Raise the limit of open files (ulimit -n), or run fewer downloads at once.",
        }),
      };
    case "EIO":
    case "ESTALE":
    case "ENXIO":
    case "ENODEV":
    case "EUCLEAN":
      return failed("disk_failed", `The disk that holds ${path} reports an error (${code}).`);
    case "ENOENT":
      return {
        kind: "failed",
        failure: failure("disk_failed", `${path}, its partial file or its folder was taken away under way.`, {
          retryable: true,
          advice: "Keep other programs away from the partial file; it is fetched again.",
        }),
      };
    default:
      return failed("disk_failed", `${path} cannot be written (${code}).`);
  }
}

function failed(
  code: "write_denied" | "path_refused" | "disk_failed" | "destination_exists",
  message: string,
): DiskTrouble {
  return { kind: "failed", failure: failure(code, message) };
}

/** Errors of the file system that Node.js has no name for: it calls them "Unknown system error -122". */
const NAMELESS = new Map([
  [constants.errno.EDQUOT, "EDQUOT"],
  [constants.errno.ESTALE, "ESTALE"],
  // Linux alone has it, and Node.js not even its number.
  [process.platform === "linux" ? 117 : -1, "EUCLEAN"],
]);

/** errno of a system call's error, or null for any other error. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return null;
  const named = "errno" in error && typeof error.errno === "number" ? NAMELESS.get(-error.errno) : undefined;
  if (named !== undefined) return named;
  return typeof error.code === "string" ? error.code : null;
}
