/** How fast the claims of one file move. */
import type { Claim, Claims } from "./claims.ts";

/** How far back a speed looks: bursts even out, changes still show. Milliseconds. */
const MEMORY_MS = 1_000;
/** A connection this much slower than the middle one keeps the others waiting at the end. */
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
    }
  }

  /** Claims that have been far slower than the others for too long. */
  stragglers(now: number): Claim[] {
    const active = [...this.#claims.active];
    if (active.length < LEAST_FOR_FLOOR) return [];
    const speeds = active
      .map(({ bytesPerSecond }) => bytesPerSecond ?? Infinity)
      .toSorted((one, two) => one - two);
    const floor = (speeds[Math.floor(speeds.length / 2)] as number) * FLOOR;
    return active.filter((claim) => {
      const track = this.#trackOf(claim);
      if ((claim.bytesPerSecond ?? Infinity) >= floor) track.slowSince = null;
      else track.slowSince ??= now;
      return track.slowSince !== null && now - track.slowSince >= FLOOR_MS;
    });
  }

  #trackOf(claim: Claim): Track {
    const known = this.#tracks.get(claim);
    if (known !== undefined) return known;
    const track = { position: claim.start, since: this.#at, slowSince: null, moved: false };
    this.#tracks.set(claim, track);
    return track;
  }
}
