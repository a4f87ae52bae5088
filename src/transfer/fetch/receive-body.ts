/** One body into the file: counted, compared where nothing vouches for it, written. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import { FileRefused } from "../disk/classify-disk-error.ts";
import type { BodyEnd } from "../ask/http-answer.ts";
import type { PartFile } from "../part/part-file.ts";
import type { BodySink } from "../sinks/body-sink.ts";
import { CompareSink } from "../sinks/compare-sink.ts";
import type { FileSink, SinkEnd } from "../sinks/file-sink.ts";
import { LimitSink } from "../sinks/limit-sink.ts";
import { OpenLateSink } from "../sinks/open-late-sink.ts";
import type { Run } from "../transfer-run.ts";

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
  /** As much came as is wanted of it, what came beyond was dropped; `end`: where. */
  | { kind: "enough"; end: number }
  | { kind: "broken"; failure: Failure }
  /** The bytes that were to be the same as the stored ones are not. */
  | { kind: "mismatch" }
  /** The message is whole by its own framing, but not all of what was expected. */
  | { kind: "short"; missing: number }
  /** More came than was announced: none of it can be relied on. */
  | { kind: "overrun"; from: number; to: number }
  | { kind: "refused"; failure: Failure }
  | { kind: "stopped" };

/** Rejects with errors of the file system, also with those that another body met in the same file. */
export async function receiveBody(run: Run, delivery: Delivery): Promise<Receipt> {
  const receiver = new Receiver(run, delivery);
  return receiver.receive();
}

class Receiver {
  readonly #run: Run;
  readonly #delivery: Delivery;
  /** Ends the delivery from inside. */
  readonly #leave = new AbortController();
  #refusal: (Receipt & { kind: "refused" }) | null = null;
  #opened: { part: PartFile; from: number; file: FileSink; compare: CompareSink } | null = null;
  #bounds: Bounds | null = null;

  constructor(run: Run, delivery: Delivery) {
    this.#run = run;
    this.#delivery = delivery;
  }

  async receive(): Promise<Receipt> {
    const { answer, headBytes } = this.#delivery;
    const { bandwidth } = this.#run;
    const signal = AbortSignal.any([this.#run.signal, this.#leave.signal]);
    // With no head to look at, the first byte says that there is a body.
    const late = new OpenLateSink(Math.max(1, headBytes), (head) => this.#open(head));
    const end = await answer.body.receive(new LimitSink(late, bandwidth), signal);
    this.#bounds?.leave.removeEventListener("abort", this.#left);
    await late.finish(end.kind === "ended");
    // Also when it broke off or was stopped: every byte that came counts.
    const written = await this.#opened?.part.finish(this.#opened.file, isWhole(end));
    if (late.thrown !== null) throw late.thrown.error;
    if (written?.kind === "failed") throw written.error;
    return this.#refusal ?? this.#judge(end, written ?? null);
  }

  async #open(head: Uint8Array): Promise<BodySink | null> {
    const { start, end, open } = this.#delivery;
    const opened = await open(head);
    if (opened.kind === "refused") {
      this.#refusal = opened;
      return null;
    }
    const { part, from } = opened;
    const stored = await part.read(start, from - start);
    if (stored.length < from - start) throw new FileRefused(cutByOthers(start + stored.length));
    const bounds = this.#delivery.bounds?.() ?? null;
    this.#bounds = bounds;
    if (bounds?.leave.aborted === true) this.#left();
    bounds?.leave.addEventListener("abort", this.#left, { once: true });
    const moved = (position: number): void => this.#moved(part, position);
    const until = (): number | null => bounds?.until() ?? null;
    const file = part.receive({ position: from, end, until, moved }, this.#left);
    const compare = new CompareSink(stored, file);
    this.#opened = { part, from, file, compare };
    return compare;
  }

  readonly #left = (): void => this.#leave.abort();

  #moved(part: PartFile, position: number): void {
    this.#bounds?.moved(position);
    this.#run.report.bytes(part.bytesCome, part.ledger.facts.size);
  }

  #judge(end: BodyEnd | { kind: "refused" }, written: Exclude<SinkEnd, { kind: "failed" }> | null): Receipt {
    const { start, end: announced } = this.#delivery;
    const { from, compare } = this.#opened ?? { from: start, compare: null };
    const position = written?.end ?? start;
    if (compare?.differs === true) return { kind: "mismatch" };
    if (written?.kind === "enough") return { kind: "enough", end: position };
    if (written?.kind === "overrun" || isWorthNothing(announced, end, position)) {
      return { kind: "overrun", from, to: position };
    }
    const isCompared = compare === null || compare.missing === 0;
    if (position === announced && isCompared && isWhole(end)) return { kind: "all", end: position };
    if (end.kind === "broken") return end;
    if (end.kind !== "ended") return this.#wasLeft(position);
    if (!isCompared) return { kind: "mismatch" };
    if (announced === null) return { kind: "all", end: position };
    return { kind: "short", missing: announced - position };
  }

  #wasLeft(position: number): Receipt {
    const isEnough = this.#bounds?.leave.aborted === true && !this.#run.signal.aborted;
    return isEnough ? { kind: "enough", end: position } : { kind: "stopped" };
  }
}

/**
 * Whether nothing more can have come than what was taken. Whoever leaves an answer with its last byte has not seen
 * that there was none behind it.
 */
function isWhole(end: BodyEnd | { kind: "refused" }): boolean {
  return end.kind === "ended" || (end.kind === "broken" && end.failure.code !== "bad_response");
}

/**
 * Whether an announcement does not hold: more came behind its end, or it ends among the stored bytes, which are
 * asked for only to come to new ones.
 */
function isWorthNothing(
  announced: number | null,
  end: BodyEnd | { kind: "refused" },
  position: number,
): boolean {
  if (announced === null || position < announced) return false;
  return position > announced || (end.kind === "broken" && end.failure.code === "bad_response");
}

function cutByOthers(at: number): Failure {
  const message = `The partial file ends at ${at}, more was written to it: another program cut it.`;
  const advice = "Keep other programs away from the partial file; it is fetched again.";
  return failure("disk_failed", message, { retryable: true, advice });
}
