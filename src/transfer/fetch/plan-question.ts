import type { Question } from "../ask/ask-origin.ts";
import { WHOLE } from "../ask/ask-origin.ts";
import type { ByteRange } from "../part/byte-ranges.ts";
import { firstGap, rangeBefore } from "../part/byte-ranges.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import { ifRangeOf } from "../judge/object-facts.ts";

export interface Stored {
  facts: ObjectFacts;
  written: readonly ByteRange[];
}

export interface Doubts {
  /** No validator vouches for parts of this object. */
  compare: boolean;
  /** The validator changes although the object does not. */
  withoutIfRange: boolean;
}

/**
 * What to ask for next: the first hole, and before it as much of the stored end as has to be compared. Pure.
 *
 * @param share of what is missing, where others fetch the rest
 * @param stored null while nothing is stored
 * @returns null when nothing is missing; `from` is the first byte that is new
 */
export function planQuestion(
  stored: Stored | null,
  doubts: Doubts,
  overlapBytes: number,
  share: { start: number; end: number } | null = null,
): { question: Question; from: number } | null {
  if (stored === null) return { question: WHOLE, from: 0 };
  const { facts, written } = stored;
  const gap = share ?? firstGap(written, facts.size);
  if (gap === null) return null;
  const end = gap.end === facts.size ? null : gap.end;
  if (gap.start === 0 && end === null) return { question: WHOLE, from: 0 };
  const ifRange = doubts.withoutIfRange ? null : ifRangeOf(facts);
  const compare = doubts.compare || ifRange === null;
  const oldest = rangeBefore(written, gap.start)?.[0] ?? gap.start;
  const start = compare ? Math.max(oldest, gap.start - overlapBytes) : gap.start;
  return { question: { start, end, ranged: true, ifRange }, from: gap.start };
}
