/** What a fetch holds of the object so far, and how far that may be relied on. */
import type { FetchedRange, FileMap } from "../../job/file-map.ts";
import type { Doubts, Stored } from "./plan-question.ts";
import { addressOf } from "../part/ledger.ts";
import { prefixEnd } from "../part/byte-ranges.ts";
import { HEAD_BYTES } from "../judge/check-content.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import { compareFacts } from "../judge/object-facts.ts";
import type { PartFile } from "../part/part-file.ts";
import type { Run } from "../transfer-run.ts";

export class StoredObject {
  readonly #run: Run;
  #part: PartFile | null;
  /** The bytes came from another address. */
  #foreign: boolean;
  /** No validator vouches for parts: the stored end is compared with every one. */
  distrusted: boolean;
  /** The validator changes although the object does not. */
  withoutIfRange = false;
  /** The connection ended where the file may have. */
  #endedUntold = false;

  constructor(run: Run, part: PartFile | null) {
    this.#run = run;
    this.#part = part;
    this.distrusted = part?.moved ?? false;
    this.#foreign = part !== null && part.ledger.urlHash !== addressOf(run.addresses.current).urlHash;
  }

  /** The file as far as it is; null before the first byte. */
  get part(): PartFile | null {
    return this.#part;
  }

  get facts(): ObjectFacts | null {
    return this.#part?.ledger.facts ?? null;
  }

  /** Where its bytes are, and who fetches which; null before the first byte. */
  mapWith(fetching: readonly FetchedRange[]): FileMap | null {
    return this.part === null ? null : { size: this.size, done: this.part.written, fetching };
  }

  get bytes(): number {
    return this.#part?.bytesWritten ?? 0;
  }

  /** Of the whole object; null while unknown. */
  get size(): number | null {
    return this.facts?.size ?? this.#run.step.size;
  }

  get isComplete(): boolean {
    return this.#part !== null && (this.#part.ledger.complete || this.#endedUntold);
  }

  get isForeign(): boolean {
    return this.#foreign;
  }

  /**
   * It came from another address, which is one of this download's; or from another server, and the hash will tell in the
   * end. The validator of the one says nothing at the other (RFC 9110 §8.8.1).
   */
  get isOfMirror(): boolean {
    const ledger = this.#part?.ledger;
    if (!this.#foreign || ledger === undefined) return false;
    const { addresses, step } = this.#run;
    return (
      addresses.has(ledger.urlHash) || (step.checksum !== null && !isOfServer(ledger.url, addresses.current))
    );
  }

  /** Nothing speaks against putting it together from parts. */
  get isTrusted(): boolean {
    return !this.distrusted && !this.#foreign && !this.withoutIfRange;
  }

  get stored(): Stored | null {
    return this.#part === null ? null : { facts: this.#part.ledger.facts, written: this.#part.written };
  }

  get doubts(): Doubts {
    return { compare: this.distrusted || this.#foreign, withoutIfRange: this.withoutIfRange };
  }

  /** Its beginning; empty where that is not there. */
  async head(): Promise<Uint8Array> {
    const part = this.#part;
    const bytes = part === null ? 0 : Math.min(HEAD_BYTES, prefixEnd(part.written));
    return part === null || bytes === 0 ? new Uint8Array(0) : part.read(0, bytes);
  }

  /** An answer speaks of another object. */
  isOther(facts: ObjectFacts): boolean {
    return this.facts !== null && compareFacts(this.facts, facts) === "different";
  }

  /** RFC 9110 §8.8.1: as long as a strong validator is the same, so is the length, also if it is not told again. */
  sizeIfSame(facts: ObjectFacts): number | null {
    return this.facts !== null && compareFacts(this.facts, facts) === "same" ? this.facts.size : null;
  }

  /** The address in use has the same bytes. */
  settle(proven: boolean): void {
    this.#foreign = false;
    if (proven) this.trust();
  }

  /** Bytes were added to those of another address, so their end was compared: they are of this one, too. */
  async takeIn(): Promise<void> {
    if (!this.#foreign) return;
    this.#foreign = false;
    await this.#part?.learn(addressOf(this.#run.addresses.current));
  }

  trust(): void {
    this.#foreign = false;
    this.distrusted = false;
    this.withoutIfRange = false;
  }

  /** A fresh start was made, and these are its first bytes. */
  begin(part: PartFile): void {
    this.#endedUntold = false;
    this.#part = part;
  }

  /** Lets go of what there is: it does not count any more. */
  async drop(): Promise<void> {
    await this.#part?.close();
    this.#endedUntold = false;
    this.#part = null;
    this.trust();
  }

  /**
   * A body of unknown length is over: now the length is known.
   *
   * @param told by the framing or the server. Where only the connection ended, the file may be cut short: this run
   *   can do no better, but a later one has to ask again.
   */
  async noteEnd(end: number, told: boolean): Promise<void> {
    const part = this.#part;
    if (part === null || part.ledger.facts.size !== null) return;
    this.#endedUntold = !told;
    if (told) await part.learn({ facts: { ...part.ledger.facts, size: end }, complete: true });
  }
}

/** @param shown without its secrets */
function isOfServer(shown: string, url: string): boolean {
  return URL.canParse(shown) && new URL(shown).origin === new URL(url).origin;
}
