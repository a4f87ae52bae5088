/** All downloads of this node, keyed by destination, as old system B's clients and its JSON file have them. */
import type { Engine } from "../../engine/engine-contract.ts";
import { isEnded } from "../../job/job-state.ts";
import type { Job } from "../../job/job.ts";
import type { Cursor } from "../../job/store-contract.ts";
import type { ModelStatus } from "../../wire/models.ts";
import { toModelStatus } from "./model-status.ts";

const PAGE_LENGTH = 1000;

export type StatusByDestination = Record<string, ModelStatus>;

/**
 * Clients ask every second or two, and most of the answer stays the same: jobs that do not run are read
 * again only after something has changed.
 */
export function createStatusCollector(engine: Engine): () => Promise<StatusByDestination> {
  let known: { cursor: Cursor; entries: [string, ModelStatus][] } | null = null;
  return async () => {
    const cursor = await engine.cursor();
    if (known === null || known.cursor !== cursor) known = { cursor, entries: await readEntries(engine) };
    const live = await readRunning(engine);
    // From entries, not by assignment: paths are keys like any other, `__proto__` must not be more.
    return Object.fromEntries(
      known.entries.map(([destination, status]) => [destination, live.get(status.job_id) ?? status]),
    );
  };
}

async function readRunning(engine: Engine): Promise<Map<string | undefined, ModelStatus>> {
  const running = new Map<string | undefined, ModelStatus>();
  for await (const job of readJobs(engine, { kinds: ["running"] })) {
    const status = toModelStatus(job);
    if (status !== null) running.set(job.id, status);
  }
  return running;
}

/** Of every destination the job that counts: the one that has not ended, else the one that ended last. */
async function readEntries(engine: Engine): Promise<[string, ModelStatus][]> {
  const jobs = new Map<string, Job>();
  for await (const job of readJobs(engine, {})) {
    if (job.destination === null) continue;
    const other = jobs.get(job.destination);
    if (other === undefined || counts(job, other)) jobs.set(job.destination, job);
  }
  return [...jobs].flatMap(([destination, job]) => {
    const status = toModelStatus(job);
    return status === null ? [] : [[destination, status]];
  });
}

function counts(job: Job, other: Job): boolean {
  if (!isEnded(other.state)) return false;
  return !isEnded(job.state) || (job.endedAt ?? 0) > (other.endedAt ?? 0);
}

async function* readJobs(engine: Engine, filter: { kinds?: readonly ["running"] }): AsyncGenerator<Job> {
  let after: string | null = null;
  do {
    const position: { after?: string } = after === null ? {} : { after };
    const page = await engine.list({
      ...filter,
      ...position,
      place: engine.node,
      sort: "newest",
      limit: PAGE_LENGTH,
    });
    yield* page.jobs;
    after = page.next;
  } while (after !== null);
}
