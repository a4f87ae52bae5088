/** Reads the head of a response: status line and fields. Interim responses are read over. */
import { FieldBlockReader } from "./field-block-reader.ts";
import type { BlockLimits } from "./field-block-reader.ts";
import { frameBody, isPersistent } from "./frame-body.ts";
import type { Framing, RequestMethod } from "./frame-body.ts";
import type { Fields } from "./fields.ts";
import { LineCollector } from "./line-collector.ts";
import { MAX_FIELDS, MAX_HEAD_BYTES, MAX_INTERIM, MAX_LINE_BYTES } from "./limits.ts";
import { fault } from "./protocol-fault.ts";
import type { ProtocolFault } from "./protocol-fault.ts";
import { parseStatusLine, STATUS_LINE_PREFIX } from "./status-line.ts";
import type { StatusLine } from "./status-line.ts";

export interface ResponseHead extends StatusLine {
  fields: Fields;
  framing: Framing;
  /** Whether the connection may carry another request after this response. */
  persistent: boolean;
}

export type HeadStep =
  | { kind: "more" }
  /** The final response's head; `at` is the index after its empty line. */
  | { kind: "head"; at: number; head: ResponseHead }
  | { kind: "fault"; fault: ProtocolFault };

const HEAD_LIMITS: BlockLimits = {
  bytes: MAX_HEAD_BYTES,
  fields: MAX_FIELDS,
  tooLarge: "head_too_large",
  // RFC 9112 §2.2: "a recipient MAY recognize a single LF as a line terminator and ignore any preceding CR".
  // Old origins send it. It cannot split our responses: one request is under way at a time, and a byte
  // after its response's end closes the connection.
  bareLf: true,
};

export class HeadReader {
  readonly #method: RequestMethod;
  #line = new LineCollector();
  #status: StatusLine | null = null;
  #block: FieldBlockReader | null = null;
  #interim = 0;

  constructor(method: RequestMethod) {
    this.#method = method;
  }

  /** Whether a byte of a response has been read. */
  get begun(): boolean {
    return this.#line.carried > 0 || this.#status !== null || this.#interim > 0;
  }

  read(bytes: Uint8Array, start: number, end: number): HeadStep {
    let at = start;
    for (;;) {
      if (this.#status === null) {
        const next = this.#readStatusLine(bytes, at, end);
        if (typeof next !== "number") return next;
        at = next;
      }
      const head = this.#readFields(bytes, at, end);
      if (typeof head !== "number") return head;
      at = head;
    }
  }

  /** The index after the status line, or why there is none. */
  #readStatusLine(bytes: Uint8Array, start: number, end: number): number | HeadStep {
    if (!this.#beginsLikeHttp(bytes, start, end)) return { kind: "fault", fault: fault("not_http") };
    const carried = this.#line.carried;
    const step = this.#line.read(bytes, start, end, MAX_LINE_BYTES);
    if (step.kind === "more") return step;
    if (step.kind === "too_long") return { kind: "fault", fault: fault("line_too_long") };
    const line = parseStatusLine(step.text);
    if ("code" in line) return { kind: "fault", fault: line };
    this.#status = line;
    this.#block = new FieldBlockReader(HEAD_LIMITS, carried + (step.at - start));
    return step.at;
  }

  /** The index after an interim response, or the final head, or why there is none. */
  #readFields(bytes: Uint8Array, start: number, end: number): number | HeadStep {
    const line = this.#status as StatusLine;
    const step = (this.#block as FieldBlockReader).read(bytes, start, end);
    if (step.kind !== "fields") return step;
    if (line.status < 200) {
      // RFC 9110 §15.2.2: 101 answers an Upgrade; we never send one.
      if (line.status === 101) return { kind: "fault", fault: fault("unasked_upgrade") };
      // RFC 9110 §15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final
      // response, even if the client does not expect one. A user agent MAY ignore unexpected 1xx responses."
      if (++this.#interim > MAX_INTERIM) return { kind: "fault", fault: fault("too_many_interim") };
      this.#status = null;
      this.#line = new LineCollector();
      return step.at;
    }
    const framed = frameBody(this.#method, line, step.fields);
    if (framed.kind === "fault") return framed;
    const { framing } = framed;
    const persistent = isPersistent(line, step.fields, framing);
    return { kind: "head", at: step.at, head: { ...line, fields: step.fields, framing, persistent } };
  }

  /** A banner of another protocol may have no line end for long: its first bytes tell. */
  #beginsLikeHttp(bytes: Uint8Array, start: number, end: number): boolean {
    for (let index = 0; index < STATUS_LINE_PREFIX.length; index++) {
      const carried = this.#line.carried;
      if (index < carried) continue;
      const at = start + index - carried;
      if (at >= end) return true;
      if (bytes[at] !== STATUS_LINE_PREFIX.charCodeAt(index)) return false;
    }
    return true;
  }
}
