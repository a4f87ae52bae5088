/** What becomes of jobs, as the store is told it by the runner of this process. */
import type { Job, JobId } from "../job/job.ts";
import { isEnded, STATUS_OF } from "../job/job-state.ts";
import type { Progress, ProgressReport } from "../job/progress.ts";
import type { ApplyOutcome, JobStore } from "../job/store-contract.ts";
import type { RunTransfer } from "../job/transfer-contract.ts";
import type { JobEvent } from "../job/job-event.ts";
import type { Instruments } from "./instruments.ts";

/** The runs of this process as they were saved last. */
export class RunBook {
  readonly #runs = new Map<JobId, Progress>();

  begin({ id, progress }: Job): void {
    this.#runs.set(id, progress);
  }

  /** Answers what is known of it so far; null if it is no run of this process. */
  move(id: JobId, progress: Progress): Progress | null {
    const before = this.#runs.get(id) ?? null;
    if (before !== null) this.#runs.set(id, progress);
    return before;
  }

  end(id: JobId): void {
    this.#runs.delete(id);
  }

  /** Bytes per second. */
  speed(): number {
    return this.#sum(({ bytesPerSecond }) => bytesPerSecond);
  }

  connections(): number {
    return this.#sum(({ connections }) => connections);
  }

  #sum(of: (progress: Progress) => number): number {
    let sum = 0;
    for (const progress of this.#runs.values()) sum += of(progress);
    return sum;
  }
}

/** The store's verbs of a runner, with what they mean counted. */
export function watchJobs(store: JobStore, book: RunBook, instruments: Instruments): JobStore {
  return {
    ...store,
    claim: async (request) => {
      const job = await store.claim(request);
      if (job === null) return null;
      book.begin(job);
      if (job.state.kind === "running" && job.state.lease.epoch === 1)
        instruments.queueWait.observe(Math.max(0, request.now - job.createdAt) / 1000);
      return job;
    },
    heartbeat: async (beats, expiresAt) => {
      for (const { id, progress } of beats) {
        const bytes = bytesOfCommand(book.move(id, progress), progress);
        if (bytes > 0) instruments.bytes.inc({ by: "command" }, bytes);
      }
      const lost = await store.heartbeat(beats, expiresAt);
      for (const id of lost) book.end(id);
      return lost;
    },
    apply: async (id, event, now, lease) => {
      const outcome = await store.apply(id, event, now, lease);
      if (outcome.kind === "lease_lost" && lease !== undefined) book.end(id);
      if (outcome.kind === "applied") noteEvent(event, outcome, book, instruments);
      return outcome;
    },
  };
}

/** Bytes of commands are those that their tools tell of. */
function bytesOfCommand(before: Progress | null, now: Progress): number {
  if (before === null || now.command === null || now.stage !== "downloading") return 0;
  return Math.max(0, now.bytesDone - (before.attempt === now.attempt ? before.bytesDone : 0));
}

function noteEvent(
  event: JobEvent,
  { job }: Extract<ApplyOutcome, { kind: "applied" }>,
  book: RunBook,
  { ends, failures }: Instruments,
): void {
  if (job.state.kind !== "running") book.end(job.id);
  if (event.type === "failed" || event.type === "given_up")
    failures.inc({ code: event.failure.code, retried: String(job.state.kind === "pending") });
  if (isEnded(job.state)) ends.inc({ state: STATUS_OF[job.state.kind] });
}

/** Bytes of our own transfers: those that came over the network, not those that were here. */
export function watchTransfer(run: RunTransfer, { bytes }: Instruments): RunTransfer {
  const counter = { by: "transfer" };
  return (step, watcher, options) => {
    let [known, restarts] = [0, 0];
    const progress = (report: Readonly<ProgressReport>): void => {
      if (report.restarts !== restarts) [known, restarts] = [0, report.restarts];
      if (report.stage === "downloading" && report.bytesDone > known)
        bytes.inc(counter, report.bytesDone - known);
      known = report.bytesDone;
      watcher.progress(report);
    };
    return run(step, { ...watcher, progress }, options);
  };
}
