/** A digest, or what keeps it from coming, in the words of a transfer. */
import { failure } from "../../job/failure.ts";
import { FileRefused } from "../disk/classify-disk-error.ts";
import { firstOf, onAbort } from "../http1/deadline.ts";
import type { DigestOutcome } from "./hash-stream.ts";

/**
 * Lower-case hexadecimal; null if the signal aborted. Rejects where the file cannot be read, or the worker is gone.
 *
 * @param file as people know it, at the beginning of a sentence
 */
export async function awaitDigest(
  hash: { digest(): Promise<DigestOutcome> },
  file: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return null;
  const outcome = await firstOf<DigestOutcome | null>((settle) => {
    void hash.digest().then(settle);
    return [onAbort(signal, () => settle(null))];
  });
  if (outcome?.kind !== "failed") return outcome?.hex ?? null;
  throw errorOf(outcome, file);
}

function errorOf({ code, message }: DigestOutcome & { kind: "failed" }, file: string): Error {
  switch (code) {
    case "EOF":
      return new FileRefused(
        failure("disk_failed", `${file} became shorter while it was read: ${message}.`, {
          retryable: true,
          advice: "Keep other programs away from the file; it is looked at again.",
        }),
      );
    case "broken":
      return new FileRefused(
        failure("internal", `${file} could not be hashed: ${message}.`, {
          retryable: true,
          advice: "Its bytes are kept, and hashed when it is tried again.",
        }),
      );
    default:
      // An error of the system, as `read` of this thread would have thrown it.
      return Object.assign(new Error(message), { code, syscall: "read" });
  }
}
