/** Which part of a file a request wants. Pure. */

export type WantedRange =
  | { kind: "whole" }
  /** [start, end) of it. */
  | { kind: "part"; start: number; end: number }
  /** RFC 9110 §15.5.17: nothing of it is there. */
  | { kind: "none" };

/**
 * RFC 9110 §14.2: a Range that is not understood, of several ranges, or under a validator that does not hold any more,
 * is as none. §13.1.5: the validator is compared strongly.
 */
export function readRange(
  { range, ifRange }: { range: string | undefined; ifRange: string | undefined },
  { size, etag }: { size: number; etag: string },
): WantedRange {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? "") ?? [];
  if (from === "" && to === "") return { kind: "whole" };
  if (ifRange !== undefined && ifRange !== etag) return { kind: "whole" };
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? { kind: "none" } : { kind: "part", start: size - length, end: size };
  }
  const start = Number(from);
  if (to !== "" && Number(to) < start) return { kind: "whole" };
  if (start >= size) return { kind: "none" };
  return { kind: "part", start, end: to === "" ? size : Math.min(Number(to) + 1, size) };
}
