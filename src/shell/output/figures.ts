/** Sizes, speeds and times as tools print them, and as our events do. */

export type Base = 1000 | 1024;

/** Two places for each power, as the first may be written in two ways. */
const PREFIXES = "..kKM.G.T.P.E.Z.Y.";
const STEPS: Readonly<Record<Base, readonly number[]>> = {
  1000: Array.from({ length: 9 }, (_, power) => 1000 ** power),
  1024: Array.from({ length: 9 }, (_, power) => 1024 ** power),
};

/**
 * Bytes that a size or a speed means, or null if it is none. The number may have one separator; which one it is is up to the
 * locale of the tool.
 *
 * @param base what the prefix counts in where no `i` says that it is 1024
 */
export function readSize(text: string, base: Base): number | null {
  let at = 0;
  let value = 0;
  let scale = 0;
  // Called thrice for a frame: read digit by digit, no text is made for what is a number.
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      value = value * 10 + (code - 0x30);
      scale *= 10;
    } else if (at > 0 && scale === 0 && isSeparator(code)) scale = 1;
    else break;
  }
  // No number, or one that ends with its separator.
  if (at === 0 || scale === 1) return null;
  if (scale > 1) value /= scale;
  if (isSpace(text.charCodeAt(at))) at += 1;
  const prefix = at < text.length ? PREFIXES.indexOf(text.charAt(at)) >> 1 : 0;
  if (prefix > 0) at += 1;
  const binary = prefix > 0 && text.charCodeAt(at) === 0x69;
  const unit = shareOfByte(text, binary ? at + 1 : at);
  if (unit === null) return null;
  return safe(Math.round(value * (STEPS[binary ? 1024 : base][prefix] ?? 1) * unit));
}

/** `B`, `bytes`, bits (`b`), or nothing; `/s` behind it for a speed. */
function shareOfByte(text: string, from: number): number | null {
  const end = text.endsWith("/s") ? text.length - 2 : text.length;
  if (end === from) return 1;
  if (end === from + 1) return text.charAt(from) === "B" ? 1 : text.charAt(from) === "b" ? 1 / 8 : null;
  const unit = text.slice(from, Math.max(from, end));
  return unit === "bytes" || unit === "byte" ? 1 : null;
}

/** Beyond 9 PB numbers are no longer exact, and no file is that large. */
function safe(bytes: number): number | null {
  return Number.isSafeInteger(bytes) ? bytes : null;
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isSeparator(code: number): boolean {
  return code === 0x2e || code === 0x2c;
}

/** As French sets it before units: unbreakable, narrow or not. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0xa0 || code === 0x202f;
}

/** A number with or without marks between thousands: `3,500,000`, `3.500.000`, `3 500 000`. */
export function readGrouped(text: string): number | null {
  return /^[0-9]{1,20}$|^[0-9]{1,3}(?:[.,' \u00a0\u202f][0-9]{3}){1,6}$/.test(text)
    ? safe(Number(text.replaceAll(/\D/g, "")))
    : null;
}

const SPOKEN_UNITS = "dhms";
const SPOKEN_SECONDS = [86_400, 3600, 60, 1] as const;

/** Seconds of `5s`, `1m 30s`, `1m30s`, `2h5m`, `2d 14h`, `0,5s`; null if it is no such time. */
export function readSpoken(text: string): number | null {
  let seconds = 0;
  let unit = -1;
  for (let at = 0; at < text.length;) {
    if (at > 0 && text[at] === " ") at += 1;
    let end = endOfDigits(text, at);
    const whole = end;
    if (end > at && isSeparator(text.charCodeAt(end))) end = endOfDigits(text, end + 1);
    const next = SPOKEN_UNITS.indexOf(text[end] ?? "?");
    // Units come in this order, and only seconds have parts.
    if (end === at || next <= unit || (end > whole && next !== 3)) return null;
    seconds += Number(text.slice(at, end).replace(",", ".")) * (SPOKEN_SECONDS[next] ?? 0);
    unit = next;
    at = end + 1;
  }
  return unit < 0 ? null : seconds;
}

/** Seconds of `0:05`, `00:05`, `1:02:03`, `26:03:04`; null for `--:--:--`, `?` and the like. */
export function readClock(text: string): number | null {
  let seconds = 0;
  let part = 0;
  let colons = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) part = part * 10 + (code - 0x30);
    else if (code === 0x3a && at > 0 && text.charCodeAt(at - 1) !== 0x3a) {
      seconds = (seconds + part) * 60;
      part = 0;
      colons += 1;
    } else return null;
  }
  if (colons < 1 || colons > 2 || text.length > 12 || text.endsWith(":")) return null;
  return seconds + part;
}
