/**
 * The rows of wget's dot modes: `  3550K .......... .......... ..... 73%  420M 0s`. A dot is 1 KiB in rows of 50, 8 KiB in
 * rows of 48 (binary), 64 KiB in rows of 48 (mega), 1 MiB in rows of 32 (giga); a comma is a dot that was there before.
 */
import { readSize, readSpoken } from "./figures.ts";

export interface DotRow {
  /** Bytes before the first dot of the row. */
  offset: number;
  dots: number;
  /** Dots of the first cluster: 10, 16 or 8; fewer where the row ends in it. */
  cluster: number;
  /** Columns from the first dot to what follows the dots: tells mega from giga. */
  width: number;
  percent: number | null;
  bytesPerSecond: number | null;
  /** What is left; null in the last row, which says how long all of it took. */
  etaSeconds: number | null;
  last: boolean;
}

/** Longest row, in characters: dots take 65 columns at most. */
const MAX_ROW_LENGTH = 200;

const ROW = /^ *([0-9]{1,12})K ([., ]{0,80})(.*)$/;

const FIGURES =
  /^(?:([0-9]{1,3})%)? *(?:([0-9]{1,9}(?:[.,][0-9]{1,9})?[KMGTPE]?))?(?:(=)| )?([0-9]{1,9}(?:[dhms.,][0-9dhms]*)?)?$/;

export function readDotRow(text: string): DotRow | null {
  if (text.length > MAX_ROW_LENGTH) return null;
  const row = ROW.exec(text);
  if (row === null) return null;
  const [, kib = "", drawn = "", rest = ""] = row;
  const dots = countDots(drawn);
  const figures = FIGURES.exec(rest);
  if (figures === null || (dots === 0 && rest === "")) return null;
  const [, percent, speed, equals, time] = figures;
  return {
    offset: Number(kib) * 1024,
    dots,
    cluster: drawn.search(/[^.,]|$/),
    width: drawn.length,
    percent: percent === undefined ? null : Number(percent),
    bytesPerSecond: speed === undefined ? null : readSize(speed, 1024),
    etaSeconds: equals === undefined && time !== undefined ? readSpoken(time) : null,
    last: equals !== undefined,
  };
}

function countDots(drawn: string): number {
  let dots = 0;
  for (let at = 0; at < drawn.length; at++) if (drawn.charCodeAt(at) !== 0x20) dots += 1;
  return dots;
}

const KIB = 1024;
const MIB = 1024 * 1024;

/**
 * Bytes a dot stands for, or null where the row does not tell yet.
 *
 * @param rowBytes distance of the last two rows, if two were seen: it tells for sure
 */
export function bytesPerDot(row: DotRow, rowBytes: number | null): number | null {
  if (row.cluster === 10 || rowBytes === 50 * KIB) return KIB;
  if (row.cluster === 16 || rowBytes === 384 * KIB) return 8 * KIB;
  if (rowBytes === 3 * MIB) return 64 * KIB;
  if (rowBytes === 32 * MIB) return MIB;
  // `micro` prints offsets that stay for several rows: 128 bytes in rows of 48.
  if (rowBytes !== null && rowBytes <= 6 * KIB) return 128;
  if (row.cluster !== 8 || row.percent === null) return null;
  // Six clusters of eight or four, a space after each.
  return row.width >= 50 ? 64 * KIB : MIB;
}
