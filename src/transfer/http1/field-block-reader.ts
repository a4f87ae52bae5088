/** Reads field lines up to the empty one that ends them: the fields of a head, or a trailer section. */
import { parseFieldLine } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { LineCollector } from "./line-collector.ts";
import { MAX_LINE_BYTES } from "./limits.ts";
import { fault } from "./protocol-fault.ts";
import type { FaultCode, ProtocolFault } from "./protocol-fault.ts";

export interface BlockLimits {
  bytes: number;
  fields: number;
  /** The fault of a block with more bytes. */
  tooLarge: FaultCode;
  /** Whether a lone LF may end a line. */
  bareLf: boolean;
}

export type BlockStep =
  | { kind: "more" }
  /** The empty line was read; `at` is the index after it. */
  | { kind: "fields"; at: number; fields: Fields }
  | { kind: "fault"; fault: ProtocolFault };

export class FieldBlockReader {
  readonly #limits: BlockLimits;
  readonly #line = new LineCollector();
  readonly #fields = new Map<string, string[]>();
  #count = 0;
  /** Bytes of whole lines so far. */
  #bytes: number;

  /** `bytesBefore` were read already and count towards the limit: the status line. */
  constructor(limits: BlockLimits, bytesBefore = 0) {
    this.#limits = limits;
    this.#bytes = bytesBefore;
  }

  read(bytes: Uint8Array, start: number, end: number): BlockStep {
    let at = start;
    for (;;) {
      const left = this.#limits.bytes - this.#bytes;
      const carried = this.#line.carried;
      const step = this.#line.read(bytes, at, end, Math.min(MAX_LINE_BYTES, left));
      if (step.kind === "more") return step;
      if (step.kind === "too_long")
        return {
          kind: "fault",
          fault: fault(left < MAX_LINE_BYTES ? this.#limits.tooLarge : "line_too_long"),
        };
      this.#bytes += carried + (step.at - at);
      at = step.at;
      if (!step.crlf && !this.#limits.bareLf) return { kind: "fault", fault: fault("bad_line_end") };
      if (step.text === "") return { kind: "fields", at, fields: this.#fields };
      const refusal = this.#take(step.text);
      if (refusal !== null) return { kind: "fault", fault: refusal };
    }
  }

  #take(text: string): ProtocolFault | null {
    const line = parseFieldLine(text);
    if (line.kind === "fault") return line.fault;
    if (++this.#count > this.#limits.fields) return fault("too_many_fields");
    const lines = this.#fields.get(line.name);
    if (lines === undefined) this.#fields.set(line.name, [line.value]);
    else lines.push(line.value);
    return null;
  }
}
