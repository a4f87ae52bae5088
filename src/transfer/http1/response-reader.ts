/**
 * A strict HTTP/1.1 response reader (RFC 9112), fed slice by slice.
 *
 * It copies no body byte, looks at each byte once, keeps no more than one head or one line in memory, never
 * throws because of what it is fed, and tells where the message ends: what follows is not its.
 */
import { ChunkReader } from "./chunk-reader.ts";
import { NO_FIELDS } from "./fields.ts";
import type { Fields } from "./fields.ts";
import type { RequestMethod } from "./frame-body.ts";
import { HeadReader } from "./head-reader.ts";
import type { ResponseHead } from "./head-reader.ts";
import { fault } from "./protocol-fault.ts";
import type { ProtocolFault } from "./protocol-fault.ts";

export type ReadStep =
  /** The slice is used up. */
  | { kind: "more" }
  /** The head of the final response; go on at `at`. */
  | { kind: "head"; at: number; head: ResponseHead }
  /** `bytes[start..end)` belong to the body; go on at `end`. Never empty. */
  | { kind: "body"; start: number; end: number }
  /** The response is whole; the first byte that is not its is at `at`. */
  | { kind: "end"; at: number; trailers: Fields }
  /** It cannot be read any further. */
  | { kind: "fault"; fault: ProtocolFault };

type State =
  | { kind: "head"; reader: HeadReader }
  | { kind: "length"; left: number }
  | { kind: "chunked"; reader: ChunkReader }
  | { kind: "close" }
  | { kind: "ended"; trailers: Fields }
  | { kind: "fault"; fault: ProtocolFault };

/** One response. Call `read` until it says `more`, `end` or `fault`; then with the next slice. */
export class ResponseReader {
  #state: State;

  constructor(method: RequestMethod) {
    this.#state = { kind: "head", reader: new HeadReader(method) };
  }

  /**
   * How many of the next bytes belong to the body for sure: so many may be received where the body is kept
   * and be skipped here. Infinity for a body that the close of the connection ends.
   */
  get run(): number {
    switch (this.#state.kind) {
      case "length":
        return this.#state.left;
      case "chunked":
        return this.#state.reader.run;
      case "close":
        return Infinity;
      case "head":
      case "ended":
      case "fault":
        return 0;
      default:
        return this.#state satisfies never;
    }
  }

  /** The next `bytes` of the body, at most `run`, were received elsewhere and need not be read. */
  skip(bytes: number): void {
    if (bytes > this.run) throw new RangeError(`${bytes} bytes were skipped in a run of ${this.run}`);
    if (this.#state.kind === "length") this.#state.left -= bytes;
    else if (this.#state.kind === "chunked") this.#state.reader.skip(bytes);
  }

  /** Reads on in `bytes` from `start` to `end`. */
  read(bytes: Uint8Array, start: number, end: number): ReadStep {
    const state = this.#state;
    switch (state.kind) {
      case "head":
        return this.#readHead(state.reader, bytes, start, end);
      case "length":
        return this.#readLength(state, start, end);
      case "chunked":
        return this.#readChunked(state.reader, bytes, start, end);
      case "close":
        return start === end ? { kind: "more" } : { kind: "body", start, end };
      case "ended":
        return { kind: "end", at: start, trailers: state.trailers };
      case "fault":
        return state;
      default:
        return state satisfies never;
    }
  }

  /** The connection was closed by the other side: nothing more comes. */
  finish(): ReadStep {
    const state = this.#state;
    switch (state.kind) {
      case "head":
        return this.#fail(fault(state.reader.begun ? "closed_in_head" : "closed_before_head"));
      // RFC 9112 §8: fewer bytes than Content-Length says, or no last chunk: the message is incomplete.
      case "length":
        return state.left === 0 ? this.#end(0, NO_FIELDS) : this.#fail(fault("closed_in_body", state.left));
      case "chunked":
        return this.#fail(fault("closed_in_body"));
      // RFC 9112 §6.3 (8): the body is "determined by the number of octets received prior to the server
      // closing the connection".
      case "close":
        return this.#end(0, NO_FIELDS);
      case "ended":
        return { kind: "end", at: 0, trailers: state.trailers };
      case "fault":
        return state;
      default:
        return state satisfies never;
    }
  }

  #readHead(reader: HeadReader, bytes: Uint8Array, start: number, end: number): ReadStep {
    const step = reader.read(bytes, start, end);
    if (step.kind === "fault") return this.#fail(step.fault);
    if (step.kind === "head") this.#state = bodyState(step.head);
    return step;
  }

  #readLength(state: { left: number }, start: number, end: number): ReadStep {
    if (state.left === 0) return this.#end(start, NO_FIELDS);
    if (start === end) return { kind: "more" };
    const taken = Math.min(state.left, end - start);
    state.left -= taken;
    return { kind: "body", start, end: start + taken };
  }

  #readChunked(reader: ChunkReader, bytes: Uint8Array, start: number, end: number): ReadStep {
    const step = reader.read(bytes, start, end);
    if (step.kind === "fault") return this.#fail(step.fault);
    if (step.kind === "end") return this.#end(step.at, step.trailers);
    return step;
  }

  #end(at: number, trailers: Fields): ReadStep {
    this.#state = { kind: "ended", trailers };
    return { kind: "end", at, trailers };
  }

  #fail(found: ProtocolFault): ReadStep {
    this.#state = { kind: "fault", fault: found };
    return { kind: "fault", fault: found };
  }
}

function bodyState({ framing }: ResponseHead): State {
  switch (framing.kind) {
    case "none":
      return { kind: "ended", trailers: NO_FIELDS };
    case "length":
      return { kind: "length", left: framing.bytes };
    case "chunked":
      return { kind: "chunked", reader: new ChunkReader() };
    case "close":
      return { kind: "close" };
    default:
      return framing satisfies never;
  }
}
