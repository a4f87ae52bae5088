/**
 * The search for the hash of one file beside it, while the file is fetched.
 *
 * It begins when the first bytes of the file are there, so it delays none of them. The file is not hashed on
 * suspicion: most files have no list, and a hash nobody compares costs half a second of processor time for each
 * gigabyte. When the hash is known, which is a round trip or two later, the few bytes that are there are read
 * back (from memory, as they were just written) and the rest is hashed as it comes; see `RingPrefixHash`.
 */
import { createHash } from "node:crypto";
import { failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import type { AskOutcome, Question } from "../ask/ask-origin.ts";
import { WHOLE } from "../ask/ask-origin.ts";
import type { PartFile } from "../part/part-file.ts";
import { readDocument } from "../ask/read-document.ts";
import type { FullSettings } from "../transfer-settings.ts";
import type { Surroundings } from "./likely-sidecars.ts";
import { likelySidecars, SMALLEST_BYTES } from "./likely-sidecars.ts";
import type { SearchResult } from "./search-sidecars.ts";
import { searchSidecars } from "./search-sidecars.ts";
import type { Wanted } from "./sidecar-store.ts";
import { MAX_LIST_BYTES } from "./sidecar-store.ts";

export interface SearchParts {
  step: TransferStep;
  settings: FullSettings;
  askAt: (url: string, question: Question, signal: AbortSignal) => Promise<AskOutcome>;
  signal: AbortSignal;
}

export class HashSearch {
  readonly #parts: SearchParts;
  readonly #surroundings: Surroundings | null;
  readonly #closed = new AbortController();
  #asking = false;
  #search: Promise<SearchResult> | null = null;
  #found: SearchResult | null = null;
  /** The file as it is fetched now: a fresh start makes a new one. */
  #part: PartFile | null = null;

  constructor(parts: SearchParts) {
    this.#parts = parts;
    this.#surroundings = parts.step.checksum === null ? likelySidecars(parts.step.url) : null;
  }

  /** Bytes of the file are there, and no hash of it is known. */
  begin(part: PartFile): void {
    this.#part = part;
    if (this.#found !== null) return this.#startHash();
    const isWorthIt = this.#isWorthIt(part.ledger.facts.size);
    if (isWorthIt) part.expectHash(true);
    if (this.#search !== null || !isWorthIt) return;
    this.#search = this.#run({ since: null, again: false });
    // Whoever asks for the result meets a rejection, too.
    this.#search.then(
      (found) => {
        this.#found = found;
        this.#startHash();
      },
      () => this.#part?.expectHash(false),
    );
  }

  /** What came of it; begins where it was not begun. Waits no longer than `sidecarWaitMs`. */
  async result(size: number | null): Promise<SearchResult> {
    if (!this.#isWorthIt(size)) return { kind: "nothing" };
    return this.#withinTime(async () => {
      const early = this.#search === null ? null : await this.#search;
      // While the file was fetched the server may have had no place for another request; now it has.
      if (early !== null && early.kind !== "trouble") return early;
      return this.#run({ since: null, again: early !== null });
    });
  }

  /** What the lists say now, whatever they said before. */
  async renewed(size: number | null): Promise<SearchResult> {
    if (!this.#isWorthIt(size)) return { kind: "nothing" };
    return this.#withinTime(() => this.#run({ since: this.#parts.settings.clock.now(), again: true }));
  }

  close(): void {
    if (this.#asking) this.#closed.abort();
  }

  #isWorthIt(size: number | null): boolean {
    return this.#surroundings !== null && (size === null || size >= SMALLEST_BYTES);
  }

  #startHash(): void {
    const part = this.#part;
    if (part === null || part.closed || part.hash !== null) return;
    if (this.#found?.kind !== "listed") return part.expectHash(false);
    part.startHash(this.#found.listed.checksum.algorithm);
  }

  async #withinTime(search: () => Promise<SearchResult>): Promise<SearchResult> {
    const { settings, signal, step } = this.#parts;
    const { sidecarWaitMs } = settings.limits;
    const timer = setTimeout(() => this.close(), sidecarWaitMs);
    try {
      const result = await search();
      if (result.kind !== "aborted" || signal.aborted) return result;
      const { host } = new URL(step.url);
      const why = failure("timed_out", `${host} did not answer within ${sidecarWaitMs / 1000} s.`);
      return { kind: "trouble", label: "The checksum list", failure: why };
    } finally {
      clearTimeout(timer);
    }
  }

  #run(asking: Pick<Wanted, "since" | "again">): Promise<SearchResult> {
    const { step, settings, askAt, signal } = this.#parts;
    const surroundings = this.#surroundings as Surroundings;
    this.#asking = true;
    const stop = AbortSignal.any([signal, this.#closed.signal]);
    const asker = createHash("sha256")
      .update(JSON.stringify([step.headers, step.reach ?? null]))
      .digest("hex");
    return searchSidecars(surroundings, ({ url, scope, pattern }) => {
      const group = scope === "file" ? `${surroundings.folder}${pattern} ${asker}` : null;
      return settings.sidecars.read(
        { key: `${url} ${asker}`, group, ...asking },
        async (etag) => {
          const question: Question = etag === null ? WHOLE : { ...WHOLE, ifNoneMatch: etag };
          const asked = await askAt(url, question, stop);
          return readDocument(asked, MAX_LIST_BYTES, settings.clock.now(), stop);
        },
        stop,
      );
    });
  }
}
