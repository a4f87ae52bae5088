import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Job, TransferStep } from "../job/job.ts";
import type { Progress } from "../job/progress.ts";

/** Bytes these transfers still have to write on the disk of `folder`. Jobs of unknown size count as nothing. */
export async function reservedOnDisk(
  folder: string,
  jobs: readonly { job: Job; progress: Progress }[],
): Promise<number> {
  const bytesIn = new Map<string, number>();
  for (const { job, progress } of jobs) {
    const step = transferStepOf(job);
    const bytes = step === null ? 0 : remainingBytes(progress);
    if (step !== null && bytes > 0) bytesIn.set(step.folder, (bytesIn.get(step.folder) ?? 0) + bytes);
  }
  if (bytesIn.size === 0) return 0;
  // Hundreds of downloads have a few folders: each is looked at once.
  const disk = await diskOf(folder);
  let sum = 0;
  for (const [other, bytes] of bytesIn) if (other === folder || (await diskOf(other)) === disk) sum += bytes;
  return sum;
}

/** Bytes a user may still write on the disk of `folder`. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await existingAncestor(folder));
  return bavail * bsize;
}

/** Bytes still to come; 0 when unknown. */
export function remainingBytes({
  bytesTotal,
  bytesDone,
}: Pick<Progress, "bytesTotal" | "bytesDone">): number {
  return bytesTotal === null ? 0 : Math.max(0, bytesTotal - bytesDone);
}

/** The transfer to this machine a job is at, or null if it is at something else. */
export function transferStepOf({ state, steps, place }: Job): TransferStep | null {
  if (place.kind !== "node") return null;
  const step = "step" in state ? steps[state.step] : undefined;
  return step?.kind === "transfer" ? step : null;
}

async function diskOf(folder: string): Promise<number> {
  return (await stat(await existingAncestor(folder))).dev;
}

export async function existingAncestor(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      await stat(path);
      return path;
    } catch (error) {
      if (path === dirname(path)) throw error;
    }
  }
}
