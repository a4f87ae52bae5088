import { failure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { spanText } from "./span-text.ts";

/**
 * What may have to be paid for under a limit before the next byte shows: the beginning of a file, which is looked at
 * as a whole, and a least piece of each of many connections. Bytes.
 */
const MOST_OWED_BYTES = 128 * 1024;

/**
 * How long a transfer may be without a byte before it has stalled: the time a person gave, and what its own limits
 * may cost it. Pure.
 *
 * @param bytesPerSecond what its limits leave it; null for no limit
 */
export function stalledAfterMs(stallMs: number, bytesPerSecond: number | null): number {
  return bytesPerSecond === null ? stallMs : stallMs + (MOST_OWED_BYTES / bytesPerSecond) * 1000;
}

/** @param stallMs how long was waited for a byte */
export function stalledFailure(stallMs: number): Failure {
  return failure("stalled", `No byte came for ${spanText(stallMs)}. The bytes that came are kept.`);
}
