/** Which pieces of a file are whole, as aria2 writes it: a bit for each, the first one highest, in hexadecimal. */
import type { FileMap } from "../../../job/file-map.ts";

/** aria2's own length of pieces for what comes over HTTP. Bytes. */
const LEAST_PIECE = 1024 * 1024;
/** Pieces of one file at most: nobody draws more, and each costs a quarter of a byte in every answer. */
const MOST_PIECES = 16_384;

/** Bytes: a power of two, so that files of a terabyte still have pieces one can draw. */
export function pieceLengthOf(size: number): number {
  let length = LEAST_PIECE;
  while (size / length > MOST_PIECES) length *= 2;
  return length;
}

export function pieceCountOf(size: number): number {
  return Math.ceil(size / pieceLengthOf(size));
}

/** @param size bytes of the file; without any there are no pieces */
export function bitfieldOf({ done }: Pick<FileMap, "done">, size: number): string {
  const length = pieceLengthOf(size);
  const bits = new Uint8Array(Math.ceil(pieceCountOf(size) / 8));
  const set = (piece: number): unknown =>
    (bits[piece >> 3] = (bits[piece >> 3] ?? 0) | (0x80 >> (piece & 7)));
  for (const [start, end] of done) {
    const first = Math.ceil(start / length);
    // The last piece is as short as it is.
    const behind = end >= size ? pieceCountOf(size) : Math.floor(end / length);
    for (let piece = first; piece < behind; piece += 1) set(piece);
  }
  return Buffer.from(bits).toString("hex");
}
