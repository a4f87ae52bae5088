/** Which connection fetches which bytes of one file, so that no two fetch the same. */
import type { ByteRange } from "../part/byte-ranges.ts";
import { addRange, firstGap } from "../part/byte-ranges.ts";
import type { Bounds } from "../fetch/receive-body.ts";

/** Bytes that one connection has asked for. */
export interface Claim {
  readonly start: number;
  /** Where the next byte belongs; moved by whoever receives. */
  position: number;
  /** First byte that is not its own; comes down when a part is taken from it. */
  end: number;
  /** Its answer goes on to the end of the file: it may be cut short, and be let run again. */
  readonly open: boolean;
  /** Bytes per second at present; 0 for one that is silent, null while that cannot be told. */
  bytesPerSecond: number | null;
}

/** Ends of pieces: whole pages of the file, so that two connections never write one. Bytes. */
const GRAIN_BYTES = 64 * 1024;
/** Less is not worth a request of its own. Bytes. */
const LEAST_STOLEN_BYTES = 512 * 1024;

export class Claims {
  readonly size: number;
  readonly #written: () => readonly ByteRange[];
  readonly #active = new Set<Claim>();

  /** @param written what is in the file, asked again and again */
  constructor(size: number, written: () => readonly ByteRange[]) {
    this.size = size;
    this.#written = written;
  }

  get active(): ReadonlySet<Claim> {
    return this.#active;
  }

  /** Bytes that are neither written nor received so far. */
  get missing(): number {
    return [...this.#active].reduce((sum, { position, end }) => sum + end - position, this.#countFree());
  }

  /** Takes note of what a connection receives already. */
  add(position: number, end: number, open: boolean): Claim {
    const claim: Claim = { start: position, position, end, open, bytesPerSecond: null };
    this.#active.add(claim);
    return claim;
  }

  /** The first bytes nobody has asked for, at most `bytes` of them; null if there are none. */
  take(bytes: number): Claim | null {
    const gap = firstGap(this.#taken(), this.size);
    if (gap === null) return null;
    const end = gap.end ?? this.size;
    const most = grainAfter(gap.start + bytes);
    // No crumbs: what would be left after this piece goes with it.
    return this.add(gap.start, end - most < LEAST_STOLEN_BYTES ? end : most, false);
  }

  /** Cuts an answer that goes on to the end down to its next `bytes`. False where that would free nothing. */
  cutOpen(bytes: number): boolean {
    for (const claim of this.#active) {
      const end = grainAfter(claim.position + bytes);
      if (!claim.open || claim.end - end < LEAST_STOLEN_BYTES) continue;
      claim.end = end;
      return true;
    }
    return false;
  }

  /**
   * An answer that was cut runs on, as far as nobody else is at work.
   *
   * @param alone the others are about to end: what they have claimed does not count
   */
  letRun(claim: Claim, alone = false): void {
    if (!this.#active.has(claim) || !claim.open) return;
    const taken = alone ? this.#written() : this.#others(claim);
    const next = taken.find(([, end]) => end > claim.end);
    claim.end = next === undefined ? this.size : Math.max(claim.end, next[0]);
  }

  /**
   * The later part of what takes longest to come: as much as the thief will have fetched by the time the other
   * one has fetched its own part.
   *
   * @param bytesPerSecond of the thief
   * @param leastMs a claim that is done sooner is left alone: the thief's first byte takes about as long
   */
  steal(bytesPerSecond: number, leastMs: number): Claim | null {
    const victim = this.#slowest(leastMs);
    if (victim === null) return null;
    const left = victim.end - victim.position;
    const speed = victim.bytesPerSecond ?? 0;
    const own = bytesPerSecond === 0 ? 0.5 : speed / (speed + bytesPerSecond);
    const start = grainAfter(victim.position + left * own);
    if (victim.end - start < LEAST_STOLEN_BYTES) return null;
    const claim = this.add(start, victim.end, false);
    victim.end = start;
    return claim;
  }

  /** Whoever had it is done with it, or gave up: what is not written is free again. */
  release(claim: Claim): void {
    this.#active.delete(claim);
  }

  #slowest(leastMs: number): Claim | null {
    let [slowest, longest]: [Claim | null, number] = [null, leastMs / 1000];
    for (const claim of this.#active) {
      const left = claim.end - claim.position;
      // One that has only just begun is not known to be slow.
      if (left < 2 * LEAST_STOLEN_BYTES || claim.bytesPerSecond === null) continue;
      const seconds = claim.bytesPerSecond === 0 ? Infinity : left / claim.bytesPerSecond;
      if (seconds >= longest) [slowest, longest] = [claim, seconds];
    }
    return slowest;
  }

  /** Written, on its way to the disk, or claimed by anybody. */
  #taken(): readonly ByteRange[] {
    return this.#others(null);
  }

  #others(claim: Claim | null): readonly ByteRange[] {
    let ranges = this.#written();
    for (const each of this.#active) {
      if (each !== claim) ranges = addRange(ranges, [each.start, each.end]);
    }
    return ranges;
  }

  #countFree(): number {
    return this.size - this.#taken().reduce((sum, [start, end]) => sum + end - start, 0);
  }
}

/** What whoever receives for a claim has to heed. */
export function boundsOf(claim: Claim, leave: AbortSignal): Bounds {
  return {
    until: () => claim.end,
    moved: (position) => {
      claim.position = position;
    },
    leave,
  };
}

function grainAfter(position: number): number {
  return Math.ceil(position / GRAIN_BYTES) * GRAIN_BYTES;
}
