/** Makes progress of the flood of reports of a transfer, for whoever draws. */
import type { Clock } from "../../job/clock.ts";
import type { Failure } from "../../job/failure.ts";
import { advance, initialProgress } from "../../job/progress.ts";
import type { Progress, ProgressReport } from "../../job/progress.ts";
import { SpeedWindow } from "../../job/speed-window.ts";

export interface Waiting {
  failure: Failure;
  /** Epoch milliseconds. */
  until: number;
}

export class Gauge {
  readonly #clock: Clock;
  readonly #window = new SpeedWindow();
  #progress: Progress = initialProgress(null);
  #latest: ProgressReport | null = null;
  #restartsTaken = 0;
  #waiting: Waiting | null = null;
  /** Bytes that were there before this command, as far as they are still good. */
  #resumedFrom: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A run begins, the first or the next one. */
  begin(): void {
    this.#latest = null;
    this.#restartsTaken = 0;
    this.#waiting = null;
  }

  /** Between two runs. */
  wait(failure: Failure, until: number): void {
    this.settle();
    this.#latest = null;
    this.#waiting = { failure, until };
  }

  /** Called for every buffer: only keeps what came. */
  readonly take = (report: Readonly<ProgressReport>): void => {
    if (report.stage === "downloading") {
      if (report.restarts > 0) this.#resumedFrom = 0;
      else this.#resumedFrom ??= report.bytesDone;
    }
    if (this.#latest === null) this.#latest = { ...report };
    else Object.assign(this.#latest, report);
  };

  /** The progress of this moment. */
  settle(): { progress: Progress; waiting: Waiting | null } {
    const now = this.#clock.now();
    if (this.#latest === null) {
      const stage = this.#waiting === null ? this.#progress.stage : "waiting";
      return { progress: { ...this.#progress, stage, bytesPerSecond: 0 }, waiting: this.#waiting };
    }
    const report = this.#latest;
    const freshStarts = report.restarts - this.#restartsTaken;
    this.#restartsTaken = report.restarts;
    this.#window.add(report.bytesDone, now);
    const speed = report.stage === "downloading" ? this.#window.bytesPerSecond(now) : 0;
    this.#progress = advance(this.#progress, report, freshStarts, speed, now);
    return { progress: this.#progress, waiting: null };
  }

  /** What this command brought of a file of this size. */
  bytesFetched(size: number): number {
    return Math.max(0, size - (this.#resumedFrom ?? size));
  }

  /** What this command brought so far of a file that is not finished. */
  bytesCame(): number {
    const { progress } = this.settle();
    return Math.max(0, progress.bytesDone - (this.#resumedFrom ?? progress.bytesDone));
  }

  /** What is kept of an unfinished file, as far as is known. */
  bytesKept(): number {
    return this.settle().progress.bytesDone;
  }
}
