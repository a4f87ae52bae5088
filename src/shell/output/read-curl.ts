/** Frames of curl: the columns of its meters, and the bar of `-#`. */
import { readClock, readSize } from "./figures.ts";

/** `28 2929k   28  839k    0     0   997k      0  0:00:02 --:--:--  0:00:02  997k` */
export interface MeterFrame {
  kind: "meter";
  percent: number;
  /** Of this transfer: what a resumed one has already is not counted. */
  received: number;
  /** Null while the server has not told it. */
  size: number | null;
  bytesPerSecond: number | null;
  etaSeconds: number | null;
}

/** Of `-Z`: `--  --   507k     0     2     2  --:--:-- --:--:-- --:--:-- 1005k` */
export interface ParallelFrame {
  kind: "parallel";
  percent: number | null;
  received: number;
  transfers: number;
  live: number;
  bytesPerSecond: number | null;
  etaSeconds: number | null;
}

/** Of `-#`: `###########           15.3%`, of all of the file. */
export interface HashFrame {
  kind: "hashes";
  percent: number;
}

export type CurlFrame = MeterFrame | ParallelFrame | HashFrame;

/** Longest frame, in characters: a bar is as wide as the terminal. */
const MAX_FRAME_LENGTH = 1024;

const HASHES = /^#{0,1000} {0,1000}(\d{1,3})\.\d%$/;

export function readCurlFrame(text: string): CurlFrame | null {
  if (text.length > MAX_FRAME_LENGTH) return null;
  if (text.endsWith("%")) {
    const hashes = HASHES.exec(text);
    return hashes === null ? null : { kind: "hashes", percent: Number(hashes[1]) };
  }
  if (!text.includes(":")) return null;
  const cells = cellsOf(text);
  if (cells.length === 12) return readMeter(cells);
  return cells.length === 10 ? readParallel(cells) : null;
}

/** Columns, up to one more than there may be. Times of days have a space in them: `2d 05h`. */
function cellsOf(text: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at < text.length && cells.length < 14;) {
    if (text.charCodeAt(at) === 0x20) {
      at += 1;
      continue;
    }
    const space = text.indexOf(" ", at);
    const end = space < 0 ? text.length : space;
    cells.push(text.slice(at, end));
    at = end;
  }
  return text.includes("d ") ? cells.filter((cell, at) => !isDays(cell, cells[at + 1])) : cells;
}

function isDays(cell: string, next = ""): boolean {
  return /^\d+d$/.test(cell) && /^\d+h$/.test(next);
}

function readMeter(cells: readonly string[]): MeterFrame | null {
  const percent = readPercent(cells[0]);
  const received = readCell(cells[3]);
  const size = readCell(cells[1]);
  if (percent === null || received === null || size === null) return null;
  // Of an unknown length it prints what came as the total, and 100 % of that from the start.
  const unknown = size === 0 || (percent === 100 && cells[2] === "0" && size === received);
  return {
    kind: "meter",
    percent,
    received,
    size: unknown ? null : size,
    bytesPerSecond: readCell(cells[11]) ?? readCell(cells[6]),
    etaSeconds: readClock(cells[10] ?? ""),
  };
}

function readParallel(cells: readonly string[]): ParallelFrame | null {
  const received = readCell(cells[2]);
  const transfers = readCell(cells[4]);
  const live = readCell(cells[5]);
  if (received === null || transfers === null || live === null) return null;
  return {
    kind: "parallel",
    percent: readPercent(cells[0]),
    received,
    transfers,
    live,
    bytesPerSecond: readCell(cells[9]),
    etaSeconds: readClock(cells[8] ?? ""),
  };
}

function readPercent(cell = ""): number | null {
  return /^\d{1,3}$/.test(cell) ? Number(cell) : null;
}

function readCell(cell = ""): number | null {
  return readSize(cell, 1024);
}
