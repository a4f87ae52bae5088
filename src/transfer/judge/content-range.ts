/** RFC 9110 §14.4 Content-Range. */

export type ContentRange =
  /** `end` is exclusive, unlike in the header. */
  | { kind: "range"; start: number; end: number; total: number | null }
  | { kind: "unsatisfied"; total: number }
  /** Not there, of another unit, or not what the grammar allows. */
  | { kind: "invalid" };

const RANGE = /^bytes\s+(\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/i;
const UNSATISFIED = /^bytes\s+\*\/(\d{1,16})$/i;

export function parseContentRange(value: string | null): ContentRange {
  const text = value?.trim() ?? "";
  const unsatisfied = UNSATISFIED.exec(text);
  if (unsatisfied !== null) return { kind: "unsatisfied", total: Number(unsatisfied[1]) };
  const match = RANGE.exec(text);
  if (match === null) return { kind: "invalid" };
  const start = Number(match[1]);
  const end = Number(match[2]) + 1;
  const total = match[3] === "*" ? null : Number(match[3]);
  // "A Content-Range field value is invalid if it contains a range-resp that has a last-pos value less than
  // its first-pos value, or a complete-length value less than or equal to its last-pos value."
  if (end <= start || (total !== null && total < end)) return { kind: "invalid" };
  return { kind: "range", start, end, total };
}
