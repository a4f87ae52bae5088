/** How fast the claims of one file move. */
import type { Claim, Claims } from "./claims.ts";

/** How far back a speed looks: bursts even out, changes still show. Milliseconds. */
const MEMORY_MS = 1_000;
/** A connection this much slower than the middle one, or than one there was, keeps the file waiting at the end. */
const FLOOR = 1 / 8;
/** For so long, as a pause may have its reasons. Milliseconds. */
const FLOOR_MS = 5_000;
/** Of fewer connections none is the middle one. */
const LEAST_FOR_FLOOR = 3;

/** Silence before it counts as such: connections need a while to begin. Milliseconds. */
const SILENT_MS = 2_000;

interface Track {
  position: number;
  since: number;
  /** Since when it is below the floor; null while it is not. */
  slowSince: number | null;
  moved: boolean;
}

export class SpeedGauge {
  readonly #claims: Claims;
  readonly #tracks = new Map<Claim, Track>();
  #at: number;
  #bytes = 0;
  /** The quickest there was, since one was last found to be far slower. Bytes per second. */
  #quickest = 0;

  constructor(claims: Claims, now: number) {
    this.#claims = claims;
    this.#at = now;
  }

  /** Bytes that came since the beginning, as far as they were seen. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Claims that bring bytes. */
  get delivering(): number {
    let count = 0;
    for (const { moved } of this.#tracks.values()) if (moved) count++;
    return count;
  }

  /** Of all together, at present. */
  get bytesPerSecond(): number {
    return [...this.#claims.active].reduce((sum, claim) => sum + (claim.bytesPerSecond ?? 0), 0);
  }

  /** A claim is done with: what came since the last look counts, too. */
  finish(claim: Claim): void {
    this.#bytes += claim.position - this.#trackOf(claim).position;
    this.#tracks.delete(claim);
  }

  measure(now: number): void {
    const ms = now - this.#at;
    if (ms <= 0) return;
    this.#at = now;
    for (const claim of this.#claims.active) {
      const track = this.#trackOf(claim);
      const came = claim.position - track.position;
      track.position = claim.position;
      track.moved ||= came > 0;
      this.#bytes += came;
      const latest = (came * 1000) / ms;
      const before = claim.bytesPerSecond;
      if (before !== null) claim.bytesPerSecond = before + (latest - before) * Math.min(1, ms / MEMORY_MS);
      else if (track.moved || now - track.since >= SILENT_MS) claim.bytesPerSecond = latest;
      // The first look at a claim may meet a burst.
      if (before !== null) this.#quickest = Math.max(this.#quickest, claim.bytesPerSecond ?? 0);
    }
  }

  /**
   * Claims that have been far slower than the others for too long. The last ones have few others: they are held
   * against the quickest there was, once; if what comes next is as slow, so is the link.
   */
  stragglers(now: number): Claim[] {
    const active = [...this.#claims.active];
    const isFew = active.length < LEAST_FOR_FLOOR;
    const floor = (isFew ? this.#quickest : middleSpeed(active)) * FLOOR;
    const slow = active.filter((claim) => {
      const track = this.#trackOf(claim);
      if ((claim.bytesPerSecond ?? Infinity) >= floor) track.slowSince = null;
      else track.slowSince ??= now;
      return track.slowSince !== null && now - track.slowSince >= FLOOR_MS;
    });
    if (isFew && slow.length > 0) this.#quickest = 0;
    return slow;
  }

  #trackOf(claim: Claim): Track {
    const known = this.#tracks.get(claim);
    if (known !== undefined) return known;
    const track = { position: claim.start, since: this.#at, slowSince: null, moved: false };
    this.#tracks.set(claim, track);
    return track;
  }
}

function middleSpeed(claims: readonly Claim[]): number {
  const speeds = claims
    .map(({ bytesPerSecond }) => bytesPerSecond ?? Infinity)
    .toSorted((one, two) => one - two);
  return speeds[Math.floor(speeds.length / 2)] as number;
}
