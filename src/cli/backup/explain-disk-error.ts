/** What the disk said, in words for the person at the terminal. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import type { Terminal } from "../screen/terminal.ts";

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
    case "ENAMETOOLONG":
      return {
        message: `The name ${file} is too long for this file system.`,
        advice: "Give a shorter one.",
        code: EXIT.refused,
      };
    case "ENOENT":
    case "ENOTDIR":
      // As in /proc, whose files are the system's.
      if (error.code === "ENOENT" && existsSync(dirname(file)))
        return {
          message: `${file} cannot be made: its folder takes no files.`,
          advice: "Write it to another folder.",
          code: EXIT.refused,
        };
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

/** Answers the exit code. */
export function tellTrouble(terminal: Terminal, { message, advice, code }: DiskTrouble): ExitCode {
  terminal.tell(`haulyard: ${cleanText(message)}`);
  terminal.tell(`  ${advice}`);
  return code;
}
