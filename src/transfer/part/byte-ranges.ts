/** Sets of byte offsets: sorted, apart, half-open. Pure. */

/** [start, end) in bytes. */
export type ByteRange = readonly [start: number, end: number];

/** The set with one more range in it; ranges that touch become one. */
export function addRange(ranges: readonly ByteRange[], [start, end]: ByteRange): ByteRange[] {
  if (end <= start) return [...ranges];
  const before = ranges.filter(([, itsEnd]) => itsEnd < start);
  const after = ranges.filter(([itsStart]) => itsStart > end);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const merged: ByteRange = [
    Math.min(start, touched[0]?.[0] ?? start),
    Math.max(end, touched.at(-1)?.[1] ?? end),
  ];
  return [...before, merged, ...after];
}

/** The set without one range. */
export function removeRange(ranges: readonly ByteRange[], [start, end]: ByteRange): ByteRange[] {
  if (end <= start) return [...ranges];
  return ranges.flatMap(([itsStart, itsEnd]): ByteRange[] =>
    (
      [
        [itsStart, Math.min(itsEnd, start)],
        [Math.max(itsStart, end), itsEnd],
      ] as const
    ).filter(([from, to]) => from < to),
  );
}

/** What of the set lies below `end`. */
export function clipRanges(ranges: readonly ByteRange[], end: number): ByteRange[] {
  return removeRange(ranges, [end, Infinity]);
}

/**
 * What may be claimed of what is written. The last byte may not as long as an answer is open: it may still turn out
 * longer than it announced. Whoever finds that byte missing asks again, and learns the true length.
 */
export function claimable(
  written: readonly ByteRange[],
  size: number | null,
  isOpen: boolean,
): readonly ByteRange[] {
  return isOpen && size !== null ? clipRanges(written, size - 1) : written;
}

export function countBytes(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** First hole below `size` (null: unknown, then everything after the last range is one), or null if there is none. */
export function firstGap(
  ranges: readonly ByteRange[],
  size: number | null,
): { start: number; end: number | null } | null {
  const [first, second] = ranges;
  const [start, end] = first === undefined || first[0] > 0 ? [0, first?.[0]] : [first[1], second?.[0]];
  if (size !== null && start >= size) return null;
  return { start, end: end ?? size };
}

/** Where the bytes that are there without a hole from the beginning end. */
export function prefixEnd(ranges: readonly ByteRange[]): number {
  const first = ranges[0];
  return first === undefined || first[0] > 0 ? 0 : first[1];
}

/** The range that ends at `end`, or null. */
export function rangeBefore(ranges: readonly ByteRange[], end: number): ByteRange | null {
  return ranges.find(([start, itsEnd]) => start < end && end <= itsEnd) ?? null;
}
