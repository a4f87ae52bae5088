import type { ProgressReport, Stage } from "../job/progress.ts";
import type { TransferWatcher } from "../job/transfer-contract.ts";

/** Keeps the one report of a run and hands it over whenever it changes. */
export class Reporter {
  readonly #watcher: TransferWatcher;
  readonly #report: ProgressReport = {
    stage: "connecting",
    bytesDone: 0,
    bytesTotal: null,
    connections: 0,
    bytesVerified: null,
    note: null,
    restarts: 0,
  };

  constructor(watcher: TransferWatcher) {
    this.#watcher = watcher;
  }

  /** What is being done now; a note belongs to its stage. */
  stage(stage: Stage, connections = 0, note: string | null = null): void {
    this.#report.stage = stage;
    this.#report.connections = connections;
    this.#report.note = note;
    this.#report.bytesVerified = null;
    this.#watcher.progress(this.#report);
  }

  /** How many bring bytes; the stage stays. */
  connections(count: number): void {
    if (this.#report.stage !== "downloading" || this.#report.connections === count) return;
    this.#report.connections = count;
    this.#watcher.progress(this.#report);
  }

  /** Where the bytes stand. They do not go back: what is dropped on the way (two brought the same) comes again. */
  bytes(done: number, total: number | null): void {
    this.#report.bytesDone = Math.max(this.#report.bytesDone, done);
    this.#report.bytesTotal = total;
    this.#watcher.progress(this.#report);
  }

  verified(bytes: number): void {
    this.#report.bytesVerified = bytes;
    this.#watcher.progress(this.#report);
  }

  /** The bytes begin anew. */
  restart(total: number | null): void {
    this.#report.restarts += 1;
    this.#report.bytesDone = 0;
    this.bytes(0, total);
  }
}
