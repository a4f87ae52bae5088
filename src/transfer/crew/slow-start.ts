/**
 * How many connections one file is worth: 1, 2, 4, 8 … as long as the total speed grows with them.
 *
 * A rule without I/O: it is told what came, and answers how many there should be. TCP gets to its speed by
 * doubling each round trip (RFC 5681 §3.1), so every step is given time by how far away the server is.
 * What a bandwidth limit holds back needs no more than one connection can bring: there they are halved.
 */

/** A step that does not bring a fifth more is not worth twice the load on the server. */
const GROWTH = 1.2;
/** Each step is looked at so long at least: shorter looks measure bursts. Milliseconds. */
const LEAST_LOOK_MS = 100;
/** A look lasts so many times to first byte, where that is more: that is two round trips, connection included. */
const LOOK_ROUNDS = 1;
/** Before it, as long for the new connections to begin. */
const SETTLE_ROUNDS = 1;
/** Those that are between two pieces count as at work: so many of the others have to bring bytes. */
const DELIVERING = 0.75;
/** Connections that bring nothing for so long are not waited for. Milliseconds. */
const LONGEST_SETTLE_MS = 4_000;
/** How long a number that was right is kept before the next look. Milliseconds. */
const HOLD_MS = 10_000;
/** What is done sooner than this gains nothing from more connections. Milliseconds. */
const WORTH_MS = 750;
/** This thread computes so much of the time for what comes already, that more connections would only cost it more. */
const BUSY = 0.8;
/** A speed so much below the one before: as after a time-out of TCP (RFC 5681 §3.1), it all begins anew. */
const COLLAPSE = 0.5;

export interface Sample {
  /** Milliseconds. */
  now: number;
  /** Bytes that ever came over all connections. */
  bytes: number;
  /** Connections that bring bytes. */
  delivering: number;
  /** Bytes still to come. */
  missing: number;
  /** Processor time that this thread ever took. Milliseconds. */
  busyMs: number;
  /** From request to first byte, the connection's set-up included. Milliseconds. */
  firstByteMs: number;
  /** A bandwidth limit, not the line, keeps more bytes from coming. */
  held: boolean;
}

type Phase =
  | { kind: "settling"; since: number }
  /** `again`: the look before saw no growth; bursts and late starters deserve a second one. */
  | { kind: "looking"; since: number; bytes: number; busyMs: number; again: boolean }
  | { kind: "holding"; until: number };

export class SlowStart {
  #target = 1;
  /** The best so far, which the next step has to beat. */
  #best: { connections: number; bytesPerSecond: number } | null = null;
  #phase: Phase;
  /** The server has refused more than this. */
  #most = Infinity;
  /** After a pause it is seen whether fewer are enough: as many as a limit still keeps waiting are too many. */
  #lowering = false;

  constructor(now: number) {
    this.#phase = { kind: "settling", since: now };
  }

  /** How many there should be now, by what is known. */
  get target(): number {
    return this.#target;
  }

  /** Takes a sample in. @param most as many as may be: the person's word, the share at the origin */
  observe(sample: Sample, most: number): number {
    const cap = Math.max(1, Math.min(most, this.#most));
    if (this.#target > cap) this.#hold(cap, sample.now);
    const phase = this.#phase;
    switch (phase.kind) {
      case "settling":
        if (this.#hasSettled(phase.since, sample)) this.#look(sample);
        break;
      case "looking": {
        const ms = sample.now - phase.since;
        if (ms < Math.max(LEAST_LOOK_MS, LOOK_ROUNDS * sample.firstByteMs)) break;
        const bytesPerSecond = ((sample.bytes - phase.bytes) * 1000) / ms;
        const isBusy = sample.busyMs - phase.busyMs >= ms * BUSY;
        this.#decide(bytesPerSecond, sample, isBusy ? this.#target : cap, phase.again);
        break;
      }
      case "holding":
        if (sample.now >= phase.until) this.#look(sample);
        break;
      default:
        phase satisfies never;
    }
    return this.#target;
  }

  /** The server refused one more than `connections`. @param until when to try again; milliseconds like `now` */
  refuse(connections: number, until: number): void {
    this.#most = Math.max(1, Math.min(this.#most, connections));
    this.#target = Math.min(this.#target, this.#most);
    this.#best = null;
    this.#phase = { kind: "holding", until };
  }

  #hasSettled(since: number, { now, delivering, firstByteMs }: Sample): boolean {
    const ms = now - since;
    if (ms >= LONGEST_SETTLE_MS) return true;
    return delivering >= this.#target * DELIVERING && ms >= SETTLE_ROUNDS * firstByteMs;
  }

  #look({ now, bytes, busyMs }: Sample, again = false): void {
    // After a pause what was refused may be granted again.
    if (this.#phase.kind === "holding") {
      this.#most = Infinity;
      this.#lowering = true;
    }
    this.#phase = { kind: "looking", since: now, bytes, busyMs, again };
  }

  #decide(bytesPerSecond: number, sample: Sample, cap: number, again: boolean): void {
    const { now, missing } = sample;
    this.#lowering &&= sample.held;
    if (this.#lowering && this.#target > 1) {
      this.#best = null;
      return this.#step(Math.ceil(this.#target / 2), now);
    }
    const best = this.#best;
    const collapsed = best !== null && bytesPerSecond < best.bytesPerSecond * COLLAPSE;
    if (best !== null && best.connections === this.#target && collapsed && this.#target > 1) {
      this.#best = null;
      return this.#step(1, now);
    }
    if (best !== null && best.connections < this.#target && bytesPerSecond < best.bytesPerSecond * GROWTH) {
      return again ? this.#hold(best.connections, now) : this.#look(sample, true);
    }
    this.#best = { connections: this.#target, bytesPerSecond };
    const worth = (missing * 1000) / Math.max(1, bytesPerSecond) >= WORTH_MS;
    if (!worth || this.#target >= cap) return this.#hold(this.#target, now);
    this.#step(Math.min(cap, this.#target * 2), now);
  }

  #step(target: number, now: number): void {
    this.#target = target;
    this.#phase = { kind: "settling", since: now };
  }

  #hold(target: number, now: number): void {
    this.#target = target;
    this.#lowering = false;
    this.#phase = { kind: "holding", until: now + HOLD_MS };
  }
}
