/**
 * Reads one HTTP/1.x response (RFC 9112) out of bytes as they come. Strict where leniency would guess where a
 * message ends; every limit bounded; time linear in the bytes.
 */
import type { AnswerHeaders } from "./http-answer.ts";

/** A server that sends more in headers than this is up to no good; the common servers stop at 8 to 64 KiB. */
const MAX_HEAD_BYTES = 64 * 1024;
const MAX_FIELDS = 256;
/** Interim responses (1xx) before the real one. */
const MAX_INTERIM = 8;
/** A chunk's size line with its extensions, which nobody uses. */
const MAX_CHUNK_LINE_BYTES = 4 * 1024;
const MAX_TRAILER_BYTES = 16 * 1024;

/** Where the body ends (RFC 9112 §6.3). */
export type Framing =
  | { kind: "none" }
  | { kind: "length"; bytes: number }
  | { kind: "chunked" }
  /** With the connection. */
  | { kind: "close" };

export interface ResponseHead {
  status: number;
  headers: AnswerHeaders;
  framing: Framing;
  /** The connection may carry another exchange after this one. */
  keepAlive: boolean;
}

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

/** What breaks the protocol; the sentence goes on from "the answer". */
class Fault extends Error {}

export class ResponseReader {
  readonly #sink: ResponseSink;
  readonly #isConnect: boolean;
  #state: State = "head";
  /** Of a head, a chunk's size line or a trailer, as far as it has come. */
  #pending: Buffer = Buffer.alloc(0);
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
      while (rest.length > 0) rest = this.#step(rest);
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
    const room = MAX_HEAD_BYTES - before;
    const all = Buffer.concat([this.#pending, bytes.subarray(0, room)]);
    const end = endOfHead(all, Math.max(0, before - 3));
    if (end === -1) {
      if (all.length >= MAX_HEAD_BYTES) throw new Fault(`has more than ${MAX_HEAD_BYTES} bytes of headers`);
      if (before < 5) refuseOtherProtocols(all);
      this.#pending = all;
      return bytes.subarray(bytes.length);
    }
    this.#pending = Buffer.alloc(0);
    this.#begin(parseHead(all.toString("latin1", 0, end), this.#isConnect));
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
    if (this.#state === "done") this.#sink.end();
  }

  #takeBody(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, Math.min(bytes.length, this.#missing));
    this.#missing -= taken.length;
    if (this.#missing === 0) {
      const isChunk = this.#state === "chunk data";
      this.#state = isChunk ? "chunk end" : "done";
      this.#sink.data(taken);
      if (!isChunk) this.#sink.end();
    } else this.#sink.data(taken);
    return bytes.subarray(taken.length);
  }

  /** Size lines, the line end behind a chunk, and trailers: everything chunked that is not data. */
  #takeLine(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(0x0a);
    const piece = end === -1 ? bytes : bytes.subarray(0, end);
    if (this.#pending.length + piece.length > MAX_CHUNK_LINE_BYTES)
      throw new Fault("has an endless line in its chunks");
    const line = Buffer.concat([this.#pending, piece]);
    if (end === -1) {
      this.#pending = line;
      return bytes.subarray(bytes.length);
    }
    this.#pending = Buffer.alloc(0);
    this.#readLine(line.toString("latin1").replace(/\r$/, ""));
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
      if (line !== "") return;
      this.#state = "done";
      this.#sink.end();
      return;
    }
    // RFC 9112 §7.1: chunk-size [ chunk-ext ]
    const size = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new Fault("has a chunk without a size");
    this.#missing = parseInt(size, 16);
    this.#state = this.#missing === 0 ? "trailer" : "chunk data";
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

function parseHead(text: string, isConnect: boolean): ResponseHead {
  const [statusLine = "", ...lines] = text.split(/\r?\n/);
  // RFC 9112 §4; the space before an empty reason is often left out.
  const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\0]*)?$/.exec(statusLine);
  if (match === null) throw new Fault("is not HTTP/1");
  const headers = parseFields(lines);
  const status = Number(match[2]);
  const isOld = match[1] === "0";
  const framing = isConnect && status < 300 ? ({ kind: "none" } as const) : framingOf(status, headers, isOld);
  const options = tokens(headers["connection"]);
  const wantsOn = isOld ? options.includes("keep-alive") : !options.includes("close");
  return { status, headers, framing, keepAlive: wantsOn && framing.kind !== "close" };
}

function parseFields(lines: readonly string[]): Record<string, string | string[]> {
  const fields: [string, string][] = [];
  for (const line of lines) {
    if (line === "") continue;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      // RFC 9112 §5.2: obs-fold is replaced with spaces.
      if (last === undefined) throw new Fault("begins its headers in the middle of one");
      last[1] += ` ${cleanValue(line)}`;
      continue;
    }
    // RFC 9112 §5.1: no whitespace between name and colon.
    const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/.exec(line);
    if (match === null) throw new Fault("has a header that is none");
    fields.push([(match[1] as string).toLowerCase(), cleanValue(match[2] as string)]);
    if (fields.length > MAX_FIELDS) throw new Fault(`has more than ${MAX_FIELDS} headers`);
  }
  const byName = Object.groupBy(fields, ([name]) => name);
  return Object.fromEntries(
    Object.entries(byName).map(([name, all = []]) => {
      const values = all.map(([, value]) => value);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}

/** RFC 9110 §5.5: CR, LF and NUL in a value are dangerous; other control characters are harmless and kept. */
function cleanValue(value: string): string {
  if (value.includes("\r") || value.includes("\0")) throw new Fault("has a header with forbidden characters");
  return value.replace(/^[ \t]+|[ \t]+$/g, "");
}

function tokens(value: string | readonly string[] | undefined): string[] {
  return [value ?? []]
    .flat()
    .flatMap((one) => one.toLowerCase().split(","))
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** RFC 9112 §6.3, in its order; what may be an attack or a mistake is refused instead of guessed. */
function framingOf(status: number, headers: Record<string, string | string[]>, isOld: boolean): Framing {
  if (status < 200 || status === 204 || status === 304) return { kind: "none" };
  const lengths = tokens(headers["content-length"]);
  const codings = tokens(headers["transfer-encoding"]);
  if (headers["transfer-encoding"] !== undefined) {
    if (isOld || headers["content-length"] !== undefined) throw new Fault("says in two ways where it ends");
    if (codings.length !== 1 || codings[0] !== "chunked") {
      throw new Fault(`is sent in a coding that was not asked for (${codings.join(", ")})`);
    }
    return { kind: "chunked" };
  }
  if (headers["content-length"] === undefined) return { kind: "close" };
  // "If the field value … consists of identical values, repeated, the recipient may use that value."
  if (new Set(lengths).size !== 1 || !/^\d{1,15}$/.test(lengths[0] as string)) {
    throw new Fault("has a Content-Length that is no length");
  }
  return { kind: "length", bytes: Number(lengths[0]) };
}
