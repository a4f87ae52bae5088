/**
 * Frames of tqdm: `desc:  26%|██▌       | 5.24M/20.0M [00:00<00:02, 5.33MB/s]`, without a total
 * `desc: 5.24MB [00:01, 5.33MB/s]`, and huggingface_hub's own `desc:  58%|█████▊    | 31.5MB / 54.0MB,  10.1MB/s`.
 */
import type { Base } from "./figures.ts";
import { readClock, readSize } from "./figures.ts";

export interface TqdmFrame {
  /** What stands before the bar, without its colon. */
  description: string;
  percent: number | null;
  /** As printed: `5.24M`, `1`. */
  done: string | null;
  total: string | null;
  /** Of the sizes if they have one, else of the rate: `B`, `iB`, `it`, … Null where it was cut off or is not known. */
  unit: string | null;
  /** The sizes carry the unit themselves. */
  unitOnSizes: boolean;
  etaSeconds: number | null;
  /** Number and prefix of the rate, if it is one per second. */
  rate: string | null;
}

/** Longest frame, in characters: as wide as the widest terminals, with a long description. */
const MAX_FRAME_LENGTH = 4096;

export function readTqdm(text: string): TqdmFrame | null {
  if (text.length > MAX_FRAME_LENGTH) return null;
  const bar = text.lastIndexOf("%|");
  return bar < 0 ? readTotalless(text) : readWithBar(text, bar);
}

const STATS =
  /^ *([0-9.]{1,20}[kMGTPEZY]?)(i?B)? ?\/ {0,8}([0-9.]{1,20}[kMGTPEZY]?|\?)(i?B)?(?: \[[0-9:?]{1,20}<([0-9:?]{1,20})?)?(?:, {0,12}([^\s,\]]{1,40}))?/;

function readWithBar(text: string, bar: number): TqdmFrame | null {
  let digits = bar;
  while (digits > 0 && bar - digits < 3 && isDigit(text.charCodeAt(digits - 1))) digits -= 1;
  if (digits === bar || (digits > 0 && text[digits - 1] !== " " && text[digits - 1] !== ":")) return null;
  const close = text.indexOf("|", bar + 2);
  const stats = close < 0 ? null : STATS.exec(text.slice(close + 1, close + 200));
  const frame = stats === null ? emptyFrame() : readStats(stats);
  frame.description = withoutColon(text.slice(0, digits));
  frame.percent = Number(text.slice(digits, bar));
  return frame;
}

function readStats(stats: RegExpExecArray): TqdmFrame {
  const [, done = null, doneUnit, total = "?", totalUnit, eta = "", rateText = ""] = stats;
  const rate = readRate(rateText);
  const sizeUnit = totalUnit ?? doneUnit ?? null;
  return {
    description: "",
    percent: null,
    done,
    total: total === "?" ? null : total,
    unit: sizeUnit ?? rate.unit,
    unitOnSizes: sizeUnit !== null,
    etaSeconds: readClock(eta),
    rate: rate.perSecond,
  };
}

/** Of a terminal so narrow that nothing stands behind the bar. */
function emptyFrame(): TqdmFrame {
  return {
    description: "",
    percent: null,
    done: null,
    total: null,
    unit: null,
    unitOnSizes: false,
    etaSeconds: null,
    rate: null,
  };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const TOTALLESS = /(?:^|: ?)([0-9.]{1,20}[kMGTPEZY]?)([A-Za-z]{1,20}) \[[0-9:?]{1,20}, {0,4}([^\s,\]]{1,40})/;

function readTotalless(text: string): TqdmFrame | null {
  const bracket = text.lastIndexOf(" [");
  if (bracket < 0) return null;
  const from = Math.max(0, bracket - 60);
  const match = TOTALLESS.exec(text.slice(from, bracket + 100));
  if (match === null) return null;
  const [, done = "", unit = "", rateText = ""] = match;
  const rate = readRate(rateText);
  if (rate.unit !== null && rate.unit !== unit) return null;
  return {
    description: withoutColon(text.slice(0, from + match.index)),
    percent: null,
    done,
    total: null,
    unit,
    unitOnSizes: false,
    etaSeconds: null,
    rate: rate.perSecond,
  };
}

/** `5.33MiB/s`, `?B/s`, `1.20s/it` */
function readRate(text: string): { perSecond: string | null; unit: string | null } {
  const match = /^([0-9.]{1,20}|\?)([kMGTPEZY]?)([^/\d]{1,20})\/([A-Za-z]{1,20})$/.exec(text);
  if (match === null) return { perSecond: null, unit: null };
  const [, number = "", prefix = "", unit = "", per = ""] = match;
  if (per !== "s") return { perSecond: null, unit: unit === "s" ? per : null };
  return { perSecond: number === "?" ? null : number + prefix, unit };
}

function withoutColon(text: string): string {
  const trimmed = text.trim();
  return trimmed.endsWith(":") ? trimmed.slice(0, -1).trimEnd() : trimmed;
}

export function countsBytes(unit: string | null): boolean {
  return unit === "B" || unit === "iB";
}

export interface TqdmSizes {
  bytesDone: number | null;
  bytesTotal: number | null;
  bytesPerSecond: number | null;
}

/** Sizes of a frame that counts bytes. tqdm's `unit_divisor` is not printed. */
export function sizesOf(frame: TqdmFrame, base: Base): TqdmSizes {
  const size = (text: string | null): number | null => (text === null ? null : readSize(text, base));
  return { bytesDone: size(frame.done), bytesTotal: size(frame.total), bytesPerSecond: size(frame.rate) };
}

/** Everything that was to come has come, as far as rounded figures can say. */
export function isFull(frame: TqdmFrame): boolean {
  return frame.percent === 100 && frame.done !== null && frame.done === frame.total;
}
