/** Transfers that do what a test says, when it says: for what the engine makes of their outcomes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TransferStep } from "../../src/job/job.ts";
import type { ProgressReport } from "../../src/job/progress.ts";
import type {
  Existing,
  RunTransfer,
  TransferOptions,
  TransferOutcome,
  TransferWatcher,
} from "../../src/job/transfer-contract.ts";

export interface ScriptedRun {
  step: TransferStep;
  watcher: TransferWatcher;
  options: TransferOptions;
  aborted: boolean;
  move(bytesDone: number, more?: Partial<ProgressReport>): void;
  finish(outcome: TransferOutcome): void;
  complete(): void;
}

export class ScriptedTransfers {
  /** All runs ever begun, oldest first. */
  readonly runs: ScriptedRun[] = [];
  readonly discarded: string[] = [];
  /** What lies at a destination. */
  readonly there = new Map<string, Existing>();
  /** Runs that ignore being asked to stop, as a frozen process does. */
  deaf = false;

  readonly run: RunTransfer = (step, watcher, options) =>
    new Promise((resolve) => {
      const run: ScriptedRun = {
        step,
        watcher,
        options,
        aborted: false,
        move: (bytesDone, more = {}) => watcher.progress({ ...REPORT, bytesDone, ...more }),
        finish: resolve,
        complete: () => resolve(completed(step)),
      };
      options.signal.addEventListener("abort", () => {
        run.aborted = true;
        if (!this.deaf) resolve({ kind: "stopped" });
      });
      if (options.signal.aborted && !this.deaf) resolve({ kind: "stopped" });
      this.runs.push(run);
    });

  readonly inspect = async (step: TransferStep): Promise<Existing> =>
    this.there.get(`${step.folder}/${step.name}`) ?? { kind: "absent" };

  readonly readPartialMap = async (): Promise<null> => null;

  readonly discardPartial = async (path: string): Promise<void> => {
    this.discarded.push(path);
  };

  /** The run with this number, counted from 0, as soon as it has begun. */
  async begun(index: number): Promise<ScriptedRun> {
    for (let tries = 0; tries < 20_000; tries += 1) {
      const run = this.runs[index];
      if (run !== undefined) return run;
      await sleep(5);
    }
    throw new Error(`run ${index} did not begin; ${this.runs.length} did`);
  }
}

const REPORT: ProgressReport = {
  stage: "downloading",
  bytesDone: 0,
  bytesTotal: 1000,
  connections: 1,
  bytesVerified: null,
  note: null,
  restarts: 0,
};

function completed(step: TransferStep): TransferOutcome {
  return {
    kind: "complete",
    path: `${step.folder}/${step.name}`,
    size: 1000,
    checksumState: { kind: "unverified", reason: "nobody published a hash" },
    alreadyThere: false,
  };
}
