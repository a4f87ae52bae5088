/** The bars of wget and wget2: `name   48%[=====>     ]   1.39M   983KB/s    eta 2s`. */
import { readGrouped, readSize, readSpoken } from "./figures.ts";

export interface Bar {
  /** As much of the name as its column shows; may scroll. */
  name: string;
  percent: number | null;
  /** A space stands between percent and bar. */
  spaced: boolean;
  bytesDone: number | null;
  bytesPerSecond: number | null;
  /** A time at the end: what is left, in whole seconds; in the last frame what it took. */
  seconds: number | null;
  /** The time is what it took: only that has parts of seconds. */
  took: boolean;
}

/** Longest text after a bar, in characters; the figures take some forty columns. */
const MAX_TAIL_LENGTH = 200;

/** Size, speed, and a word with a time in any language. */
const TAIL =
  /^ *([0-9][0-9.,' \u00a0\u202f]{0,30}[KMGTPE]?) +([0-9][0-9.,]{0,20} ?[KMGTPE]?[Bb]?\/s|-[-.,]+[KMGTPE]?[Bb]?\/s|[0-9.,]{1,20} ?B\/s)?(.*)$/;

/** Null for a line that is no bar. Looks at each character once or twice. */
export function readBar(text: string): Bar | null {
  const close = text.lastIndexOf("]");
  if (close < 0) return readNarrow(text);
  let open = close - 1;
  while (open >= 0 && isBarCharacter(text.charCodeAt(open))) open -= 1;
  if (open < 0 || text[open] !== "[" || close - open < 2) return null;
  const bar = readFigures(text.slice(close + 1, close + 1 + MAX_TAIL_LENGTH));
  if (bar === null) return null;
  readHead(text, open, bar);
  // Of an unknown length a mark runs to and fro: wget shows no percent then, wget2 shows 0.
  if (bar.percent === 0 && text.indexOf("<=>", open) > 0) bar.percent = null;
  return bar;
}

/** Below some fifty columns wget leaves the bar out: `model.safete   8% 203.40K  1015KB/s` */
function readNarrow(text: string): Bar | null {
  if (text.length > MAX_TAIL_LENGTH) return null;
  const at = text.indexOf("% ");
  const bar = at < 0 || !text.includes("B/s") ? null : readFigures(text.slice(at + 1));
  if (bar !== null) readHead(text, at + 1, bar);
  return bar;
}

/** What stands behind a bar; name and percent are still to be read. */
function readFigures(tail: string): Bar | null {
  const match = TAIL.exec(tail);
  if (match === null) return null;
  const size = (match[1] ?? "").trimEnd();
  const time = timeAtEnd(match[3] ?? "");
  return {
    name: "",
    percent: null,
    spaced: false,
    bytesDone: readGrouped(size) ?? readSize(size, 1024),
    bytesPerSecond: readSize((match[2] ?? "").replace(" ", ""), 1024),
    seconds: readSpoken(time),
    took: time.includes(".") || time.includes(","),
  };
}

/** The time at the end of `    eta 2d 14h`, `    ds 3,0s`: whatever the word before it is. */
function timeAtEnd(rest: string): string {
  const text = rest.trimEnd();
  let from = text.length;
  while (from > 0 && "0123456789dhms.,: ".includes(text[from - 1] ?? "")) from -= 1;
  while (from < text.length && !isDigit(text.charCodeAt(from))) from += 1;
  return text.slice(from);
}

/** Name and percent before the bar: `name   48%`, with or without a space after it. */
function readHead(text: string, open: number, bar: Bar): void {
  let end = open;
  while (end > 0 && text[end - 1] === " ") end -= 1;
  let start = end;
  if (text[end - 1] === "%") {
    bar.spaced = end < open;
    start = end - 1;
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start -= 1;
    if (start < end - 1) bar.percent = Number(text.slice(Math.max(start, end - 4), end - 1));
  }
  bar.name = text.slice(0, start).trim();
}

/** `=`, `+`, `>`, `<`, `-`, `*`, `#`, space. */
function isBarCharacter(code: number): boolean {
  return (
    code === 0x20 ||
    code === 0x3d ||
    code === 0x2b ||
    code === 0x3e ||
    code === 0x3c ||
    code === 0x2d ||
    code === 0x2a ||
    code === 0x23
  );
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
