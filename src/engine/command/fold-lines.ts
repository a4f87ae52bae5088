/**
 * Bytes of a command's output → finished lines, as a terminal would leave them: of what was drawn over only the last
 * stays. Whoever goes on from `next` of a line that was taken in gets the rest to the letter.
 */
import type { LogPosition } from "../../job/run-contract.ts";

/** Longest line that is kept, in bytes: JSON lines of rclone have 30 KiB. What is longer is cut into several. */
const MAX_LINE_BYTES = 64 * 1024;

const LF = 0x0a;
const CR = 0x0d;

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

export class LineFolder {
  readonly #emit: (line: string) => void;
  /** The line so far, from the beginning of its last drawing that is not empty. */
  #drawn: Buffer = Buffer.alloc(0);
  #redrawn = false;
  #at: LogPosition;

  constructor(from: LogPosition, emit: (line: string) => void) {
    this.#at = from;
    this.#emit = emit;
  }

  /** Where what is on the present line begins: everything before it was emitted, or drawn over. */
  get position(): LogPosition {
    return this.#at;
  }

  /** What is on the present line, or null. */
  get open(): string | null {
    const text = toText(this.#drawn);
    return text === "" ? null : text;
  }

  /** @param next the place right after these bytes */
  write(bytes: Uint8Array, next: LogPosition): void {
    // A piece that is of two generations of the log has no places in between; then its line is begun at its end.
    const placeOf = (index: number): LogPosition | null => {
      const offset = next.offset - (bytes.length - index);
      return offset < 0 ? null : { ...next, offset };
    };
    let from = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte !== LF && byte !== CR) continue;
      this.#draw(bytes.subarray(from, at), placeOf(from));
      from = at + 1;
      if (byte === CR) this.#redrawn = true;
      else this.#finish(placeOf(from) ?? next);
    }
    this.#draw(bytes.subarray(from), placeOf(from));
  }

  /** The output went on elsewhere, or ended. */
  end(next: LogPosition): void {
    if (this.#drawn.length > 0) this.#finish(next);
    this.#at = next;
  }

  #draw(bytes: Uint8Array, at: LogPosition | null): void {
    if (bytes.length === 0) return;
    if (this.#redrawn || this.#drawn.length === 0) {
      this.#drawn = Buffer.alloc(0);
      this.#at = at ?? this.#at;
    }
    this.#redrawn = false;
    this.#drawn = Buffer.concat([this.#drawn, bytes]);
    if (this.#drawn.length > MAX_LINE_BYTES) {
      const end = at === null ? this.#at : { ...at, offset: at.offset + bytes.length };
      this.#finish(end);
    }
  }

  #finish(next: LogPosition): void {
    this.#emit(toText(this.#drawn));
    this.#drawn = Buffer.alloc(0);
    this.#redrawn = false;
    this.#at = next;
  }
}

function toText(bytes: Buffer): string {
  return bytes.toString("utf8").replaceAll(ESCAPES, "").replaceAll(CONTROLS, "");
}
