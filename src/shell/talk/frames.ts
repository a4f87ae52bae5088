/**
 * What a script of the supervisor says: frames, in between whatever a login shell's files write of their own.
 *
 * A frame is a line that begins with the nonce of this one conversation. After a `data` line come bytes of the
 * log, up to the next frame, which says whether they are whole.
 */

export type Frame =
  | { kind: "words"; words: readonly string[] }
  /** `torn`: the log was cut while it was being read; these may be any bytes. */
  | { kind: "data"; generation: number; offset: number; bytes: Uint8Array; torn: boolean };

export type FramesRead = { kind: "frames"; frames: Frame[] } | { kind: "garbled"; message: string };

/** Bytes of one frame: a piece of the log and what belongs to it, with room to spare. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** Characters kept of what came before the first frame. */
const MAX_HEARD = 2000;

export class FrameReader {
  readonly #start: Buffer;
  #pending: Buffer = Buffer.alloc(0);
  #data: { generation: number; offset: number; length: number } | null = null;
  #heard = "";
  #began = false;

  constructor(nonce: string) {
    this.#start = Buffer.from(`\n${nonce} `);
  }

  /** What came before the first frame. */
  get heard(): string {
    return this.#heard;
  }

  /** Whether a frame came at all. */
  get began(): boolean {
    return this.#began;
  }

  push(chunk: Uint8Array): FramesRead {
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const taken = this.#takeFrame();
      if (taken === null) break;
      if (taken.kind === "garbled") return taken;
      if (taken.frame !== null) frames.push(taken.frame);
    }
    if (this.#pending.length > MAX_FRAME_BYTES) return garbled("more came than a frame can hold");
    return { kind: "frames", frames };
  }

  #takeFrame(): { kind: "frame"; frame: Frame | null } | { kind: "garbled"; message: string } | null {
    const at = this.#pending.indexOf(this.#start);
    if (at === -1) {
      this.#dropNoise(this.#pending.length - this.#start.length);
      return null;
    }
    const begin = at + this.#start.length;
    const end = this.#pending.indexOf("\n", begin);
    if (end === -1) return null;
    const before = this.#pending.subarray(0, at);
    const words = this.#pending.toString("utf8", begin, end).split(" ");
    if (!this.#began) this.#hear(before);
    this.#began = true;
    this.#pending = this.#pending.subarray(end + 1);
    return this.#data === null ? this.#readWords(words) : this.#readEnd(words, before);
  }

  #readWords(words: string[]): { kind: "frame"; frame: Frame | null } | { kind: "garbled"; message: string } {
    if (words[0] !== "data") return { kind: "frame", frame: { kind: "words", words } };
    const [generation, offset, length] = words.slice(1).map(Number);
    if (![generation, offset, length].every(Number.isSafeInteger))
      return garbled("a piece without its place");
    this.#data = { generation: Number(generation), offset: Number(offset), length: Number(length) };
    // The line end of the header is not taken away: without bytes it begins the next frame.
    return { kind: "frame", frame: null };
  }

  #readEnd(
    words: string[],
    bytes: Buffer,
  ): { kind: "frame"; frame: Frame } | { kind: "garbled"; message: string } {
    const data = this.#data;
    this.#data = null;
    if (data === null || words[0] !== "end") return garbled("a piece of the log without its end");
    const torn = words[1] !== "whole";
    // Somebody else wrote in between, or the disk failed under the log.
    if (!torn && bytes.length !== data.length)
      return garbled(`${bytes.length} bytes of the log came where ${data.length} were announced`);
    const { generation, offset } = data;
    return { kind: "frame", frame: { kind: "data", generation, offset, bytes: Buffer.from(bytes), torn } };
  }

  /** Outside of a piece of the log nothing but frames is kept. */
  #dropNoise(length: number): void {
    if (this.#data !== null || length <= 0) return;
    if (!this.#began) this.#hear(this.#pending.subarray(0, length));
    this.#pending = this.#pending.subarray(length);
  }

  #hear(bytes: Buffer): void {
    if (this.#heard.length < MAX_HEARD)
      this.#heard = (this.#heard + bytes.toString("utf8")).slice(0, MAX_HEARD);
  }

  /** The conversation is over: what is left unread was heard, too. */
  finish(): void {
    if (!this.#began) this.#hear(this.#pending);
  }
}

function garbled(message: string): { kind: "garbled"; message: string } {
  return { kind: "garbled", message };
}
