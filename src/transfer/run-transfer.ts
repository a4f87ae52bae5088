/** One run of one transfer: name → lock → what is there → fetch → verify → place. */
import { join } from "node:path";
import { failure } from "../job/failure.ts";
import type { Failure } from "../job/failure.ts";
import type { TransferOutcome } from "../job/transfer-contract.ts";
import { WHOLE } from "./ask-origin.ts";
import type { FinalAnswer } from "./ask-origin.ts";
import { checkStep } from "./check-step.ts";
import { measureShortage } from "./check-space.ts";
import { chooseName } from "./choose-name.ts";
import { classifyDiskError, FileRefused } from "./classify-disk-error.ts";
import { headerOf } from "./http-answer.ts";
import { judgeAnswer } from "./judge-answer.ts";
import type { LockOutcome } from "./lock-destination.ts";
import { lockDestination } from "./lock-destination.ts";
import { obtainFile } from "./obtain-file.ts";
import { makeFolder, removeEmptyFolders } from "./sync-folder.ts";
import type { EarlyEnd, Run, RunParts } from "./transfer-run.ts";
import { startRun } from "./transfer-run.ts";
import { tryAgain } from "./try-again.ts";

type Named = { kind: "named"; path: string; first: FinalAnswer | null } | EarlyEnd;

export async function runTransfer(parts: Omit<RunParts, "lost">): Promise<TransferOutcome> {
  const { step, options } = parts;
  const refusal = checkStep(step);
  if (refusal !== null) return failed(refusal);
  const lost = new AbortController();
  if (options.signal.aborted) return { kind: "stopped" };
  const run = startRun({ ...parts, lost: lost.signal });
  try {
    return await obtain(run, lost);
  } finally {
    run.bandwidth.leave();
  }
}

async function obtain(run: Run, lost: AbortController): Promise<TransferOutcome> {
  const { step } = run;
  const named = step.name === null ? await askForName(run) : atName(run, step.name, null);
  if (named.kind !== "named") return named;
  const { path, first } = named;
  try {
    return await atDestination(run, path, first, lost);
  } catch (error) {
    return await endOnDiskTrouble(run, path, error);
  } finally {
    first?.body.discard();
  }
}

function atName(run: Run, name: string, first: FinalAnswer | null): Named {
  return { kind: "named", path: join(run.step.folder, name), first };
}

/** Only the server can tell the name; its answer is kept for the bytes. */
async function askForName(run: Run): Promise<Named> {
  for (let failures = 1; ; failures += 1) {
    run.report.stage("connecting", 0, run.addresses.note);
    const asked = await run.ask(WHOLE, run.signal);
    if (asked.kind === "aborted") return { kind: "stopped" };
    const why = asked.kind === "failed" ? asked.failure : refusalOf(run, asked.answer);
    if (asked.kind === "answer" && why === null) {
      const disposition = headerOf(asked.answer.headers, "content-disposition");
      return atName(run, chooseName(disposition, new URL(run.step.url), asked.answer.url), asked.answer);
    }
    if (asked.kind === "answer") asked.answer.body.discard();
    const next = await tryAgain(run, why as Failure, failures);
    if (run.signal.aborted) return { kind: "stopped" };
    if (next === "over") return failed(run.addresses.verdict);
    if (next === "moved") failures = 0;
  }
}

function refusalOf(run: Run, answer: FinalAnswer): Failure | null {
  const verdict = judgeAnswer(WHOLE, answer, null, run.settings.clock.now());
  return verdict.kind === "refused" || verdict.kind === "bad_range" ? verdict.failure : null;
}

async function atDestination(
  run: Run,
  path: string,
  first: FinalAnswer | null,
  lost: AbortController,
): Promise<TransferOutcome> {
  const created = await makeFolder(run.step.folder);
  try {
    const locking = await lockDestination(path, run.settings.limits, run.signal);
    if (locking.kind === "busy") return failed(busy(path, locking, run.settings.clock.now()));
    const { lock } = locking;
    run.confirm = async () => {
      if (!(await lock.confirm())) throw new FileRefused(takenOver(path));
    };
    lock.lost.addEventListener("abort", () => lost.abort(), { once: true });
    try {
      await run.point("locked");
      const outcome = await obtainFile(run, path, first);
      if (outcome.kind !== "stopped" || run.options.signal.aborted) return outcome;
      return failed(takenOver(path));
    } finally {
      run.search.close();
      await lock.release();
    }
  } finally {
    await removeEmptyFolders(created);
  }
}

/** Errors of the file system end here; everything else is a bug and goes on. */
async function endOnDiskTrouble(run: Run, path: string, error: unknown): Promise<TransferOutcome> {
  const trouble = classifyDiskError(error, path);
  if (trouble === null) throw error;
  if (trouble.kind === "failed") return failed(trouble.failure);
  const neededBytes = await measureShortage(run, path, run.missing());
  return { kind: "no_space", message: trouble.message, neededBytes };
}

/** An owner that nobody can see into may be gone, and is taken for dead later: then it is worth another try. */
function busy(
  path: string,
  { owner, mayGoInMs }: Extract<LockOutcome, { kind: "busy" }>,
  now: number,
): Failure {
  const message = `${path} is being written by ${owner}.`;
  if (mayGoInMs === null) return failure("destination_busy", message);
  return failure("destination_busy", message, {
    retryable: true,
    retryAt: now + mayGoInMs,
    advice: `If it is gone, this can be begun again in ${Math.ceil(mayGoInMs / 1000)} seconds.`,
  });
}

function takenOver(path: string): Failure {
  return failure("destination_busy", `${path} was taken over by another download.`);
}

function failed(why: Failure): EarlyEnd {
  return { kind: "failed", failure: why, bytesCame: false };
}
