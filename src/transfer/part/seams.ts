/** Where a file was put together: the offsets at which an answer began. Pure. */

/** In order. Null: bytes are there that came nobody knows how. */
export type Seams = readonly number[] | null;

/** More are not kept: a few of them are looked at, at random. */
const MOST_SEAMS = 1000;

export function addSeam(seams: Seams, at: number): Seams {
  if (seams === null || seams.includes(at) || seams.length >= MOST_SEAMS) return seams;
  return [...seams, at].toSorted((one, two) => one - two);
}

/** All of it came in one answer. */
export function isOfOnePiece(seams: Seams): boolean {
  return seams !== null && seams.every((at) => at === 0);
}
