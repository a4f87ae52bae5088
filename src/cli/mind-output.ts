/**
 * What becomes of output that cannot be written: its reader has gone (`| head`), the disk behind it is full. What a
 * command does is worth more than its words: it does it to the end, but for the commands that only show.
 */
import { writeSync } from "node:fs";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";

const REASON: Record<string, string> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
};

const unread = new AbortController();
let lost: NodeJS.ErrnoException | null = null;

/** Aborted once a reader has gone: who shows what comes has nobody to show it to. */
export const nobodyReads: AbortSignal = unread.signal;

/** To be called before anything is written. */
export function mindOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (isUnread(error)) unread.abort();
    else lost ??= error;
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (isUnread(error)) unread.abort();
  });
}

/** What to end with, once all is written: output of which a part is missing is not done. */
export async function judgeOutput(code: ExitCode): Promise<ExitCode> {
  // A stream tells of its error only after the write.
  await new Promise((resolve) => setImmediate(resolve));
  if (lost === null) return code;
  const { code: reason = "", message } = lost;
  tell(`haulyard: the output could not be written: ${REASON[reason] ?? message}\n`);
  if (code !== EXIT.done) return code;
  return reason === "ENOSPC" || reason === "EDQUOT" ? EXIT.noSpace : EXIT.failed;
}

/** Where SIGPIPE would end a program, which Node ignores; a terminal that is gone answers EIO. */
function isUnread({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "EIO";
}

/** Standard error may be the same full disk: then the exit code is all there is. */
function tell(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // See above.
  }
}
