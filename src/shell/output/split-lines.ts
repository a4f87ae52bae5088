/**
 * Bytes of a terminal or a pipe → lines and frames of progress bars. However the bytes are cut into chunks, the lines are
 * the same: nothing is decided before the bytes it depends on are there, and text is decoded a whole line at a time.
 */
import { isUtf8 } from "node:buffer";

/** How a line ended: closed by a line feed, drawn over by what follows, or not yet: it will be read again. */
export type LineEnd = "newline" | "redraw" | "open";

export interface OutputLine {
  /** Without escape codes and control characters but tabs; never blank. */
  text: string;
  end: LineEnd;
}

/**
 * Longest line that is kept, in bytes; its rest is dropped. A JSON line of rclone with a hundred transfers has some
 * 30 KiB, a frame of a bar a few hundred bytes.
 */
export const MAX_LINE_BYTES = 64 * 1024;

/** Memory for the first line that is kept: most frames of bars fit in it. */
const FIRST_BYTES = 256;

/** Longest escape sequence, in bytes. Titles of windows are shorter; what is longer is noise that would swallow lines. */
const MAX_ESCAPE_BYTES = 1024;

const BACKSPACE = 0x08;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const ESC = 0x1b;
const BELL = 0x07;
const DEL = 0x7f;

/** Where the reader is: in text, or how deep in an escape sequence (ECMA-48 §5.3, §5.4, §5.6). */
type Mode = "text" | "escape" | "charset" | "csi" | "string" | "string_end";

export class LineSplitter {
  readonly #emit: (line: OutputLine) => void;
  /** The line so far, unless all of it lies in the present chunk. Grows with the longest: a thousand are followed at once. */
  #kept = EMPTY;
  #length = 0;
  #ascii = true;
  #mode: Mode = "text";
  #escapeBytes = 0;
  #erasesRight = true;
  /** A carriage return came; whether a line feed follows is not known yet. */
  #returned = false;

  constructor(emit: (line: OutputLine) => void) {
    this.#emit = emit;
  }

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length)
      at = this.#mode === "text" ? this.#readText(bytes, at) : this.#readEscape(bytes[at] ?? 0, at);
  }

  /** The line that has begun and not ended yet, or null. */
  pending(): OutputLine | null {
    const text = decode(this.#kept, 0, this.#length, this.#ascii);
    return isBlank(text) ? null : { text, end: "open" };
  }

  /** No more bytes come: what is left is a line. */
  end(): void {
    this.#close("redraw");
    this.#mode = "text";
  }

  /** Reads up to a control character, and that one. Answers where to go on. */
  #readText(bytes: Buffer, from: number): number {
    let at = from;
    let ascii = true;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte < 0x20 ? byte !== TAB : byte === DEL) break;
      if (byte > DEL) ascii = false;
    }
    if (at > from && this.#returned) this.#close("redraw");
    if (this.#length === 0 && at - from <= MAX_LINE_BYTES && at > from) {
      // The usual line lies in one chunk and needs no copy.
      const end = endWithin(bytes, at);
      if (end !== null) {
        this.#say(decode(bytes, from, at, ascii), end.kind);
        return end.next;
      }
    }
    this.#keep(bytes, from, at, ascii);
    if (at < bytes.length) this.#obey(bytes[at] as number);
    return at + 1;
  }

  #obey(control: number): void {
    switch (control) {
      case LF:
        return this.#close("newline");
      case CR:
        this.#returned = true;
        return;
      case ESC:
        // What is erased or coloured now was a frame of its own before.
        if (this.#returned) this.#close("redraw");
        this.#mode = "escape";
        this.#escapeBytes = 0;
        return;
      case BACKSPACE:
        return this.#close("redraw");
    }
  }

  /** One byte of an escape sequence. Answers where to go on: at the same byte, if it is none. */
  #readEscape(byte: number, at: number): number {
    this.#escapeBytes += 1;
    const broken = byte === LF || byte === CR || this.#escapeBytes > MAX_ESCAPE_BYTES;
    if (broken) {
      this.#mode = "text";
      return at;
    }
    switch (this.#mode) {
      case "escape":
        this.#mode = this.#begin(byte);
        return at + 1;
      case "charset":
        this.#mode = "text";
        return at + 1;
      case "csi":
        return this.#readCsi(byte) ? at + 1 : at;
      case "string":
        if (byte === BELL) this.#mode = "text";
        else if (byte === ESC) this.#mode = "string_end";
        return at + 1;
      case "string_end":
        this.#mode = byte === 0x5c ? "text" : "string";
        return at + 1;
      default:
        return at + 1;
    }
  }

  /** The byte after ESC says what kind of sequence it is. */
  #begin(byte: number): Mode {
    if (byte === ESC) return "escape";
    const letter = String.fromCharCode(byte);
    if (letter === "[") {
      this.#erasesRight = true;
      return "csi";
    }
    if ("]P_^X".includes(letter)) return "string";
    if ("()*+-./#% ".includes(letter)) return "charset";
    // Save, restore and move the cursor, reset.
    if ("78DEMc".includes(letter)) this.#close("redraw");
    return "text";
  }

  /** False for a byte that cannot be part of the sequence: it is text again. */
  #readCsi(byte: number): boolean {
    if (byte >= 0x20 && byte <= 0x3f) {
      if (byte !== 0x30) this.#erasesRight = false;
      return true;
    }
    this.#mode = "text";
    if (byte < 0x40 || byte > 0x7e) return false;
    const letter = String.fromCharCode(byte);
    // Colours and switches draw nothing; erasing to the right leaves what stands.
    if ("mhlqnt".includes(letter) || (letter === "K" && this.#erasesRight)) return true;
    if (letter === "C") this.#keep(SPACE, 0, 1, true);
    else this.#close("redraw");
    return true;
  }

  #keep(bytes: Buffer, from: number, to: number, ascii: boolean): void {
    const room = MAX_LINE_BYTES - this.#length;
    const fits = Math.min(to - from, room);
    if (fits <= 0) return;
    this.#makeRoom(this.#length + fits);
    bytes.copy(this.#kept, this.#length, from, from + fits);
    this.#length += fits;
    if (!ascii) this.#ascii = false;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#kept.length) return;
    const larger = Buffer.alloc(
      Math.min(MAX_LINE_BYTES, Math.max(FIRST_BYTES, bytes, 2 * this.#kept.length)),
    );
    this.#kept.copy(larger);
    this.#kept = larger;
  }

  #close(end: LineEnd): void {
    this.#returned = false;
    if (this.#length === 0) return;
    const text = decode(this.#kept, 0, this.#length, this.#ascii);
    this.#length = 0;
    this.#ascii = true;
    this.#say(text, end);
  }

  #say(text: string, end: LineEnd): void {
    if (!isBlank(text)) this.#emit({ text, end });
  }
}

const SPACE = Buffer.from(" ");
const EMPTY = Buffer.alloc(0);
const SPACE_CODE = 0x20;

/** How the line ends that goes up to `at`, if that can be told from this chunk alone. */
function endWithin(bytes: Buffer, at: number): { kind: LineEnd; next: number } | null {
  const control = bytes[at];
  if (control === LF) return { kind: "newline", next: at + 1 };
  if (control !== CR) return null;
  const next = bytes[at + 1];
  if (next === LF) return { kind: "newline", next: at + 2 };
  return next === undefined || next < 0x20 || next === DEL ? null : { kind: "redraw", next: at + 1 };
}

/** UTF-8, or Latin-1 where it is not: old locales print that, and no byte of a name may be lost. */
function decode(bytes: Buffer, from: number, to: number, ascii: boolean): string {
  if (ascii) return bytes.toString("latin1", from, to);
  const whole = to - from < MAX_LINE_BYTES ? to : endOfCharacter(bytes, from, to);
  const text = bytes.toString("utf8", from, whole);
  const sound = !text.includes("\ufffd") || isUtf8(bytes.subarray(from, whole));
  return sound ? text : bytes.toString("latin1", from, to);
}

/** The end of the last whole character of a line that was cut. */
function endOfCharacter(bytes: Buffer, from: number, to: number): number {
  let start = to - 1;
  while (start > from && start > to - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const first = bytes[start] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return start + length > to ? start : to;
}

function isBlank(text: string): boolean {
  // Asked of every line; most begin with a letter.
  return !(text.charCodeAt(0) > SPACE_CODE) && text.trim() === "";
}
