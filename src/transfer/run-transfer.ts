/** One run of one transfer: name → lock → what is there → fetch → verify → place. */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { failure } from "../job/failure.ts";
import type { Failure } from "../job/failure.ts";
import type { TransferOutcome, TransferWatcher } from "../job/transfer-contract.ts";
import { askForName, atName } from "./name/ask-for-name.ts";
import type { FinalAnswer } from "./ask/ask-origin.ts";
import { checkStep } from "./check-step.ts";
import { measureShortage } from "./place/check-space.ts";
import { makeLinks } from "./place/make-links.ts";
import { classifyDiskError, errorCode, FileRefused } from "./disk/classify-disk-error.ts";
import type { LockOutcome } from "./lock/lock-destination.ts";
import { lockDestination } from "./lock/lock-destination.ts";
import { obtainFile } from "./obtain-file.ts";
import { takeFromHere } from "./reuse/take-from-here.ts";
import { fetchSmall } from "./small/fetch-small.ts";
import type { SmallFolder } from "./small/small-folder.ts";
import { makeFolder, removeEmptyFolders } from "./disk/sync-folder.ts";
import type { EarlyEnd, Run, RunParts } from "./transfer-run.ts";
import { startRun } from "./transfer-run.ts";

export async function runTransfer(parts: Omit<RunParts, "lost">): Promise<TransferOutcome> {
  const { step, options } = parts;
  const refusal = checkStep(step);
  if (refusal !== null) return failed(refusal);
  const lost = new AbortController();
  if (options.signal.aborted) return { kind: "stopped" };
  const run = startRun({ ...parts, lost: lost.signal });
  try {
    return await obtain(run, parts.watcher, lost);
  } finally {
    run.bandwidth.leave();
  }
}

async function obtain(run: Run, watcher: TransferWatcher, lost: AbortController): Promise<TransferOutcome> {
  const { step } = run;
  const named = step.name === null ? await askForName(run) : atName(run, step.name, null);
  if (named.kind !== "named") return named;
  const { path, first } = named;
  try {
    const objection = watcher.named?.(path) ?? null;
    return objection === null ? await atDestination(run, path, first, lost) : failed(objection);
  } catch (error) {
    return await endOnDiskTrouble(run, path, error);
  } finally {
    first?.body.discard();
    run.leaveAhead();
  }
}

async function atDestination(
  run: Run,
  path: string,
  first: FinalAnswer | null,
  lost: AbortController,
): Promise<TransferOutcome> {
  const { folder, created, locking } = await enter(run, path);
  try {
    if (locking.kind === "busy") return failed(busy(path, locking, run.settings.clock.now()));
    const { lock } = locking;
    run.confirm = async () => {
      if (!(await lock.confirm())) throw new FileRefused(takenOver(path));
    };
    lock.lost.addEventListener("abort", () => lost.abort(), { once: true });
    try {
      await run.point("locked");
      const outcome = await fetchFile(run, path, folder, first);
      await link(run, outcome);
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

interface Entered {
  folder: SmallFolder | null;
  /** Folders that were not there before, deepest first. */
  created: readonly string[];
  locking: LockOutcome;
}

/** Takes the lock of the destination, in a folder that is made if it is not there. */
async function enter({ step, settings, signal, machinery }: Run, path: string): Promise<Entered> {
  const lock = (folder: SmallFolder | null): Promise<LockOutcome> =>
    lockDestination(path, settings.limits, signal, folder?.calls);
  const known = await machinery.small.folder(step.folder);
  if (known !== null) {
    try {
      return { folder: known, created: [], locking: await lock(known) };
    } catch (error) {
      // It was there when it was looked at.
      if (errorCode(error) !== "ENOENT") throw error;
      machinery.small.forget(step.folder);
    }
  }
  const created = await makeFolder(step.folder);
  const made = await stat(step.folder).catch(() => null);
  try {
    const folder = await machinery.small.folder(step.folder);
    return { folder, created, locking: await lock(folder) };
  } catch (error) {
    await removeEmptyFolders(created);
    throw (await takesNoFiles(error, step.folder, made)) ?? error;
  }
}

/**
 * A folder that is there and in which a new file is "not found" (/proc) will not take one later, either. Where another
 * job took the folder away and made it anew meanwhile, it is another one by then.
 */
async function takesNoFiles(
  thrown: unknown,
  folder: string,
  made: Stats | null,
): Promise<FileRefused | null> {
  if (errorCode(thrown) !== "ENOENT" || made === null) return null;
  const now = await stat(folder).catch(() => null);
  if (now?.ino !== made.ino || now.dev !== made.dev || now.birthtimeMs !== made.birthtimeMs) return null;
  const advice = "Choose another folder.";
  return new FileRefused(
    failure("write_denied", `${folder} takes no files: none can be made in it.`, { advice }),
  );
}

/** From this machine if it is here, by the short way if it can be, else by the ordinary one. */
async function fetchFile(
  run: Run,
  path: string,
  folder: SmallFolder | null,
  first: FinalAnswer | null,
): Promise<TransferOutcome> {
  const taken = await takeFromHere(run, path);
  if (taken !== null) return taken;
  if (folder === null) return obtainFile(run, path, first);
  const small = await fetchSmall(run, path, folder, first);
  if (small.kind === "over") return small.outcome;
  try {
    return await obtainFile(run, path, small.first);
  } finally {
    small.first?.body.discard();
  }
}

/** However the file got there: its other names are made as long as it is ours. */
async function link(run: Run, outcome: TransferOutcome): Promise<void> {
  const { linking } = run.step;
  if (outcome.kind !== "complete" || linking === undefined) return;
  await run.confirm();
  await makeLinks(outcome.path, linking);
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
