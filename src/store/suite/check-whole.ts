import { expect } from "vitest";
import { isEnded, STATUS_OF } from "../../job/job-state.ts";
import { laneOf } from "../../job/place.ts";
import type { Job } from "../../job/job.ts";
import type { JobStore } from "../../job/store-contract.ts";

/** Everything a store says of its jobs agrees, whatever happened to it. */
export async function checkWhole(store: JobStore): Promise<Job[]> {
  const jobs = await allJobs(store);
  const changes = await changesPerJob(store);
  for (const job of jobs) {
    const history = (await store.history(job.id)) ?? [];
    expect(history[0]).toMatchObject({ from: null, to: "pending" });
    expect(history.at(-1)).toMatchObject({ to: job.state.kind, at: job.updatedAt });
    for (const [index, line] of history.entries()) {
      if (index > 0) expect(line.from).toBe(history[index - 1]?.to);
    }
    // Every line has its change; descriptions and priorities are changes without a line.
    expect(changes.get(job.id) ?? 0).toBeGreaterThanOrEqual(history.length);
    expect(job.endedAt !== null).toBe(isEnded(job.state));
    expect(job.startedAt !== null).toBe(history.some(({ to }) => to === "running"));
  }
  const counted = Object.keys(STATUS_OF).map((kind) => [
    kind,
    jobs.filter(({ state }) => state.kind === kind).length,
  ]);
  expect(await store.counts()).toEqual(Object.fromEntries(counted));
  const live = jobs.filter(({ state, destination }) => !isEnded(state) && destination !== null);
  expect(new Set(live.map(({ place, destination }) => `${laneOf(place)} ${destination}`)).size).toBe(
    live.length,
  );
  return jobs;
}

async function allJobs(store: JobStore): Promise<Job[]> {
  const jobs: Job[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await store.list({ sort: "oldest", limit: 1000, ...(after === undefined ? {} : { after }) });
    jobs.push(...page.jobs);
    after = page.next;
  }
  return jobs;
}

async function changesPerJob(store: JobStore): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let cursor = 0; ;) {
    const page = await store.changesAfter(cursor, 1000);
    expect(page.gap).toBe(false);
    if (page.changes.length === 0) return counts;
    for (const change of page.changes) {
      expect(change.cursor).toBeGreaterThan(cursor);
      cursor = change.cursor;
      counts.set(change.jobId, (counts.get(change.jobId) ?? 0) + 1);
    }
  }
}
