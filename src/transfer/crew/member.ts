/** One of the connections beside the leading one: piece after piece, as long as it is wanted. */
import { systemClock } from "../../job/clock.ts";
import type { Failure } from "../../job/failure.ts";
import type { PartFile } from "../part/part-file.ts";
import type { Run } from "../transfer-run.ts";
import type { Claim } from "./claims.ts";
import { fetchPiece } from "./fetch-piece.ts";
import type { PieceEnd } from "./fetch-piece.ts";
import type { Source } from "./source.ts";
import type { Supplier, Suppliers } from "./suppliers.ts";

export interface MemberParts {
  run: Run;
  part: PartFile;
  suppliers: Suppliers;
  /** Ends all members. */
  over: AbortSignal;
  /** Whether there are not too many connections. */
  isWanted: () => boolean;
  /** The next piece; null: there is none. @param bytesPerSecond of this connection, 0 while unknown */
  next: (bytesPerSecond: number) => Claim | null;
  release: (claim: Claim) => void;
  /** From a request to its answer. Milliseconds. */
  answeredIn: (ms: number) => void;
  /** A piece came to its end. False: this connection is to end, too. */
  heed: (end: PieceEnd, gained: boolean, supplier: Supplier) => boolean;
}

export class Member {
  readonly #parts: MemberParts;
  #claim: Claim;
  #supplier: Supplier | null = null;
  #leave = new AbortController();

  constructor(parts: MemberParts, claim: Claim) {
    this.#parts = parts;
    this.#claim = claim;
  }

  get claim(): Claim {
    return this.#claim;
  }

  /** Whom it asks; null before it has begun. */
  get supplier(): Supplier | null {
    return this.#supplier;
  }

  /** Leaves the present answer; what came of it stays. */
  leave(): void {
    this.#leave.abort();
  }

  /** Rejects with trouble of the disk, and bugs. */
  async work(): Promise<void> {
    const { isWanted, next, release } = this.#parts;
    try {
      for (;;) {
        const goOn = await this.#fetch().finally(() => release(this.#claim));
        if (!goOn || !isWanted()) return;
        const claim = next(this.#claim.bytesPerSecond ?? 0);
        if (claim === null) return;
        this.#claim = claim;
      }
    } finally {
      if (this.#supplier !== null) this.#parts.suppliers.release(this.#supplier);
    }
  }

  async #fetch(): Promise<boolean> {
    const { run, over, suppliers, heed } = this.#parts;
    this.#leave = new AbortController();
    const signal = AbortSignal.any([run.signal, over, this.#leave.signal]);
    this.#supplier = await suppliers.choose(this.#supplier, signal);
    const supplier = this.#supplier;
    if (supplier === null || supplier.source === null) return false;
    const end = await this.#fetchFrom(supplier.source, signal);
    return (
      heed(end, this.#claim.position > this.#claim.start, supplier) && !run.signal.aborted && !over.aborted
    );
  }

  #fetchFrom(source: Source, signal: AbortSignal): Promise<PieceEnd> {
    const { run, part, answeredIn } = this.#parts;
    const asked = systemClock.now();
    const answered = (): void => answeredIn(systemClock.now() - asked);
    const hashed = part.ledger.checksum !== null;
    return fetchPiece({ run, part, source, claim: this.#claim, signal, hashed, answered });
  }
}

/** By which servers tell that there are too many connections. */
const REFUSALS = new Set<Failure["code"]>(["rate_limited", "server_error", "connection_failed", "timed_out"]);

export function isRefusal({ code }: Failure): boolean {
  return REFUSALS.has(code);
}
