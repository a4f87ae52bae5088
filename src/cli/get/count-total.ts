/** Adds up the files of one command, so that a look at the whole costs no more than a look at those at work. */
import type { Clock } from "../../job/clock.ts";
import { SpeedWindow } from "../../job/speed-window.ts";
import type { FileAtWork } from "./file-at-work.ts";
import type { GetResult } from "./get-file.ts";
import type { Total } from "./report.ts";

/** Before so many are done, the time the others take is a guess at nothing. */
const FILES_FOR_ETA = 5;

export class TotalCount {
  readonly #clock: Clock;
  readonly #count: number;
  readonly #speed = new SpeedWindow();
  /** Files ended, for the time left where sizes are not known. */
  readonly #pace = new SpeedWindow();
  #done = 0;
  #failed = 0;
  /** Of files that have ended. */
  #bytesFetched = 0;
  #bytesDone = 0;
  /** Most that was ever counted: what is fetched anew does not make the speed negative. */
  #highWater = 0;

  constructor(count: number, clock: Clock) {
    this.#count = count;
    this.#clock = clock;
    this.#speed.add(0, clock.now());
    this.#pace.add(0, clock.now());
  }

  ended(file: FileAtWork, result: GetResult): void {
    if (result.kind === "done") {
      this.#done += 1;
      this.#bytesFetched += result.bytesFetched;
      this.#bytesDone += result.size;
    } else {
      this.#failed += 1;
      this.#bytesFetched += file.gauge.bytesCame();
    }
  }

  take(atWork: readonly FileAtWork[]): Total {
    const now = this.#clock.now();
    const parts = atWork.map(({ gauge }) => ({
      ...gauge.settle().progress,
      came: gauge.bytesCame(),
    }));
    const bytesFetched = this.#bytesFetched + parts.reduce((sum, { came }) => sum + came, 0);
    const bytesDone = this.#bytesDone + parts.reduce((sum, part) => sum + part.bytesDone, 0);
    this.#highWater = Math.max(this.#highWater, bytesFetched);
    this.#speed.add(this.#highWater, now);
    const ended = this.#done + this.#failed;
    this.#pace.add(ended, now);
    const allBegun = ended + atWork.length === this.#count;
    const sizes = parts.map(({ bytesTotal }) => bytesTotal);
    const bytesTotal =
      allBegun && sizes.every((size) => size !== null)
        ? this.#bytesDone + sizes.reduce((sum, size) => sum + size, 0)
        : null;
    const bytesPerSecond = this.#speed.bytesPerSecond(now);
    return {
      count: this.#count,
      done: this.#done,
      failed: this.#failed,
      bytesFetched,
      bytesDone,
      bytesTotal,
      bytesPerSecond,
      etaSeconds: this.#eta(bytesTotal === null ? null : bytesTotal - bytesDone, bytesPerSecond, ended, now),
      connections: parts.reduce((sum, { connections }) => sum + connections, 0),
    };
  }

  #eta(bytesLeft: number | null, bytesPerSecond: number, ended: number, now: number): number | null {
    if (bytesLeft !== null) return bytesPerSecond > 0 ? bytesLeft / bytesPerSecond : null;
    const filesPerSecond = this.#pace.bytesPerSecond(now);
    return ended >= FILES_FOR_ETA && filesPerSecond > 0 ? (this.#count - ended) / filesPerSecond : null;
  }
}
