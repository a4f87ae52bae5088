/** One body into the file: counted, compared where nothing vouches for it, written. */
import type { Failure } from "../job/failure.ts";
import type { FinalAnswer } from "./ask-origin.ts";
import { limitTake } from "./limit/limit-run.ts";
import type { PartFile } from "./part-file.ts";
import type { Run } from "./transfer-run.ts";
import { GatheredWriter } from "./write-gathered.ts";

export interface Delivery {
  answer: FinalAnswer;
  /** First byte of the body. */
  start: number;
  /** Exclusive end that was announced, or null if none was. */
  end: number | null;
  /** Called once, before the first byte is written, with the first bytes (all, if the body is small). */
  open: (head: Uint8Array) => Promise<Opened>;
  /** So many first bytes are gathered for `open`. */
  headBytes: number;
  /** Where others fetch the rest of the file, asked once the place of the bytes is open. */
  bounds?: () => Bounds | null;
}

/** What one of several connections for a file has to heed. */
export interface Bounds {
  /** First byte that is not wanted from this answer (any more); asked again and again, and may come down. */
  until(): number;
  /** Told where the next byte belongs, whenever some came. */
  moved(position: number): void;
  /** Leaves the answer: what came of it is enough. */
  leave: AbortSignal;
}

export type Opened =
  | {
      kind: "opened";
      part: PartFile;
      /** First byte that is new; what comes before it is compared with what is stored. */
      from: number;
    }
  | { kind: "refused"; failure: Failure };

export type Receipt =
  /** All that was announced came, or the message ended by its own framing. `end`: where. */
  | { kind: "all"; end: number }
  | { kind: "broken"; failure: Failure }
  /** As much came as is wanted of it; `end`: where. */
  | { kind: "enough"; end: number }
  /** The bytes that were to be the same as the stored ones are not. */
  | { kind: "mismatch" }
  /** The message is whole by its own framing, but not all of what was expected. */
  | { kind: "short"; missing: number }
  /** More came than was announced: none of it can be relied on. */
  | { kind: "overrun"; from: number; to: number }
  | { kind: "refused"; failure: Failure }
  | { kind: "stopped" };

export async function receiveBody(run: Run, delivery: Delivery): Promise<Receipt> {
  const receiver = new Receiver(run, delivery);
  return receiver.receive();
}

class Receiver {
  readonly #run: Run;
  readonly #delivery: Delivery;
  /** Ends the delivery from inside. */
  readonly #leave = new AbortController();
  #left: Receipt | null = null;
  #head: Uint8Array[] = [];
  #headLength = 0;
  #writer: GatheredWriter | null = null;
  part: PartFile | null = null;
  bounds: Bounds | null = null;
  /** Bytes that were there before this body, and of how many. */
  #before = 0;
  #total: number | null = null;
  /** First byte that is written. */
  #from = 0;
  /** Stored bytes the next ones have to equal, used up from the front. */
  #stored: Uint8Array = new Uint8Array(0);

  constructor(run: Run, delivery: Delivery) {
    this.#run = run;
    this.#delivery = delivery;
  }

  async receive(): Promise<Receipt> {
    const { answer } = this.#delivery;
    const signal = AbortSignal.any([this.#run.signal, this.#leave.signal]);
    const take = limitTake((bytes) => this.#take(bytes), this.#run.bandwidth, signal);
    const end = await answer.body.deliver(take, signal);
    // Also when it broke off or was stopped: every byte that came counts.
    if (this.#left === null && this.#writer === null && end.kind === "ended") await this.#open();
    if (this.#left === null || this.#left.kind === "overrun" || this.#left.kind === "enough")
      await this.#writer?.finish();
    if (this.#left !== null) return this.#left;
    const position = this.#writer?.position ?? this.#delivery.start;
    // More than it announced, though not within its body: the announcement is worth nothing.
    const overrun =
      end.kind === "broken" && end.failure.code === "bad_response" && position === this.#delivery.end;
    if (overrun) return { kind: "overrun", from: this.#from, to: position };
    if (position === this.#delivery.end) return { kind: "all", end: position };
    if (end.kind === "aborted") return { kind: "stopped" };
    if (end.kind === "broken") return end;
    if (this.#stored.length > 0) return { kind: "mismatch" };
    if (this.#delivery.end === null) return { kind: "all", end: position };
    return { kind: "short", missing: this.#delivery.end - position };
  }

  #take(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#writer !== null) return this.#write(bytes);
    this.#head.push(Buffer.from(bytes));
    this.#headLength += bytes.length;
    return this.#headLength >= this.#delivery.headBytes ? this.#open() : undefined;
  }

  async #open(): Promise<void> {
    const head = Buffer.concat(this.#head);
    this.#head = [];
    const opened = await this.#delivery.open(head);
    if (opened.kind === "refused") return this.#end(opened);
    const { part, from } = opened;
    this.part = part;
    this.bounds = this.#delivery.bounds?.() ?? null;
    const left = (): void => {
      this.#end({ kind: "enough", end: this.#writer?.position ?? from });
    };
    if (this.bounds?.leave.aborted === true) left();
    this.bounds?.leave.addEventListener("abort", left, { once: true });
    const { settings } = this.#run;
    this.#stored = await part.read(this.#delivery.start, from - this.#delivery.start);
    this.#before = part.bytesWritten;
    this.#total = part.ledger.facts.size;
    this.#from = from;
    this.#writer = new GatheredWriter(part, from, () => settings.clock.now(), settings.limits.flushEveryMs);
    await this.#write(head);
  }

  #write(bytes: Uint8Array): Promise<void> | undefined {
    const fresh = this.#stored.length === 0 ? bytes : this.#compare(bytes);
    const writer = this.#writer as GatheredWriter;
    const { end } = this.#delivery;
    if (fresh === null) return this.#end({ kind: "mismatch" });
    if (end !== null && writer.position + fresh.length > end) {
      return this.#end({ kind: "overrun", from: this.#from, to: writer.position });
    }
    const most = (this.bounds?.until() ?? Infinity) - writer.position;
    const enough = fresh.length >= most;
    const wait = most > 0 ? writer.take(enough ? fresh.subarray(0, most) : fresh) : undefined;
    this.bounds?.moved(writer.position);
    const { part } = this;
    this.#run.report.bytes(
      this.bounds === null ? this.#before + writer.position - this.#from : (part?.bytesWritten ?? 0),
      this.#total,
    );
    return enough ? this.#end({ kind: "enough", end: writer.position }) : wait;
  }

  /** Uses up stored bytes; answers what comes after them, or null if they differ. */
  #compare(bytes: Uint8Array): Uint8Array | null {
    const length = Math.min(bytes.length, this.#stored.length);
    if (Buffer.compare(bytes.subarray(0, length), this.#stored.subarray(0, length)) !== 0) return null;
    this.#stored = this.#stored.subarray(length);
    return bytes.subarray(length);
  }

  #end(receipt: Receipt): undefined {
    this.#left = receipt;
    this.#leave.abort();
    return undefined;
  }
}
