import { failure as failureOf } from "../job/failure.ts";
import type { FileMap } from "../job/file-map.ts";
import type { RunnerEvent } from "../job/job-event.ts";
import type { CommandStep, Job, TransferStep } from "../job/job.ts";
import type { LeaseRef } from "../job/job-state.ts";
import type { ProgressReport } from "../job/progress.ts";
import type { RetryTable } from "../job/retries.ts";
import { planRetry } from "../job/retry-policy.ts";
import type { JobStore } from "../job/store-contract.ts";
import { reuseWords } from "../job/reuse.ts";
import type { ReuseParts } from "./reuse-files.ts";
import type { RunTransfer, TransferOptions, TransferOutcome } from "../job/transfer-contract.ts";
import type { Clock } from "../job/clock.ts";
import { runOf } from "../job/job-state.ts";
import type { CommandParts } from "./command/command-parts.ts";
import { toCommand } from "./fetch/write-fetch.ts";
import { runCommand } from "./command/run-command.ts";
import { fetchShared } from "./sharing/fetch-shared.ts";
import type { SharingParts } from "./sharing/keep-sharing.ts";

export interface StepRun {
  job: Job;
  lease: LeaseRef;
  /** Aborts when the run is to end. */
  signal: AbortSignal;
  /** Aborts when the job is not ours any more, or we go. */
  leave: AbortSignal;
  /** Writes what was reported last into the store. False: the job is not ours any more. */
  save: () => Promise<boolean>;
  report: (report: Readonly<ProgressReport>) => void;
  /** Given what tells where the bytes of the step are. */
  mapped: (read: () => FileMap | null) => void;
  /** Of the job as it is now. */
  limitBytesPerSecond: () => number | null;
  /** Whether the limit for all does not count for it at present. */
  isBeyondLimit: () => boolean;
  reservedBytes: (folder: string) => Promise<number>;
}

export interface StepParts {
  store: JobStore;
  transfer: RunTransfer;
  commands: CommandParts;
  clock: Clock;
  /** 0 to 1; spreads retries. */
  random: () => number;
  /** How often what failed is tried again, where it is set. */
  retries: () => RetryTable;
  reuse?: ReuseParts;
  /** Without it no file comes from another machine. */
  sharing?: SharingParts;
}

export interface StepEnd {
  event: RunnerEvent;
  /** To be done once the event is written down. */
  afterwards?: () => Promise<void>;
}

/** Runs the step a job is at, once, and says what came of it. */
export async function runStep(run: StepRun, parts: StepParts): Promise<StepEnd> {
  const { job } = run;
  if (job.state.kind !== "running")
    throw new Error(`a run needs a running job, this one is ${job.state.kind}`);
  const step = job.steps[job.state.step];
  if (step === undefined) throw new Error(`job ${job.id} has no step ${job.state.step}`);
  switch (step.kind) {
    case "transfer": {
      if (job.place.kind === "ssh") return runOnPlace(toCommand(step), step, run, parts);
      return runHere(step, run, parts);
    }
    case "command": {
      return runOnPlace(step, null, run, parts);
    }
    default:
      throw step satisfies never;
  }
}

/** A file that others of its site want, too, may come from one of them. */
async function runHere(step: TransferStep, run: StepRun, parts: StepParts): Promise<StepEnd> {
  const { job } = run;
  const { sharing, store, clock } = parts;
  if (job.sharing === undefined || sharing === undefined || job.state.kind !== "running")
    return { event: toEvent(await runTransfer(step, run, parts), job, null, parts) };
  const fetch = (given: TransferStep, from: string | null): Promise<TransferOutcome> =>
    runTransfer(given, { ...run, report: reportFrom(from, run) }, parts);
  const end = await fetchShared(
    job,
    { step, index: job.state.step },
    { store, clock, sign: sharing.sign },
    fetch,
  );
  if (end.kind === "wait") return { event: { type: "stopped", detached: false } };
  return { event: toEvent(end.outcome, job, end.from, parts) };
}

/** Says where the bytes come from, once some do: what is there already, or found on this machine, came from nobody. */
function reportFrom(from: string | null, { job, report }: StepRun): StepRun["report"] {
  let fromNode = job.progress.fromNode ?? null;
  return (told) => {
    if (told.stage === "downloading") fromNode = from;
    report({ ...told, fromNode });
  };
}

async function runOnPlace(
  step: CommandStep,
  transfer: TransferStep | null,
  run: StepRun,
  { commands }: StepParts,
): Promise<StepEnd> {
  const { place, state } = run.job;
  if (state.kind !== "running") throw new Error(`a run needs a running job, this one is ${state.kind}`);
  const host = place.kind === "ssh" ? await commands.hosts.get(place.hostId) : null;
  return runCommand({ ...run, step, transfer, index: state.step, run: runOf(state), host }, commands);
}

function runTransfer(step: TransferStep, run: StepRun, parts: StepParts): Promise<TransferOutcome> {
  return parts.transfer(
    step,
    {
      progress: run.report,
      mapped: run.mapped,
      resolved: async ({ name, path, size }) => {
        // A file with other names is called by one of them.
        const called = step.linking === undefined ? name : run.job.name;
        const description = { name: called, destination: path, bytesTotal: size };
        const outcome = await parts.store.describe(run.job.id, description, parts.clock.now(), run.lease);
        switch (outcome) {
          case "described":
            return null;
          case "destination_taken":
            return failureOf("destination_busy", `Another job downloads to ${path} already.`);
          case "lease_lost":
            return failureOf("stopped", "Another runner has taken the job over.");
          default:
            throw outcome satisfies never;
        }
      },
    },
    {
      signal: run.signal,
      reservedBytes: run.reservedBytes,
      limitBytesPerSecond: run.limitBytesPerSecond,
      isBeyondLimit: run.isBeyondLimit,
      connections: null,
      ...reuseFor(step, parts),
    },
  );
}

function reuseFor(step: TransferStep, { reuse }: StepParts): Pick<TransferOptions, "reuse"> {
  if (reuse === undefined) return {};
  const mode = step.reuse ?? reuse.mode;
  return mode === "off" ? {} : { reuse: { mode, find: reuse.find } };
}

/** @param from the machine that gave the file; null: its origin did */
function toEvent(
  outcome: TransferOutcome,
  job: Job,
  from: string | null,
  { clock, random, retries }: StepParts,
): RunnerEvent {
  switch (outcome.kind) {
    case "complete":
      return {
        type: "step_done",
        steps: job.steps.length,
        checksumState: outcome.checksumState,
        ...noteOf(outcome, from),
      };
    case "failed": {
      const { failure, bytesCame } = outcome;
      const before = job.state.kind === "running" && !bytesCame ? job.state.failures : 0;
      return {
        type: "failed",
        failure,
        bytesCame,
        retryAt: planRetry(failure, before, clock.now(), random(), retries()),
      };
    }
    case "no_space":
      return { type: "suspended", why: "no_space", note: outcome.message };
    case "stopped":
      return { type: "stopped", detached: false };
    default:
      throw outcome satisfies never;
  }
}

function noteOf(
  { takenFrom, alreadyThere }: Extract<TransferOutcome, { kind: "complete" }>,
  from: string | null,
): { note?: string } {
  if (takenFrom !== undefined) return { note: `it ${reuseWords(takenFrom.way, takenFrom.path)}` };
  return from === null || alreadyThere ? {} : { note: `it came from the machine ${from}` };
}
