/**
 * The bytes, from as many answers as it takes, all of one object.
 *
 * Each turn asks for the first hole, judges the answer, and takes what it is worth. Stored bytes are kept as
 * long as they may be of the same object, and given up as a whole when they are not.
 */
import type { Failure } from "../../job/failure.ts";
import type { FileMap } from "../../job/file-map.ts";
import { admitAnswer } from "../judge/admit-answer.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import { HEAD_BYTES } from "../judge/check-content.ts";
import { judgeAnswer, type Verdict } from "../judge/judge-answer.ts";
import { Escort } from "../crew/escort.ts";
import { findPlace } from "../ask/find-place.ts";
import { otherSize, sentTooMuch, truncated } from "../judge/length-failures.ts";
import { nextAnswer } from "./next-answer.ts";
import type { Asking, FetchOutcome, Turn } from "./fetch-turn.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import { beginPart, checkHead, continuePart } from "../part/open-part.ts";
import type { PartFile } from "../part/part-file.ts";
import { planQuestion } from "./plan-question.ts";
import type { Bounds, Delivery, Opened } from "./receive-body.ts";
import { receiveBody } from "./receive-body.ts";
import type { EarlyEnd, Run } from "../transfer-run.ts";
import { tryAgain } from "./try-again.ts";
import { StoredObject } from "./stored-object.ts";
import { TurnAccount } from "./turn-account.ts";

/** Who brought this much is followed by the next one without a pause. */
const GOOD_GAIN_BYTES = 1024 * 1024;
const ON: Turn = { kind: "on" };

export class ObjectFetch {
  readonly #run: Run;
  readonly #path: string;
  readonly #held: StoredObject;
  /** An answer with the whole object that came before the run knew where to put it. */
  #first: FinalAnswer | null;
  readonly #account: TurnAccount;
  /** The other connections, if there are any. */
  readonly #escort: Escort;
  /** From the last request to its answer. Milliseconds. */
  #firstByteMs = 0;

  /** @param alone one answer with all of it is wanted: no other connections */
  constructor(run: Run, path: string, stored: PartFile | null, first: FinalAnswer | null, alone = false) {
    this.#run = run;
    this.#path = path;
    this.#held = new StoredObject(run, stored);
    this.#first = first;
    this.#account = new TurnAccount(stored?.bytesWritten ?? 0, run.settings.limits.restarts);
    this.#escort = new Escort(run, !alone);
  }

  /** The file as far as it is; null before the first byte. */
  get part(): PartFile | null {
    return this.#held.part;
  }

  /** Bytes still to be written, or null while the size is unknown. */
  get missing(): number | null {
    const { size, bytes } = this.#held;
    return size === null ? null : size - bytes;
  }

  /** Null before the first byte. */
  get map(): FileMap | null {
    return this.#held.mapWith(this.#escort.ranges);
  }

  async fetch(): Promise<FetchOutcome> {
    try {
      return await this.#fetch();
    } finally {
      await this.#escort.end();
    }
  }

  async #fetch(): Promise<FetchOutcome> {
    const ended = this.#held.isOfMirror ? await this.#goElsewhere(true) : null;
    if (ended !== null) return ended;
    for (;;) {
      if (this.#run.signal.aborted) return { kind: "stopped" };
      const asking = await this.#plan();
      if (asking === null) return { kind: "fetched", lengthTold: this.#held.size !== null };
      const turn = await this.#turn(asking);
      if (turn.kind === "ended") return turn.outcome;
      const ended = await this.#takeStock(turn);
      if (ended !== null) return ended;
    }
  }

  /** Counts what a turn brought, and pauses where the next one would come too early. */
  async #takeStock(turn: Exclude<Turn, { kind: "ended" }>): Promise<EarlyEnd | null> {
    const gained = this.#account.count(this.#held.bytes);
    if (gained > 0) await this.#held.takeIn();
    if (turn.kind === "on") {
      const why = gained > 0 ? null : this.#account.countInVain();
      return why === null ? null : this.#goElsewhere(this.#run.addresses.moveOn(why));
    }
    const { failure: why } = turn;
    if (turn.kind === "missed" && (await this.#escort.standIn(why))) return null;
    if (turn.kind === "spent") return this.#goElsewhere(this.#run.addresses.moveOn(why));
    if (gained === 0) this.#account.failures += 1;
    if (why.retryable && gained >= GOOD_GAIN_BYTES) return null;
    const next = await tryAgain(this.#run, why, this.#account.failures);
    return next === "again" ? null : this.#goElsewhere(next === "moved");
  }

  /** At another address the stored bytes count only if they are those of its object as well. */
  async #goElsewhere(moved: boolean): Promise<EarlyEnd | null> {
    await this.#escort.end();
    const place = await findPlace(this.#run, this.#held.part, moved);
    if (place.kind === "none") return this.#fail(place.failure);
    if (place.kind === "stopped") return place;
    this.#account.moveOn();
    this.#held.settle(place.kind === "proven");
    if (place.kind === "anew") await this.#dropBytes(null);
    return null;
  }

  #fail(why: Failure): EarlyEnd {
    return { kind: "failed", failure: why, bytesCame: this.#account.bytesCame };
  }

  async #plan(): Promise<Asking | null> {
    if (this.#held.isComplete) return null;
    const share = await this.#escort.next();
    const { overlapBytes } = this.#run.settings.limits;
    return planQuestion(this.#held.stored, this.#held.doubts, overlapBytes, share);
  }

  async #turn(asking: Asking): Promise<Turn> {
    const { report, signal, settings } = this.#run;
    if (!this.#escort.isAtWork) {
      report.stage("connecting", 0, this.#run.addresses.note);
      report.bytes(this.#held.part?.bytesCome ?? 0, this.#held.size);
    }
    const askedAt = performance.now();
    const answer = await nextAnswer(this.#run, asking.question, this.#first);
    this.#firstByteMs = performance.now() - askedAt;
    this.#first = null;
    if ("kind" in answer) return answer;
    const verdict = judgeAnswer(asking.question, answer, this.#held.facts, settings.clock.now());
    try {
      const turn = await this.#follow(asking, answer, verdict);
      return signal.aborted && turn.kind !== "ended" ? { kind: "ended", outcome: { kind: "stopped" } } : turn;
    } finally {
      // Whatever was not read is not wanted.
      answer.body.discard();
      this.#escort.release();
    }
  }

  async #follow(asking: Asking, answer: FinalAnswer, verdict: Verdict): Promise<Turn> {
    switch (verdict.kind) {
      case "refused":
        return { kind: "missed", failure: verdict.failure };
      case "whole":
        return this.#takeWhole(answer, verdict.facts);
      case "part":
      case "doubtful":
        return this.#takePart(asking, answer, verdict);
      case "changed":
        return this.#giveUpBytes(`The file changed on ${answer.url.host}`);
      case "same_by_hash":
        this.#held.withoutIfRange = true;
        return ON;
      case "bad_range":
        if (!this.#account.countBadRange() || this.#held.part === null) {
          return { kind: "missed", failure: verdict.failure };
        }
        return this.#giveUpBytes(verdict.failure.message.replace(/\.$/, ""));
      case "at_end":
        if (!this.#held.isForeign && asking.question.start === asking.from)
          return this.#noteEnd(asking.from, true);
        return this.#giveUpBytes(`${answer.url.host} has no bytes where the stored ones end`);
      default:
        throw verdict satisfies never;
    }
  }

  async #takeWhole(answer: FinalAnswer, facts: ObjectFacts): Promise<Turn> {
    const had = this.#held.part !== null;
    if (had && !this.#account.mayRestart) {
      const { host } = answer.url;
      return this.#held.isOther(facts)
        ? this.#account.spend(`The file changed on ${host}`)
        : this.#account.spendInVain(host);
    }
    const size = facts.size ?? this.#held.sizeIfSame(facts) ?? this.#run.step.size;
    const stop = await this.#admit(answer, facts, size);
    if (stop !== null) return stop;
    const open = async (head: Uint8Array): Promise<Opened> => {
      const wrong = checkHead(this.#path, answer, size, head, await this.#held.head());
      if (wrong !== null) return { kind: "refused", failure: wrong };
      if (had) await this.#dropBytes(size);
      const part = await beginPart(this.#run, this.#path, { ...facts, size });
      this.#held.begin(part);
      this.#muster(answer, part, 0, size);
      return { kind: "opened", part, from: 0 };
    };
    // By its own framing it is whole whatever its length: then that has to be the expected one.
    const framed = answer.length === null && !answer.endsWithConnection;
    return this.#receive(answer, { start: 0, end: size, open, headBytes: HEAD_BYTES, framed });
  }

  async #takePart(
    { question, from }: Asking,
    answer: FinalAnswer,
    verdict: Extract<Verdict, { kind: "part" | "doubtful" }>,
  ): Promise<Turn> {
    const part = this.#held.part as PartFile;
    // Beside others every part is of this run, and the hash tells in the end.
    const hashed = this.#escort.isAtWork && part.ledger.checksum !== null;
    if (verdict.kind === "doubtful" && !hashed) {
      if (this.#held.isForeign) return this.#giveUpBytes("The stored bytes came from another address");
      if (from === 0) return this.#giveUpBytes("Nothing tells whether the stored bytes are of this file");
      if (question.start === from) {
        this.#held.distrusted = true;
        return ON; // asked again, with an end to compare
      }
    }
    const stop = await this.#admit(answer, verdict.facts, part.ledger.facts.size ?? verdict.facts.size);
    if (stop !== null) return stop;
    const open = async (): Promise<Opened> => {
      await continuePart(this.#run, part, verdict.facts);
      this.#muster(answer, part, from, verdict.end);
      return { kind: "opened", part, from };
    };
    const { start } = question;
    return this.#receive(answer, { start, end: verdict.end, open, headBytes: 0, framed: false });
  }

  async #admit(answer: FinalAnswer, facts: ObjectFacts, size: number | null): Promise<Turn | null> {
    // Of a fresh start, too, only the difference is new: the old bytes go first.
    const stored = this.#held.bytes;
    const admission = await admitAnswer(this.#run, this.#path, answer, facts, { size, stored });
    if (admission.kind === "admitted") return null;
    return admission.kind === "wrong" ? { kind: "missed", failure: admission.failure } : admission;
  }

  /** Others may help with the rest, once the first bytes are what they should be. */
  #muster(answer: FinalAnswer, part: PartFile, from: number, end: number | null): void {
    if (!this.#held.isTrusted || end === null) return;
    this.#escort.begin({ part, answer, from, end, firstByteMs: this.#firstByteMs });
  }

  async #receive(
    answer: FinalAnswer,
    { framed, ...delivery }: Omit<Delivery, "answer"> & { framed: boolean },
  ): Promise<Turn> {
    if (!this.#escort.isAtWork) this.#run.report.stage("downloading", 1, this.#run.addresses.note);
    const bounds = (): Bounds | null => this.#escort.bounds;
    const receipt = await receiveBody(this.#run, { answer, bounds, ...delivery });
    const { host } = answer.url;
    const other = framed ? otherSize(host, delivery.end) : null;
    switch (receipt.kind) {
      case "all":
        return this.#noteEnd(receipt.end, answer.length !== null || !answer.endsWithConnection);
      case "enough":
        return ON;
      case "broken":
      case "refused":
        return { kind: "missed", failure: receipt.failure };
      case "mismatch":
        return this.#giveUpBytes(`The stored bytes are not those of ${host} any more`);
      case "short":
        return { kind: "missed", failure: other ?? truncated(host, receipt.missing) };
      case "overrun":
        await this.#held.part?.disown([receipt.from, receipt.to]);
        this.#account.takeBack(this.#held.bytes);
        return { kind: "missed", failure: other ?? sentTooMuch(host) };
      case "stopped":
        return { kind: "ended", outcome: { kind: "stopped" } };
      default:
        throw receipt satisfies never;
    }
  }

  async #noteEnd(end: number, told: boolean): Promise<Turn> {
    await this.#held.noteEnd(end, told);
    return ON;
  }

  /** The stored bytes are of no use: the next question is for the whole. */
  async #giveUpBytes(reason: string): Promise<Turn> {
    if (!this.#account.mayRestart) return this.#account.spend(reason);
    await this.#dropBytes(null);
    return ON;
  }

  /** @param size of the object that comes instead, as far as it is known */
  async #dropBytes(size: number | null): Promise<void> {
    await this.#escort.end();
    await this.#held.drop();
    this.#account.restart();
    this.#run.report.restart(size);
  }
}
