/** Runs the command a job is at, on this machine or on an instance, or meets the one that is running. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { RunnerEvent } from "../../job/job-event.ts";
import type { CommandStep, ExpectedFile, Job } from "../../job/job.ts";
import { planRetry } from "../../job/retry-policy.ts";
import { stalledFailure } from "../../job/stall-policy.ts";
import type { RunAnswer, RunId, Runs, RunState } from "../../job/run-contract.ts";
import { toCommand } from "../fetch/write-fetch.ts";
import type { CommandEnd } from "./command-ends.ts";
import { endFailed, endStopped, endUnanswered, waitForSpace } from "./command-ends.ts";
import type { CommandParts, CommandRun } from "./command-parts.ts";
import type { JobLog } from "./job-log.ts";
import { checksumStateOf } from "./judge-files.ts";
import type { CommandVerdict } from "./judge-run.ts";
import type { SpecOutcome } from "./make-run.ts";
import { judgeResult, makeSpec } from "./make-run.ts";
import { askUntilReached } from "./patience.ts";
import { runIdOf } from "./run-id.ts";
import { watchSilence } from "./silence.ts";
import { sweepRuns } from "./sweep-runs.ts";
import { OutputTaker } from "./take-output.ts";
import { LOOK, PREPARE } from "./write-steps.ts";

/**
 * How long stopping a command waits for an instance that is out of reach. Most of these are gone for good; where one
 * comes back, the next job there ends what was left.
 */
const STOP_PATIENCE_MS = 60_000;
/** Removing what an ended run leaves on the place is not waited for longer; the next run there does it, too. */
const CLEAN_TIMEOUT_MS = 30_000;

interface Work {
  run: CommandRun;
  parts: CommandParts;
  runs: Runs;
  id: RunId;
  taker: OutputTaker;
}

export async function runCommand(run: CommandRun, parts: CommandParts): Promise<CommandEnd> {
  const { job } = run;
  const runs = await parts.hosts.runsAt(job.place);
  if (runs === null) return endFailed(unknownHost());
  const id = runIdOf(parts.storeId, { job: job.id, run: run.run, step: run.index });
  const log = await parts.logs.open(job.id);
  try {
    const taker = await OutputTaker.open(run, log, parts);
    return await carryOut({ run, parts, runs, id, taker }, log);
  } finally {
    await log.close();
  }
}

async function carryOut(work: Work, log: JobLog): Promise<CommandEnd> {
  const end = await toEnd(work);
  const { event } = end;
  if (event.type === "failed") await work.taker.close(`! ${event.failure.message}`);
  if (event.type === "suspended") await work.taker.close(`! ${event.note}`);
  if (event.type === "stopped" && !event.detached) await work.taker.close("! stopped");
  if (event.type !== "asked") log.openLine = null;
  // The place where reading goes on is written down with the event.
  work.taker.report();
  return end;
}

async function toEnd(work: Work): Promise<CommandEnd> {
  const { run, parts, taker } = work;
  if (run.leave.aborted) return endStopped(true);
  if (run.signal.aborted) return stop(work);
  // What follows belongs to this run: it is written down before there is one.
  taker.report();
  if (!(await run.save())) return endStopped(true);
  const refusal = isAtWork(run) || run.transfer !== null ? null : parts.refuse(run.step);
  if (refusal !== null) return refuse(work, refusal);
  const begun = await begin(work);
  if (begun.kind === "state") return (await follow(work)) ?? leaveOrStop(work);
  if (begun.kind === "unprepared")
    return run.signal.aborted
      ? leaveOrStop(work)
      : { event: failedEvent(begun.failure, run.job, true, parts) };
  return begun.kind === "stopped" ? leaveOrStop(work) : endUnanswered(begun);
}

/** Whether this very run got to work, as far as we know. */
function isAtWork({ job, run, index }: CommandRun): boolean {
  const kept = job.progress.command ?? null;
  return kept !== null && kept.run === run && kept.step === index && kept.begun;
}

/** What is at work is left to end; nothing is begun that may not run here any more. */
async function refuse(work: Work, reason: string): Promise<CommandEnd> {
  const why = failure("unsupported", `The command may not run here: ${reason}.`, {
    advice: "This server runs plain calls of known download tools only (HAULYARD_COMMANDS).",
  });
  if (!isMet(work)) return endFailed(why);
  // A server that was killed before it wrote that down may have begun it.
  const ended = await stop(work);
  return ended.event.type === "stopped" && !ended.event.detached
    ? { ...ended, event: { type: "failed", failure: why, retryAt: null } }
    : ended;
}

/** An earlier claim may have begun it. */
function isMet({ run }: Work): boolean {
  return run.job.state.kind === "running" && run.job.state.run !== undefined;
}

type Begun = RunAnswer | Extract<SpecOutcome, { kind: "unprepared" }>;

/** Starts the run unless it is there, and before the first time ends what is left of others. */
async function begin(work: Work): Promise<Begun> {
  const { run, parts, runs, taker, id } = work;
  const { signal } = run;
  const asking = patient(work, parts.unreachableMs(), signal);
  if (!isMet(work)) {
    const swept = await askUntilReached(() => sweepRuns(runs, parts, signal), asking);
    if (swept.kind !== "swept") return swept;
  }
  // What is at work already needs nobody to say where its file is to be had.
  if (isMet(work) && run.transfer !== null) {
    const met = await askUntilReached(() => runs.state(id, signal), asking);
    if (met.kind !== "state" || (met.state.kind !== "absent" && met.state.kind !== "new"))
      return told(met, taker);
  }
  const made = await makeSpec(id, run, parts);
  if (made.kind === "unprepared") return made;
  const answer = await askUntilReached(() => runs.start(made.spec, signal), asking);
  return told(answer, taker);
}

function told(answer: RunAnswer, taker: OutputTaker): RunAnswer {
  if (answer.kind === "state") taker.showTrouble(null);
  return answer;
}

/** Null: the run was told to end. */
async function follow(work: Work): Promise<CommandEnd | null> {
  const { run, parts, runs, id, taker } = work;
  using watch = watchSilence(taker, parts);
  const following = runs.follow(id, taker.position, {
    signal: AbortSignal.any([run.signal, watch.stalled]),
    unreachableAfterMs: parts.unreachableMs(),
  });
  for await (const event of following) {
    await taker.take(event);
    if (event.kind === "ended") return await conclude(work, event.state);
    if (event.kind === "failed" || event.kind === "asked") return endUnanswered(event);
  }
  return watch.stalled.aborted && !run.signal.aborted ? await endStalled(work) : null;
}

async function endStalled(work: Work): Promise<CommandEnd> {
  const { run, parts } = work;
  const ended = await stop(work);
  if (ended.event.type !== "stopped" || ended.event.detached) return ended;
  // It had its time: only who wants it tried again gets that.
  const mayRetry = run.step.resumes && parts.retries().stalled !== undefined;
  return { ...ended, event: failedEvent(stalledFailure(parts.stallMs()), run.job, mayRetry, parts) };
}

function leaveOrStop(work: Work): Promise<CommandEnd> | CommandEnd {
  const { run, parts } = work;
  if (run.leave.aborted) return endStopped(true);
  return run.signal.aborted ? stop(work) : endClosed(run.job, parts);
}

/** Nobody told us to stop: the connection was given up under us, as another one leads there now. */
function endClosed(job: Job, parts: CommandParts): CommandEnd {
  const why = failure("connection_lost", "The connection to the instance was closed.");
  return { event: { ...failedEvent(why, job, true, parts), detached: true } };
}

/** Ends what runs on the place, with all it has started. */
async function stop(work: Work): Promise<CommandEnd> {
  const { run, parts, runs, id, taker } = work;
  const patience = Math.min(parts.unreachableMs(), STOP_PATIENCE_MS);
  const answer = await askUntilReached(() => runs.cancel(id, run.leave), patient(work, patience, run.leave));
  if (answer.kind === "stopped") return run.leave.aborted ? endStopped(true) : endClosed(run.job, parts);
  if (answer.kind !== "state") return endUnanswered(answer);
  // It had ended before: then it counts how.
  if (answer.state.kind === "exited") return followToEnd(work);
  if (answer.state.kind === "cancelled" && run.job.state.kind === "running" && taker.position.offset > 0)
    taker.began();
  return { ...endStopped(false), afterwards: () => clean(work) };
}

async function followToEnd(work: Work): Promise<CommandEnd> {
  const run: CommandRun = { ...work.run, signal: work.run.leave };
  return (await follow({ ...work, run })) ?? endStopped(true);
}

async function conclude(work: Work, state: RunState): Promise<CommandEnd> {
  const { run, parts, taker } = work;
  const { step, job } = run;
  const verdict = judgeResult(
    {
      step,
      state,
      tool: taker.tool,
      seen: taker.seen,
      prepared: taker.saidBy(PREPARE),
      looked: taker.saidBy(LOOK),
      lastLines: taker.lastLines,
    },
    run,
    parts,
  );
  if (verdict.kind === "done" && verdict.files.length === step.expects.length && verdict.files.length > 0)
    taker.found(verdict.files.reduce((sum, { bytes }) => sum + bytes, 0));
  const isOver =
    verdict.kind !== "lost" ||
    (state.kind === "vanished" && state.survivors === 0) ||
    state.kind === "rebooted";
  return {
    event: toEvent(verdict, job, step, parts),
    ...(isOver ? { afterwards: () => clean(work) } : {}),
  };
}

function toEvent(verdict: CommandVerdict, job: Job, step: CommandStep, parts: CommandParts): RunnerEvent {
  switch (verdict.kind) {
    case "done": {
      const files = job.steps.flatMap((each): readonly ExpectedFile[] =>
        each.kind === "command" ? each.expects : toCommand(each).expects,
      );
      return {
        type: "step_done",
        steps: job.steps.length,
        checksumState: checksumStateOf(files, verdict.files),
      };
    }
    case "failed":
      if (verdict.failure.code === "no_space") return waitForSpace(verdict.failure);
      // A command that does not go on from what is there would begin anew, or write beside it.
      return failedEvent(verdict.failure, job, step.resumes, parts);
    case "lost":
      return failedEvent(verdict.failure, job, true, parts);
    default:
      throw verdict satisfies never;
  }
}

function failedEvent(
  why: Failure,
  job: Job,
  mayRetry: boolean,
  { clock, random, retries }: CommandParts,
): Extract<RunnerEvent, { type: "failed" }> {
  const failures = job.state.kind === "running" ? job.state.failures : 0;
  const retryAt = mayRetry ? planRetry(why, failures, clock.now(), random(), retries()) : null;
  return { type: "failed", failure: why, retryAt };
}

async function clean({ runs, id, run, parts }: Work): Promise<void> {
  const answer = await runs.clean([id], AbortSignal.timeout(CLEAN_TIMEOUT_MS));
  if (answer.kind !== "cleaned")
    parts.log.warn({ jobId: run.job.id, run: id, answer: answer.kind }, "a run was not cleaned away");
}

function patient(
  { parts, taker }: Work,
  unreachableMs: number,
  signal: AbortSignal,
): Parameters<typeof askUntilReached>[1] {
  const { clock, random } = parts;
  return { clock, random, unreachableMs, signal, onTrouble: ({ message }) => taker.showTrouble(message) };
}

function unknownHost(): Failure {
  return failure("not_found", "The instance of this job is not in the list of instances any more.", {
    advice: "Add the instance again and queue the card anew.",
  });
}
