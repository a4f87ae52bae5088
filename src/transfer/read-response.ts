/**
 * Reads one HTTP/1.x response (RFC 9112) out of bytes as they come. Strict where leniency would guess where a
 * message ends; every limit bounded; time linear in the bytes.
 */
import type { ResponseHead } from "./parse-head.ts";
import { Fault, parseHead } from "./parse-head.ts";

/** A server that sends more in headers than this is up to no good; the common servers stop at 8 to 64 KiB. */
const MAX_HEAD_BYTES = 64 * 1024;
/** Interim responses (1xx) before the real one. */
const MAX_INTERIM = 8;
/** A chunk's size line with its extensions, which nobody uses. */
const MAX_CHUNK_LINE_BYTES = 4 * 1024;
const MAX_TRAILER_BYTES = 16 * 1024;

export interface ResponseSink {
  head(head: ResponseHead): void;
  /** The bytes are only lent. */
  data(bytes: Uint8Array): void;
  end(): void;
}

type State =
  | "head"
  | "length"
  | "close"
  | "chunk size"
  | "chunk data"
  | "chunk end"
  | "trailer"
  | "done"
  | "faulty";

export class ResponseReader {
  readonly #sink: ResponseSink;
  readonly #isConnect: boolean;
  #state: State = "head";
  /** Of a head, a chunk's size line or a trailer, as far as it has come. */
  readonly #pending = new GrowingBuffer();
  /** Bytes of the body or the chunk still to come. */
  #missing = 0;
  #trailerBytes = 0;
  #interim = 0;

  /** @param isConnect the request was CONNECT: what follows a 2xx is no message any more */
  constructor(sink: ResponseSink, isConnect = false) {
    this.#sink = sink;
    this.#isConnect = isConnect;
  }

  get done(): boolean {
    return this.#state === "done";
  }

  /**
   * Takes in what came. Null, or what is wrong with it: then nothing more is read.
   * Bytes after the end of the message are a fault, too: nobody asked for anything.
   */
  feed(bytes: Uint8Array): string | null {
    try {
      let rest: Uint8Array = bytes;
      const wasDone = this.done;
      while (rest.length > 0) rest = this.#step(rest);
      // Only now: what goes on behind its end has no length that can be relied on.
      if (this.done && !wasDone) this.#sink.end();
      return null;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#state = "faulty";
      return error.message;
    }
  }

  /** The connection ended. True if the message is whole by that. */
  finish(): boolean {
    if (this.#state === "close") {
      this.#state = "done";
      this.#sink.end();
    }
    return this.#state === "done";
  }

  /** Takes from the front; answers what is left. */
  #step(bytes: Uint8Array): Uint8Array {
    switch (this.#state) {
      case "head":
        return this.#takeHead(bytes);
      case "length":
      case "chunk data":
        return this.#takeBody(bytes);
      case "close":
        this.#sink.data(bytes);
        return bytes.subarray(bytes.length);
      case "chunk size":
      case "chunk end":
      case "trailer":
        return this.#takeLine(bytes);
      case "done":
        throw new Fault("goes on after its end");
      case "faulty":
        return bytes.subarray(bytes.length);
      default:
        throw this.#state satisfies never;
    }
  }

  #takeHead(bytes: Uint8Array): Uint8Array {
    const before = this.#pending.length;
    this.#pending.add(bytes.subarray(0, MAX_HEAD_BYTES - before));
    const all = this.#pending.bytes;
    const end = endOfHead(all, Math.max(0, before - 3));
    if (end === -1) {
      if (all.length >= MAX_HEAD_BYTES) throw new Fault(`has more than ${MAX_HEAD_BYTES} bytes of headers`);
      if (before < 5) refuseOtherProtocols(all);
      return bytes.subarray(bytes.length);
    }
    const text = all.toString("latin1", 0, end);
    this.#pending.clear();
    this.#begin(parseHead(text, this.#isConnect));
    return bytes.subarray(end - before);
  }

  #begin(head: ResponseHead): void {
    if (head.status === 101) throw new Fault("switches to another protocol");
    if (head.status < 200) {
      this.#interim += 1;
      if (this.#interim > MAX_INTERIM)
        throw new Fault(`begins with more than ${MAX_INTERIM} interim answers`);
      return; // RFC 9110 §15.2: the real one follows
    }
    const { framing } = head;
    this.#missing = framing.kind === "length" ? framing.bytes : 0;
    const states = { none: "done", length: "length", chunked: "chunk size", close: "close" } as const;
    this.#state = states[framing.kind];
    const isEmpty = framing.kind === "length" && framing.bytes === 0;
    if (isEmpty) this.#state = "done";
    this.#sink.head(head);
  }

  #takeBody(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, Math.min(bytes.length, this.#missing));
    this.#missing -= taken.length;
    if (this.#missing === 0) {
      this.#state = this.#state === "chunk data" ? "chunk end" : "done";
    }
    if (taken.length > 0) this.#sink.data(taken);
    return bytes.subarray(taken.length);
  }

  /** Size lines, the line end behind a chunk, and trailers: everything chunked that is not data. */
  #takeLine(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(0x0a);
    const piece = end === -1 ? bytes : bytes.subarray(0, end);
    if (this.#pending.length + piece.length > MAX_CHUNK_LINE_BYTES)
      throw new Fault("has an endless line in its chunks");
    this.#pending.add(piece);
    if (end === -1) return bytes.subarray(bytes.length);
    const line = this.#pending.bytes.toString("latin1").replace(/\r$/, "");
    this.#pending.clear();
    this.#readLine(line);
    return bytes.subarray(end + 1);
  }

  #readLine(line: string): void {
    if (this.#state === "chunk end") {
      if (line !== "") throw new Fault("has a chunk that is longer than it says");
      this.#state = "chunk size";
      return;
    }
    if (this.#state === "trailer") {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > MAX_TRAILER_BYTES) throw new Fault("has endless trailers");
      if (line === "") this.#state = "done";
      return;
    }
    // RFC 9112 §7.1: chunk-size [ chunk-ext ]
    const size = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new Fault("has a chunk without a size");
    this.#missing = parseInt(size, 16);
    this.#state = this.#missing === 0 ? "trailer" : "chunk data";
  }
}

/** Pieces put together without copying all of them again for each one. */
class GrowingBuffer {
  #room = Buffer.alloc(1024);
  length = 0;

  add(piece: Uint8Array): void {
    if (this.length + piece.length > this.#room.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#room.length, this.length + piece.length));
      this.#room.copy(larger, 0, 0, this.length);
      this.#room = larger;
    }
    this.#room.set(piece, this.length);
    this.length += piece.length;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

/** Index just behind the empty line, or -1. RFC 9112 §2.2 allows a line to end in LF alone. */
function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0x0a, from); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return -1;
}

function refuseOtherProtocols(bytes: Buffer): void {
  const start = bytes.toString("latin1", 0, 5);
  if (!"HTTP/".startsWith(start) && start !== "HTTP/") throw new Fault("is not HTTP");
}
