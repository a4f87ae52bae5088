/** The bars of wget and wget2: `name   48%[=====>     ]   1.39M   983KB/s    eta 2s`. */
import { readGrouped, readSize, readSpoken } from "./figures.ts";

export interface Bar {
  /** As much of the name as its column shows; may scroll. */
  name: string;
  percent: number | null;
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

const SECONDS = /(?:^|[^0-9.,a-z])((?:\d+d ?)?(?:\d+h ?)?(?:\d+m ?)?(?:\d+(?:[.,]\d+)?s)?) *$/;

/** Null for a line that is no bar. Looks at each character once or twice. */
export function readBar(text: string): Bar | null {
  const close = text.lastIndexOf("]");
  if (close < 0) return readNarrow(text);
  let open = close - 1;
  while (open >= 0 && isBarCharacter(text.charCodeAt(open))) open -= 1;
  if (open < 0 || text[open] !== "[" || close - open < 2) return null;
  const figures = readFigures(text.slice(close + 1, close + 1 + MAX_TAIL_LENGTH));
  if (figures === null) return null;
  const head = readHead(text, open);
  // Of an unknown length a mark runs to and fro: wget shows no percent then, wget2 shows 0.
  const unknown = text.slice(open, close).includes("<=>");
  return { ...head, percent: unknown ? null : head.percent, ...figures };
}

/** Below some fifty columns wget leaves the bar out: `model.safete   8% 203.40K  1015KB/s` */
function readNarrow(text: string): Bar | null {
  if (text.length > MAX_TAIL_LENGTH) return null;
  const at = text.indexOf("% ");
  const figures = at < 0 || !text.includes("B/s") ? null : readFigures(text.slice(at + 1));
  return figures === null ? null : { ...readHead(text, at + 1), ...figures };
}

function readFigures(tail: string): Omit<Bar, "name" | "percent"> | null {
  const match = TAIL.exec(tail);
  if (match === null) return null;
  const [, size = "", speed = "", rest = ""] = match;
  const trimmed = size.trimEnd();
  const time = SECONDS.exec(rest)?.[1] ?? "";
  return {
    bytesDone: readGrouped(trimmed) ?? readSize(trimmed, 1024),
    bytesPerSecond: readSize(speed.replace(" ", ""), 1024),
    seconds: readSpoken(time),
    took: /[.,]/.test(time),
  };
}

/** Name and percent before the bar: `name   48%`, with or without a space after it. */
function readHead(text: string, open: number): { name: string; percent: number | null } {
  let end = open;
  while (end > 0 && text[end - 1] === " ") end -= 1;
  if (text[end - 1] !== "%") return { name: text.slice(0, end).trim(), percent: null };
  let start = end - 1;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start -= 1;
  const digits = text.slice(Math.max(start, end - 4), end - 1);
  return { name: text.slice(0, start).trim(), percent: digits === "" ? null : Number(digits) };
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
