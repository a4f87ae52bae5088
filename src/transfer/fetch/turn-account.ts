import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";

/** A malformed 206 may be an accident; a second one in a row means the server cannot do ranges. */
const BAD_RANGES = 2;
/** Answers in a row that were used and brought nothing: asking again differently helps once or twice. */
const TURNS_IN_VAIN = 6;

/** What the turns of a fetch brought: whether going on makes sense. */
export class TurnAccount {
  readonly #mostRestarts: number;
  /** Most bytes there ever were since the last fresh start. */
  #highWater: number;
  #turnsInVain = 0;
  #badRanges = 0;
  #restarts = 0;
  /** Requests in a row that brought nothing. */
  failures = 0;
  /** A byte came that was not there before. */
  bytesCame = false;

  constructor(stored: number, mostRestarts: number) {
    this.#highWater = stored;
    this.#mostRestarts = mostRestarts;
  }

  /** Takes in how many bytes are written after a turn; answers how many of them are new. */
  count(written: number): number {
    const gained = Math.max(0, written - this.#highWater);
    if (gained === 0) return 0;
    this.#highWater = written;
    this.bytesCame = true;
    this.failures = 0;
    this.#turnsInVain = 0;
    this.#badRanges = 0;
    return gained;
  }

  /** A turn was of use but brought no byte. Answers the failure when there were too many. */
  countInVain(): Failure | null {
    this.#turnsInVain += 1;
    if (this.#turnsInVain < TURNS_IN_VAIN) return null;
    return failure("bad_response", "The server answers every time, but never with the bytes asked for.");
  }

  /** True when the server has to be taken for one that cannot do ranges. */
  countBadRange(): boolean {
    this.#badRanges += 1;
    return this.#badRanges >= BAD_RANGES;
  }

  /** Bytes turned out not to be what they were taken for. */
  takeBack(written: number): void {
    this.#highWater = Math.min(this.#highWater, written);
  }

  get mayRestart(): boolean {
    return this.#restarts < this.#mostRestarts;
  }

  /** No more of them: what came did not last, for the engine's back-off this run brought nothing. */
  spend(reason: string): { kind: "spent"; failure: Failure } {
    this.bytesCame = false;
    const message = `${reason}; the download began anew ${this.#restarts} times.`;
    return { kind: "spent", failure: failure("object_changed", message) };
  }

  /** The same for a server that always begins anew: it is the connection that does not last. */
  spendInVain(host: string): { kind: "spent"; failure: Failure } {
    this.bytesCame = false;
    const message = `${host} cannot resume, and broke off ${this.#restarts} times.`;
    const advice = "Try a mirror, or a better connection: this server begins at the first byte each time.";
    return { kind: "spent", failure: failure("connection_lost", message, { advice }) };
  }

  /** Another address: what was in vain at the one before does not count. */
  moveOn(): void {
    this.failures = 0;
    this.#turnsInVain = 0;
    this.#badRanges = 0;
    this.#restarts = 0;
  }

  restart(): void {
    this.#restarts += 1;
    this.#highWater = 0;
    this.#badRanges = 0;
  }
}
