/**
 * Names of runs on a place. The same work has the same name, so that a restarted server meets it and two servers start
 * it once; another try has another.
 */
import type { JobId } from "../../job/job.ts";
import type { RunId } from "../../job/run-contract.ts";

export interface RunName {
  job: JobId;
  /** See `runOf`. */
  run: number;
  step: number;
}

export function runIdOf(storeId: string, { job, run, step }: RunName): RunId {
  return `${prefixOf(storeId)}${job}-${run}-${step}`;
}

/** All runs of a store, and none of another. */
export function prefixOf(storeId: string): string {
  return `${storeId}-`;
}

export function readRunId(storeId: string, id: RunId): RunName | null {
  const prefix = prefixOf(storeId);
  const [, job, run, step] = /^([0-9a-f-]{36})-(\d+)-(\d+)$/.exec(id.slice(prefix.length)) ?? [];
  if (!id.startsWith(prefix) || job === undefined) return null;
  return { job, run: Number(run), step: Number(step) };
}
