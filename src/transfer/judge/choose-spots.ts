/** Which bytes of a file that came in parts are fetched again, to see whether they are the same. Pure. */
import type { ByteRange } from "../part/byte-ranges.ts";

export interface SpotRules {
  /** At least so many, spread over a file of few parts. */
  least: number;
  /** At most so many: each costs a round trip. */
  most: number;
  /** Bytes of each. */
  bytes: number;
}

/**
 * A spot in every part, as far as there are not too many: whatever one answer got wrong is met somewhere. The first
 * part always has one: it mostly came without a range, and tells what a server that shifts all its ranges hides.
 * Spots begin inside of parts, at odd places: a server that rounds offsets was asked for round ones so far.
 *
 * @param seams offsets where the bytes of two answers meet
 * @param random 0 to 1
 */
export function chooseSpots(
  size: number,
  seams: Iterable<number>,
  random: () => number,
  rules: SpotRules,
): ByteRange[] {
  const [first, ...others] = partsOf(size, seams);
  if (first === undefined) return [];
  const parts = [first, ...pick(others, rules.most - 1, random)];
  const counts = parts.map(() => 1);
  for (let total = parts.length; total < rules.least; total += 1) {
    const room = parts.map(([start, end], nth) => (end - start) / (counts[nth] as number));
    const widest = room.indexOf(Math.max(...room));
    counts[widest] = (counts[widest] as number) + 1;
  }
  return parts.flatMap((part, nth) => spotsIn(part, counts[nth] as number, rules.bytes, random));
}

function partsOf(size: number, seams: Iterable<number>): ByteRange[] {
  const inside = [...new Set(seams)].filter((at) => at > 0 && at < size).toSorted((a, b) => a - b);
  const edges = [0, ...inside, size];
  return edges
    .slice(1)
    .flatMap((end, nth) => (end > (edges[nth] as number) ? [[edges[nth] as number, end] as const] : []));
}

/** So many of them, at random, in their order. */
function pick(parts: readonly ByteRange[], most: number, random: () => number): ByteRange[] {
  const left = [...parts];
  while (left.length > Math.max(0, most)) left.splice(Math.floor(random() * left.length), 1);
  return left;
}

/** One in each of so many equal stretches of a part. */
function spotsIn([start, end]: ByteRange, count: number, bytes: number, random: () => number): ByteRange[] {
  const stretch = (end - start) / count;
  return Array.from({ length: count }, (_, nth): ByteRange => {
    const from = Math.floor(start + nth * stretch);
    const to = Math.floor(start + (nth + 1) * stretch);
    const length = Math.min(bytes, to - from);
    const at = from + Math.ceil(random() * (to - from - length));
    return [at, at + length];
  }).filter(([from, to]) => to > from);
}
