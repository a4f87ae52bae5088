/** Pieces of a run's log → output and the begins and ends of its steps, each with the place to go on from. */
import type { LogPosition, RunEvent } from "../../job/run-contract.ts";

/** The longest mark line: the mark, `begin` or `end`, two numbers. */
const MAX_MARK_LINE_BYTES = 128;

interface Piece {
  generation: number;
  offset: number;
  bytes: Uint8Array;
}

export class LogReader {
  #step: number;
  #next: LogPosition;
  /** Null for a run without marks. */
  #mark: Buffer | null = null;
  /** Bytes that may be the beginning of a mark line; `#next` is where they begin, `#end` where they end. */
  #held: Buffer = Buffer.alloc(0);
  #end: LogPosition;

  constructor(from: LogPosition) {
    this.#next = from;
    this.#end = from;
    this.#step = from.step;
  }

  /** Where to go on. Bytes held back are not behind it. */
  get next(): LogPosition {
    return this.#next;
  }

  setMark(mark: string): void {
    this.#mark = Buffer.from(`\n${mark} `);
  }

  /** A new connection begins at `next`: what was held back comes again. */
  restart(): void {
    this.#held = Buffer.alloc(0);
  }

  read(piece: Piece): RunEvent[] {
    const held = this.#held.length;
    const bytes = held === 0 ? Buffer.from(piece.bytes) : Buffer.concat([this.#held, piece.bytes]);
    const start = this.#next;
    const positionAt = (index: number): LogPosition =>
      index < held
        ? { ...start, offset: start.offset + index, step: this.#step }
        : { generation: piece.generation, offset: piece.offset + index - held, step: this.#step };
    this.#end = positionAt(bytes.length);
    return this.#scan(bytes, positionAt);
  }

  /** Nothing more came for a while. A mark is written at once, so what was held back is none. */
  settle(): RunEvent[] {
    const bytes = this.#held;
    if (bytes.length === 0) return [];
    this.#held = Buffer.alloc(0);
    this.#next = { ...this.#end, step: this.#step };
    return [{ kind: "output", step: this.#step, bytes, next: this.#next }];
  }

  /** The log was cut before it was read up to here. */
  skip(bytes: number | null, next: LogPosition): RunEvent[] {
    const events = this.settle();
    this.#next = next;
    this.#step = next.step;
    return [...events, { kind: "gap", bytes, next }];
  }

  #scan(bytes: Buffer, positionAt: (index: number) => LogPosition): RunEvent[] {
    const events: RunEvent[] = [];
    let done = 0;
    const emit = (end: number): void => {
      if (end > done)
        events.push({
          kind: "output",
          step: this.#step,
          bytes: bytes.subarray(done, end),
          next: positionAt(end),
        });
      done = end;
    };
    for (;;) {
      const at = this.#mark === null ? -1 : bytes.indexOf(this.#mark, done);
      const lineEnd = at === -1 ? -1 : bytes.indexOf("\n", at + 1);
      if (at === -1 || (lineEnd === -1 && bytes.length - at <= MAX_MARK_LINE_BYTES)) {
        emit(at === -1 ? bytes.length - this.#possibleMark(bytes, done) : at);
        break;
      }
      const event = lineEnd === -1 ? null : this.#readMark(bytes.toString("utf8", at, lineEnd));
      if (event === null) {
        // It looks like a mark and is none.
        emit(at + 1);
        continue;
      }
      emit(at);
      done = lineEnd + 1;
      this.#step = event.step;
      events.push({ ...event, next: positionAt(done) });
    }
    this.#held = Buffer.from(bytes.subarray(done));
    this.#next = positionAt(done);
    return events;
  }

  #readMark(line: string): { kind: "step_started"; step: number } | StepEnded | null {
    const [, word, step, code] = /^\n\S+ (begin|end) (\d{1,9})(?: (\d{1,9}))?$/.exec(line) ?? [];
    if (word === "begin") return { kind: "step_started", step: Number(step) };
    return word === "end" && code !== undefined
      ? { kind: "step_ended", step: Number(step), code: Number(code) }
      : null;
  }

  /** How many of the last bytes are the beginning of a mark. */
  #possibleMark(bytes: Buffer, from: number): number {
    if (this.#mark === null) return 0;
    const longest = Math.min(this.#mark.length - 1, bytes.length - from);
    for (let length = longest; length > 0; length -= 1) {
      if (bytes.subarray(bytes.length - length).equals(this.#mark.subarray(0, length))) return length;
    }
    return 0;
  }
}

interface StepEnded {
  kind: "step_ended";
  step: number;
  code: number;
}
