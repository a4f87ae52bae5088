const LF = 0x0a;
const CR = 0x0d;

export type LineStep =
  /** The slice is used up, the line goes on. */
  | { kind: "more" }
  /** A line without its end, ISO-8859-1; `at` is the index after its LF. `crlf`: it ended in CR LF. */
  | { kind: "line"; at: number; text: string; crlf: boolean }
  | { kind: "too_long" };

/** Puts lines together from slices. Looks at each byte once, however small the slices are. */
export class LineCollector {
  /** The beginning of a line whose end has not come yet; made when first needed. */
  #carry: Buffer | null = null;
  #carried = 0;

  /** Bytes of the line at hand that came in earlier slices. */
  get carried(): number {
    return this.#carried;
  }

  /** The first bytes of the line at hand that came in earlier slices. */
  carriedByte(index: number): number | undefined {
    return index < this.#carried ? this.#carry?.[index] : undefined;
  }

  /** Reads on in `bytes` from `start` to `end`. A line may have `limit` bytes, its end included. */
  read(bytes: Uint8Array, start: number, end: number, limit: number): LineStep {
    const length = bytes.subarray(start, end).indexOf(LF);
    const stop = length === -1 ? end : start + length + 1;
    if (this.#carried + (stop - start) > limit) return { kind: "too_long" };
    if (length === -1) {
      this.#keep(bytes, start, end, limit);
      return { kind: "more" };
    }
    if (this.#carried === 0) return lineOf(bytes, start, stop);
    this.#keep(bytes, start, stop, limit);
    const line = lineOf(this.#carry as Buffer, 0, this.#carried);
    this.#carried = 0;
    return { ...line, at: stop };
  }

  #keep(bytes: Uint8Array, start: number, end: number, limit: number): void {
    const needed = this.#carried + (end - start);
    if (this.#carry === null || this.#carry.length < needed) {
      const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(256, needed * 2)));
      this.#carry?.copy(larger, 0, 0, this.#carried);
      this.#carry = larger;
    }
    this.#carry.set(bytes.subarray(start, end), this.#carried);
    this.#carried = needed;
  }
}

function lineOf(bytes: Uint8Array, start: number, stop: number): LineStep & { kind: "line" } {
  const crlf = stop - start > 1 && bytes[stop - 2] === CR;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start - (crlf ? 2 : 1));
  return { kind: "line", at: stop, text: text.toString("latin1"), crlf };
}
