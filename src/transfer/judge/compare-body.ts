import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";

export type BodyComparison =
  | { kind: "same" }
  | { kind: "different" }
  /** It ended before all was compared; so many bytes were the same. */
  | { kind: "failed"; failure: Failure; compared: number }
  | { kind: "stopped" };

/** Reads a body to its end and compares it with bytes that are stored. */
export async function compareBody(
  { body, url }: Pick<FinalAnswer, "body" | "url">,
  stored: Uint8Array,
  signal: AbortSignal,
): Promise<BodyComparison> {
  let at = 0;
  let same = true;
  const ended = await body.deliver((bytes) => {
    same &&= Buffer.compare(bytes, stored.subarray(at, at + bytes.length)) === 0;
    at += bytes.length;
    return undefined;
  }, signal);
  if (ended.kind === "aborted") return { kind: "stopped" };
  if (!same) return { kind: "different" };
  if (at === stored.length) return { kind: "same" };
  if (ended.kind === "broken") return { kind: "failed", failure: ended.failure, compared: at };
  const why = failure("truncated", `${url.host} ended the answer early.`);
  return { kind: "failed", failure: why, compared: at };
}
