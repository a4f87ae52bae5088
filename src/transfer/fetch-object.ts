/**
 * The bytes, from as many answers as it takes, all of one object.
 *
 * Each turn asks for the first hole, judges the answer, and takes what it is worth. Stored bytes are kept as
 * long as they may be of the same object, and given up as a whole when they are not.
 */
import { basename } from "node:path";
import type { Failure } from "../job/failure.ts";
import { failure } from "../job/failure.ts";
import { redactUrl } from "../job/redact.ts";
import type { FinalAnswer, Question } from "./ask-origin.ts";
import { WHOLE } from "./ask-origin.ts";
import { rangeBefore } from "./byte-ranges.ts";
import { checkContent, checkEncoding, HEAD_BYTES } from "./check-content.ts";
import { checkExpectations } from "./check-expectations.ts";
import { checkSpace } from "./check-space.ts";
import { headerOf } from "./http-answer.ts";
import type { Verdict } from "./judge-answer.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { hashUrl, newLedger } from "./ledger.ts";
import { RateLimit } from "./limit-rate.ts";
import type { ObjectFacts } from "./object-facts.ts";
import { compareFacts, ifRangeOf } from "./object-facts.ts";
import { pauseBeforeRetry } from "./pause-before-retry.ts";
import { PartFile } from "./part-file.ts";
import type { PartRules } from "./part-file.ts";
import type { Opened, Receipt } from "./receive-body.ts";
import { receiveBody } from "./receive-body.ts";
import type { EarlyEnd, Run } from "./transfer-run.ts";

/** A malformed 206 may be an accident; a second one in a row means the server cannot do ranges. */
const BAD_RANGES = 2;
/** A connection that brought this much is followed by the next one without a pause. */
const GOOD_GAIN_BYTES = 1024 * 1024;

export type FetchOutcome =
  /** Every byte is there. `pure`: all of them came in one answer. */
  { kind: "fetched"; pure: boolean } | EarlyEnd;

type Turn =
  /** Something was gained or learnt: ask again. */
  | { kind: "on" }
  /** Nothing came of it: ask again, later. */
  | { kind: "missed"; failure: Failure }
  | { kind: "ended"; outcome: EarlyEnd };

const ON: Turn = { kind: "on" };

export class ObjectFetch {
  readonly #run: Run;
  readonly #path: string;
  readonly #rules: PartRules;
  readonly #limit: RateLimit | null;
  #part: PartFile | null;
  /** An answer to WHOLE that came before the run knew where to put it. */
  #first: FinalAnswer | null;
  /** The stored bytes came from another address. */
  #foreign: boolean;
  /** No validator vouches for parts: compare the stored end with every one. */
  #distrust = false;
  /** The validator changes although the object does not. */
  #withoutIfRange = false;
  #badRanges = 0;
  #restarts = 0;
  #failures = 0;
  /** Most bytes there ever were since the last fresh start. */
  #highWater: number;
  #bytesCame = false;
  #pure = true;

  constructor(run: Run, path: string, rules: PartRules, part: PartFile | null, first: FinalAnswer | null) {
    this.#run = run;
    this.#path = path;
    this.#rules = rules;
    this.#part = part;
    this.#first = first;
    this.#foreign = part !== null && part.ledger.urlHash !== hashUrl(run.step.url);
    this.#highWater = part?.bytesWritten ?? 0;
    const { limitBytesPerSecond } = run.options;
    this.#limit =
      limitBytesPerSecond === null ? null : new RateLimit(limitBytesPerSecond, run.settings.clock);
  }

  /** The file as far as it is; null before the first byte. */
  get part(): PartFile | null {
    return this.#part;
  }

  /** Bytes still to be written, or null while the size is unknown. */
  get missing(): number | null {
    const size = this.#known()?.size ?? this.#run.step.size;
    return size === null ? null : size - (this.#part?.bytesWritten ?? 0);
  }

  async fetch(): Promise<FetchOutcome> {
    for (;;) {
      if (this.#run.signal.aborted) return { kind: "stopped" };
      if (this.#part !== null && this.#part.gap === null) return { kind: "fetched", pure: this.#pure };
      const turn = await this.#turn();
      if (turn.kind === "ended") return turn.outcome;
      const ended = await this.#takeStock(turn);
      if (ended !== null) return ended;
    }
  }

  /** Counts what a turn brought, and pauses where the next one would come too early. */
  async #takeStock(turn: Exclude<Turn, { kind: "ended" }>): Promise<EarlyEnd | null> {
    const gained = (this.#part?.bytesWritten ?? 0) - this.#highWater;
    if (gained > 0) {
      this.#highWater += gained;
      this.#bytesCame = true;
      this.#failures = 0;
      this.#badRanges = 0;
    }
    if (turn.kind === "on") return null;
    const { failure: why } = turn;
    if (gained <= 0) this.#failures += 1;
    if (why.retryable && gained >= GOOD_GAIN_BYTES) return null;
    return (await pauseBeforeRetry(this.#run, why, this.#failures)) ? null : this.#fail(why);
  }

  #fail(why: Failure): EarlyEnd {
    return { kind: "failed", failure: why, bytesCame: this.#bytesCame };
  }

  async #turn(): Promise<Turn> {
    const { report, signal, settings } = this.#run;
    const question = this.#question();
    report.stage("connecting");
    report.bytes(this.#part?.bytesWritten ?? 0, this.#known()?.size ?? this.#run.step.size);
    const answer = await this.#answer(question);
    if ("kind" in answer) return answer;
    const verdict = judgeAnswer(question, answer, this.#known(), settings.clock.now());
    const turn = await this.#follow(question, answer, verdict);
    // Whatever was not read is not wanted.
    answer.body.discard();
    return signal.aborted && turn.kind !== "ended" ? { kind: "ended", outcome: { kind: "stopped" } } : turn;
  }

  #known(): ObjectFacts | null {
    return this.#part?.ledger.facts ?? null;
  }

  /** What to ask for: the first hole, with the end of what lies before it where that has to be compared. */
  #question(): Question {
    const part = this.#part;
    const gap = part?.gap ?? null;
    if (part === null || gap === null || this.#first !== null) return WHOLE;
    const { size } = part.ledger.facts;
    const end = gap.end === size ? null : gap.end;
    const validator = this.#withoutIfRange ? null : ifRangeOf(part.ledger.facts);
    if (gap.start === 0) return end === null ? WHOLE : { start: 0, end, ranged: true, ifRange: validator };
    const compare = this.#distrust || this.#foreign || validator === null;
    const stored = rangeBefore(part.written, gap.start)?.[0] ?? gap.start;
    const start = compare ? Math.max(stored, gap.start - this.#run.settings.limits.overlapBytes) : gap.start;
    return { start, end, ranged: true, ifRange: validator };
  }

  async #answer(question: Question): Promise<FinalAnswer | Turn> {
    const first = this.#first;
    this.#first = null;
    if (first !== null) {
      if (this.#part === null) return first;
      first.body.discard();
      return ON; // there are bytes already: ask for the rest of them
    }
    const asked = await this.#run.ask(question, this.#run.signal);
    if (asked.kind === "answer") return asked.answer;
    if (asked.kind === "failed") return { kind: "missed", failure: asked.failure };
    return { kind: "ended", outcome: { kind: "stopped" } };
  }

  async #follow(question: Question, answer: FinalAnswer, verdict: Verdict): Promise<Turn> {
    switch (verdict.kind) {
      case "refused":
        return { kind: "missed", failure: verdict.failure };
      case "whole":
        return this.#take(answer, verdict.facts, { start: 0, end: verdict.facts.size }, null);
      case "part":
      case "doubtful":
        return this.#takePart(question, answer, verdict);
      case "changed":
        return this.#giveUpBytes(`The file changed on ${answer.url.host}`);
      case "same_by_hash":
        this.#withoutIfRange = true;
        return ON;
      case "bad_range":
        this.#badRanges += 1;
        if (this.#badRanges < BAD_RANGES) return { kind: "missed", failure: verdict.failure };
        return this.#giveUpBytes(verdict.failure.message);
      case "nothing_there":
        return this.#takeNothing(question, answer, verdict);
      default:
        throw verdict satisfies never;
    }
  }

  async #takePart(
    question: Question,
    answer: FinalAnswer,
    verdict: Extract<Verdict, { kind: "part" | "doubtful" }>,
  ): Promise<Turn> {
    const part = this.#part as PartFile;
    const from = part.gap?.start ?? 0;
    if (this.#foreign && verdict.kind !== "part") {
      return this.#giveUpBytes("The stored bytes are of another address");
    }
    if (verdict.kind === "doubtful" && question.start === from && from > 0) {
      this.#distrust = true;
      return ON; // asked again, with an end to compare
    }
    this.#pure = false;
    return this.#take(answer, verdict.facts, { start: question.start, end: verdict.end }, from);
  }

  /** 416: complete, if the object ends just where the stored bytes do; else these are of another one. */
  async #takeNothing(
    question: Question,
    answer: FinalAnswer,
    { size, facts }: Extract<Verdict, { kind: "nothing_there" }>,
  ): Promise<Turn> {
    const part = this.#part as PartFile;
    const known = part.ledger.facts;
    const sameEnd = size !== null && size === question.start && known.size === null;
    if (!sameEnd || this.#foreign || compareFacts({ ...known, size }, facts) === "different") {
      return this.#giveUpBytes(`${answer.url.host} has no bytes from ${question.start} on`);
    }
    const refusal = await this.#run.resolveOnce(this.#path, size);
    if (refusal !== null) return { kind: "ended", outcome: this.#fail(refusal) };
    await part.learn({ facts: { ...known, size }, complete: true });
    return ON;
  }

  /** Takes a body in. `from` is the first new byte, or null when everything begins with this answer. */
  async #take(
    answer: FinalAnswer,
    facts: ObjectFacts,
    { start, end }: { start: number; end: number | null },
    from: number | null,
  ): Promise<Turn> {
    const { step, report } = this.#run;
    const name = basename(this.#path);
    const size = facts.size ?? (from === null ? step.size : this.#known()?.size) ?? null;
    const wrong =
      checkEncoding(headerOf(answer.headers, "content-encoding"), name, answer.url.host) ??
      checkExpectations(step, answer, facts);
    if (wrong !== null) return { kind: "missed", failure: wrong };
    if (from === null && this.#part !== null && !this.#mayRestart()) return this.#tooManyRestarts(answer);
    const refusal = await this.#run.resolveOnce(this.#path, size);
    if (refusal !== null) return { kind: "ended", outcome: this.#fail(refusal) };
    const missing = size === null ? null : size - (from === null ? 0 : (this.#part?.bytesWritten ?? 0));
    const shortage = await checkSpace(this.#run, this.#path, missing);
    if (shortage !== null) return { kind: "ended", outcome: shortage };
    await this.#run.point("answered");
    report.stage("downloading", 1);
    const open = (head: Uint8Array): Promise<Opened> =>
      from === null ? this.#begin(answer, { ...facts, size }, head) : this.#goOn(facts, from);
    const receipt = await receiveBody(this.#run, {
      answer,
      start,
      end: end ?? (from === null ? step.size : null),
      limit: this.#limit,
      open,
      headBytes: from === null ? HEAD_BYTES : 0,
    });
    return this.#settle(receipt, answer);
  }

  async #settle(receipt: Receipt, answer: FinalAnswer): Promise<Turn> {
    switch (receipt.kind) {
      case "all":
        return this.#noteEnd(receipt.end);
      case "broken":
      case "refused":
        return { kind: "missed", failure: receipt.failure };
      case "mismatch":
        return this.#giveUpBytes(`The stored bytes are not those of ${answer.url.host} any more`);
      case "overrun": {
        const { host } = answer.url;
        await this.#part?.disown([receipt.from, receipt.to]);
        this.#highWater = Math.min(this.#highWater, this.#part?.bytesWritten ?? 0);
        return {
          kind: "missed",
          failure: failure("bad_response", `${host} sent more bytes than it announced.`),
        };
      }
      case "stopped":
        return { kind: "ended", outcome: { kind: "stopped" } };
      default:
        throw receipt satisfies never;
    }
  }

  /** A body of unknown length is over: now the length is known. */
  async #noteEnd(end: number): Promise<Turn> {
    const part = this.#part as PartFile;
    const { facts } = part.ledger;
    if (facts.size === null) await part.learn({ facts: { ...facts, size: end }, complete: true });
    return ON;
  }

  async #begin(answer: FinalAnswer, facts: ObjectFacts, head: Uint8Array): Promise<Opened> {
    const { step, report } = this.#run;
    const wrong = checkContent({
      name: basename(this.#path),
      head,
      size: facts.size,
      contentType: headerOf(answer.headers, "content-type"),
      url: answer.url,
    });
    if (wrong !== null) return { kind: "refused", failure: wrong };
    const had = this.#part;
    if (had !== null) await this.#forget(had);
    const ledger = newLedger(step, facts);
    this.#part = await PartFile.begin(this.#path, ledger, this.#rules);
    if (ledger.checksum !== null) this.#part.startHash(ledger.checksum.algorithm);
    this.#pure = true;
    if (had !== null && had.bytesWritten > 0) report.restart(facts.size);
    await this.#run.point("began");
    return { kind: "opened", part: this.#part, from: 0 };
  }

  async #goOn(facts: ObjectFacts, from: number): Promise<Opened> {
    const part = this.#part as PartFile;
    const { facts: known, checksum } = part.ledger;
    const learnt = checksum === null && facts.published !== null;
    if ((known.size === null && facts.size !== null) || learnt) {
      await part.learn({
        facts: { ...known, size: known.size ?? facts.size, published: known.published ?? facts.published },
        checksum: checksum ?? facts.published,
      });
    }
    const expected = part.ledger.checksum;
    if (expected !== null && part.hash === null) part.startHash(expected.algorithm);
    await this.#run.point("began");
    return { kind: "opened", part, from };
  }

  #mayRestart(): boolean {
    return this.#restarts < this.#run.settings.limits.restarts;
  }

  #tooManyRestarts({ url }: FinalAnswer): Turn {
    const message = `The download from ${redactUrl(url.href)} had to begin anew ${this.#restarts} times.`;
    // Whatever came did not last: for the engine's back-off this run brought nothing.
    const outcome: EarlyEnd = {
      kind: "failed",
      failure: failure("object_changed", message),
      bytesCame: false,
    };
    return { kind: "ended", outcome };
  }

  /** The stored bytes are of no use: the next question is for the whole. */
  async #giveUpBytes(reason: string): Promise<Turn> {
    const had = this.#part as PartFile;
    if (!this.#mayRestart()) {
      const message = `${reason}; the download had to begin anew ${this.#restarts} times already.`;
      const outcome: EarlyEnd = {
        kind: "failed",
        failure: failure("object_changed", message),
        bytesCame: false,
      };
      return { kind: "ended", outcome };
    }
    await this.#forget(had);
    this.#part = null;
    this.#run.report.restart(null);
    return ON;
  }

  async #forget(part: PartFile): Promise<void> {
    await part.close();
    this.#restarts += 1;
    this.#highWater = 0;
    this.#badRanges = 0;
    this.#foreign = false;
    this.#distrust = false;
    this.#withoutIfRange = false;
  }
}
