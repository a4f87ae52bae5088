import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Job, TransferStep } from "../job/job.ts";
import type { Progress } from "../job/progress.ts";

/** Bytes these transfers still have to write on the disk of `folder`. Jobs of unknown size count as nothing. */
export async function reservedOnDisk(
  folder: string,
  jobs: readonly { job: Job; progress: Progress }[],
): Promise<number> {
  const deviceOf = lookOnce();
  const disk = await deviceOf(folder);
  let bytes = 0;
  for (const { job, progress } of jobs) {
    const step = transferStepOf(job);
    if (step !== null && (await deviceOf(step.folder)) === disk) bytes += remainingBytes(progress);
  }
  return bytes;
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

/** The disk that holds a folder; thousands of downloads have a few folders, and each is looked at once. */
export function lookOnce(): (folder: string) => Promise<number> {
  const known = new Map<string, Promise<number>>();
  return (folder) => {
    const looked = known.get(folder) ?? existingAncestor(folder).then(async (path) => (await stat(path)).dev);
    known.set(folder, looked);
    return looked;
  };
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
