/** Reads the chunked transfer coding (RFC 9112 §7.1). Strict: every line ends in CR LF. */
import { FieldBlockReader } from "./field-block-reader.ts";
import type { BlockLimits } from "./field-block-reader.ts";
import type { Fields } from "./fields.ts";
import { LineCollector } from "./line-collector.ts";
import {
  CHUNK_EXTENSION_ALLOWANCE_BYTES,
  MAX_LINE_BYTES,
  MAX_TRAILER_BYTES,
  MAX_TRAILER_FIELDS,
} from "./limits.ts";
import { fault } from "./protocol-fault.ts";
import type { FaultCode, ProtocolFault } from "./protocol-fault.ts";

export type ChunkStep =
  | { kind: "more" }
  /** `bytes[start..end)` belong to the body; go on at `end`. */
  | { kind: "body"; start: number; end: number }
  /** The coding has ended; `at` is the index after it. */
  | { kind: "end"; at: number; trailers: Fields }
  | { kind: "fault"; fault: ProtocolFault };

type Phase = "size" | "data" | "data_cr" | "data_lf" | "trailers";

const TRAILER_LIMITS: BlockLimits = {
  bytes: MAX_TRAILER_BYTES,
  fields: MAX_TRAILER_FIELDS,
  tooLarge: "trailer_too_large",
  bareLf: false,
};

const CR = 0x0d;
const LF = 0x0a;

/** chunk-size [ chunk-ext ]: extensions begin with BWS ";". */
const SIZE_LINE = /^([0-9A-Fa-f]+)([\t ]*;.*)?$/s;

/**
 * §7.1.1: chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ), the value a token or a
 * quoted string. No two parts can match the same character, so a failed match takes linear time.
 */
const EXTENSIONS =
  /^(?:[\t ]*;[\t ]*[\w!#$%&'*+\-.^`|~]+(?:[\t ]*=[\t ]*(?:[\w!#$%&'*+\-.^`|~]+|"(?:[\t !#-[\]-~\u0080-\u00ff]|\\[\t -~\u0080-\u00ff])*"))?)*$/;

/** Hexadecimal digits of 2^53 − 1, and leading zeros to the usual 16. */
const MAX_SIZE_DIGITS = 16;

export class ChunkReader {
  #phase: Phase = "size";
  readonly #line = new LineCollector();
  #trailers: FieldBlockReader | null = null;
  /** Bytes of the chunk at hand that have not come. */
  #left = 0;
  #bodyBytes = 0;
  #extensionBytes = 0;

  /** How many of the next bytes belong to the body for sure. */
  get run(): number {
    return this.#phase === "data" ? this.#left : 0;
  }

  read(bytes: Uint8Array, start: number, end: number): ChunkStep {
    let at = start;
    for (;;) {
      if (this.#phase === "trailers") return this.#readTrailers(bytes, at, end);
      if (at === end) return { kind: "more" };
      if (this.#phase === "data") return this.#readData(at, end);
      const next = this.#phase === "size" ? this.#readSize(bytes, at, end) : this.#readDataEnd(bytes, at);
      if (typeof next !== "number") return next;
      at = next;
    }
  }

  /** The next `bytes` of the body, at most `run`, were received elsewhere. */
  skip(bytes: number): void {
    this.#left -= bytes;
    this.#bodyBytes += bytes;
    if (this.#left === 0) this.#phase = "data_cr";
  }

  #readData(start: number, end: number): ChunkStep {
    const taken = Math.min(this.#left, end - start);
    this.skip(taken);
    return { kind: "body", start, end: start + taken };
  }

  /** chunk-data is followed by CRLF and by nothing else. */
  #readDataEnd(bytes: Uint8Array, at: number): number | ChunkStep {
    const wanted = this.#phase === "data_cr" ? CR : LF;
    if (bytes[at] !== wanted) return faulty("bad_chunk_end");
    this.#phase = wanted === CR ? "data_lf" : "size";
    return at + 1;
  }

  #readSize(bytes: Uint8Array, start: number, end: number): number | ChunkStep {
    const step = this.#line.read(bytes, start, end, MAX_LINE_BYTES);
    if (step.kind === "more") return step;
    if (step.kind === "too_long") return faulty("line_too_long");
    if (!step.crlf) return faulty("bad_line_end");
    const refusal = this.#beginChunk(step.text);
    if (refusal !== null) return faulty(refusal);
    return step.at;
  }

  #beginChunk(line: string): FaultCode | null {
    const match = SIZE_LINE.exec(line);
    const digits = match?.[1];
    if (match === null || digits === undefined) return "bad_chunk_size";
    // §7.1: "recipients MUST anticipate potentially large hexadecimal numerals and prevent parsing errors
    // due to integer conversion overflows".
    const size = digits.length > MAX_SIZE_DIGITS ? Infinity : Number.parseInt(digits, 16);
    if (!Number.isSafeInteger(size) || !Number.isSafeInteger(this.#bodyBytes + size))
      return "chunk_too_large";
    const extension = match[2];
    if (extension !== undefined) {
      // §7.1.1: "A recipient MUST ignore unrecognized chunk extensions. A server ought to limit the total
      // length of chunk extensions": so does a client.
      if (!EXTENSIONS.test(extension)) return "bad_chunk_extension";
      this.#extensionBytes += extension.length;
      if (this.#extensionBytes > this.#bodyBytes + CHUNK_EXTENSION_ALLOWANCE_BYTES)
        return "chunk_extensions_too_large";
    }
    this.#left = size;
    this.#phase = size === 0 ? "trailers" : "data";
    return null;
  }

  /** trailer-section CRLF: they are given apart and never mixed with the head's fields (§7.1.2). */
  #readTrailers(bytes: Uint8Array, start: number, end: number): ChunkStep {
    this.#trailers ??= new FieldBlockReader(TRAILER_LIMITS);
    const step = this.#trailers.read(bytes, start, end);
    return step.kind === "fields" ? { kind: "end", at: step.at, trailers: step.fields } : step;
  }
}

function faulty(code: FaultCode): ChunkStep {
  return { kind: "fault", fault: fault(code) };
}
