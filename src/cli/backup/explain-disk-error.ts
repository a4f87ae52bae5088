/** What the disk said, in words for the person at the terminal. */
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";

export interface DiskTrouble {
  message: string;
  advice: string;
  code: ExitCode;
}

/** @param file that was to be written @returns null if it is no error of the disk */
export function explainDiskError(error: unknown, file: string): DiskTrouble | null {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return null;
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return {
        message: `There is no room for ${file}; nothing of it is left there.`,
        advice: "Make room, or write it to another disk.",
        code: EXIT.noSpace,
      };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return {
        message: `${file} may not be written (${error.code}).`,
        advice: "Write it to a folder of yours.",
        code: EXIT.refused,
      };
    case "ENOENT":
    case "ENOTDIR":
      return {
        message: `The folder of ${file} is not there.`,
        advice: "Make it first.",
        code: EXIT.notFound,
      };
    default:
      return {
        message: `${file} could not be written: ${error.message}.`,
        advice: "Look at the health of the disk and the log of the system.",
        code: EXIT.failed,
      };
  }
}
