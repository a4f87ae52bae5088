/**
 * The checksum lists this process has read, and the places where there was none: a folder of a thousand files costs
 * one request for its list, or one 404.
 */
import type { Clock } from "../../job/clock.ts";
import type { Failure } from "../../job/failure.ts";
import type { DocumentOutcome } from "../ask/read-document.ts";
import type { ChecksumList } from "../../job/checksum/parse-checksum-list.ts";
import { parseChecksumList } from "../../job/checksum/parse-checksum-list.ts";

/** SHA256SUMS of a whole release with thousands of files has some hundred kilobytes. */
export const MAX_LIST_BYTES = 1024 * 1024;
/** A list as old is asked about again, with its validator: folders like `current/` change under the same address. */
const LIST_FRESH_MS = 5 * 60_000;
/** So long nobody asks again where there was no list: they appear within the hour of a release, or never. */
const ABSENT_FRESH_MS = 60 * 60_000;
/** A server in trouble is not asked again at once for the next file of a folder. */
const TROUBLE_FRESH_MS = 30_000;
/** After so many files of a folder without a list of their own, the others are not expected to have one. */
const MOST_MISSES = 2;
/** Texts kept at most, all together. Parsed they take about three times as much. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Addresses remembered at most; one without a list takes some hundred bytes. */
const MAX_ENTRIES = 4096;

export type Reading =
  | { kind: "list"; list: ChecksumList }
  | { kind: "absent" }
  | { kind: "failed"; failure: Failure }
  | { kind: "aborted" };

interface Entry {
  reading: Exclude<Reading, { kind: "aborted" }>;
  etag: string | null;
  /** When the server was last asked; epoch milliseconds. */
  askedAt: number;
  /** Of the text; 0 where there is none. */
  bytes: number;
}

export interface Wanted {
  /** Address of the list, and of whoever asks: what one may read another may not. */
  key: string;
  /** Lists of their own for single files of one folder, where it is one of them; else null. */
  group: string | null;
  /** What was asked before this (epoch milliseconds) is asked again; null to go by age. */
  since: number | null;
  /** A server that was in trouble is asked again, however short ago that was. */
  again: boolean;
}

/** Asks the server, under the validator of what is known already. */
export type AskForList = (ifNoneMatch: string | null) => Promise<DocumentOutcome>;

export class SidecarStore {
  readonly #clock: Clock;
  /** The one used last comes last. */
  readonly #entries = new Map<string, Entry>();
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #misses = new Map<string, { count: number; at: number }>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async read(wanted: Wanted, ask: AskForList, signal: AbortSignal): Promise<Reading> {
    const { key } = wanted;
    for (;;) {
      if (signal.aborted) return { kind: "aborted" };
      const known = this.#take(key);
      if (known !== null && this.#isFresh(known, wanted)) return known.reading;
      if (known === null && this.#isPointless(wanted)) return { kind: "absent" };
      const other = this.#underWay.get(key);
      if (other === undefined) return this.#ask(wanted, known, ask);
      await settledOrAborted(other, signal);
    }
  }

  async #ask({ key, group }: Wanted, known: Entry | null, ask: AskForList): Promise<Reading> {
    const asking = ask(known?.etag ?? null);
    this.#underWay.set(key, asking);
    try {
      const outcome = await asking;
      if (outcome.kind === "aborted") return outcome;
      const entry = this.#entryOf(outcome, known);
      this.#put(key, entry);
      if (group !== null && known === null) this.#count(group, entry.reading.kind);
      return entry.reading;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #entryOf(outcome: Exclude<DocumentOutcome, { kind: "aborted" }>, known: Entry | null): Entry {
    const askedAt = this.#clock.now();
    const none = { etag: null, askedAt, bytes: 0 };
    switch (outcome.kind) {
      case "document": {
        const list = readList(outcome.bytes);
        if (list === null) return { reading: { kind: "absent" }, ...none };
        return { reading: { kind: "list", list }, etag: outcome.etag, askedAt, bytes: outcome.bytes.length };
      }
      case "unchanged":
        // Without something known no validator was sent: then it is no answer.
        return known === null ? { reading: { kind: "absent" }, ...none } : { ...known, askedAt };
      case "absent":
        return { reading: { kind: "absent" }, ...none };
      case "failed":
        return { reading: { kind: "failed", failure: outcome.failure }, ...none };
      default:
        throw outcome satisfies never;
    }
  }

  #isFresh({ reading, askedAt }: Entry, { since, again }: Wanted): boolean {
    if (again && reading.kind === "failed") return false;
    return since === null ? this.#clock.now() - askedAt < FRESH_MS[reading.kind] : askedAt >= since;
  }

  #isPointless({ group, since }: Wanted): boolean {
    const misses = group === null || since !== null ? undefined : this.#misses.get(group);
    if (misses === undefined) return false;
    return misses.count >= MOST_MISSES && this.#clock.now() - misses.at < ABSENT_FRESH_MS;
  }

  #count(group: string, found: Entry["reading"]["kind"]): void {
    if (found === "failed") return;
    const { count = 0 } = this.#misses.get(group) ?? {};
    this.#misses.delete(group);
    if (found === "absent") this.#misses.set(group, { count: count + 1, at: this.#clock.now() });
    for (const oldest of this.#misses.keys()) {
      if (this.#misses.size <= MAX_ENTRIES) return;
      this.#misses.delete(oldest);
    }
  }

  #take(key: string): Entry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #put(key: string, entry: Entry): void {
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= MAX_KEPT_BYTES && this.#entries.size <= MAX_ENTRIES) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}

const FRESH_MS = { list: LIST_FRESH_MS, absent: ABSENT_FRESH_MS, failed: TROUBLE_FRESH_MS };

/** Null for a page that a server sends under any name, and for what is no text. */
function readList(bytes: Uint8Array): ChecksumList | null {
  if (bytes.includes(0)) return null;
  const text = new TextDecoder("utf-8", { fatal: false }).decode(bytes);
  return /^\s*</.test(text) ? null : parseChecksumList(text);
}

function settledOrAborted(other: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done, { once: true });
    other.catch(() => {}).finally(done);
  });
}
