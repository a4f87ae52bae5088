import type { JobEvent } from "../../job/job-event.ts";
import type { LeaseRef } from "../../job/job-state.ts";
import type { Job, JobDraft, JobId } from "../../job/job.ts";
import type { ClaimRequest, JobStore } from "../../job/store-contract.ts";

/** An empty store, as the suite needs it. */
export interface StoreUnderTest {
  store: JobStore;
  /** What `fixtures/open-store.ts` opens the same data with, in another process. */
  url: string;
  /** A second store on the same data, as another process would have it. Closed by `dispose`. */
  openAnother(): Promise<JobStore>;
  dispose(): Promise<void>;
}

export type OpenStore = () => Promise<StoreUnderTest>;

export const HERE = "here";
/** The clock of the suite stands still. */
export const NOW = 1_800_000_000_000;
export const LEASE_MS = 30_000;

/** A transfer to this machine; its number makes its name and its destination. */
export function draft(n: number, more: Partial<JobDraft> = {}): JobDraft {
  const name = `file-${n}.bin`;
  const url = `https://origin.example/${name}`;
  return {
    source: { kind: "url", url },
    place: { kind: "node", name: HERE },
    steps: [
      {
        kind: "transfer",
        url,
        mirrors: [],
        folder: "/models",
        name,
        size: 1000 + n,
        checksum: null,
        headers: {},
        ifExists: "refuse",
      },
    ],
    name,
    destination: `/models/${name}`,
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
    ...more,
  };
}

export async function insert(store: JobStore, n: number, more: Partial<JobDraft> = {}): Promise<Job> {
  const outcome = await store.insert(draft(n, more), NOW);
  if (outcome.kind !== "inserted") throw new Error(`job ${n} was there already`);
  return outcome.job;
}

export function claim(store: JobStore, more: Partial<ClaimRequest> = {}): Promise<Job | null> {
  const lanes = [
    { lane: `node:${HERE}`, limit: 100 },
    { lane: "ssh:*", limit: 100 },
  ];
  return store.claim({ owner: "runner", now: NOW, leaseMs: LEASE_MS, lanes, ...more });
}

/** Inserts a job and claims it. */
export async function insertRunning(store: JobStore, n: number, more: Partial<JobDraft> = {}): Promise<Job> {
  await insert(store, n, more);
  return take(store);
}

/** Claims a job, or fails. */
export async function take(store: JobStore, more: Partial<ClaimRequest> = {}): Promise<Job> {
  const job = await claim(store, more);
  if (job === null) throw new Error("nothing was claimed");
  return job;
}

/** The lease of a running job, or fails. */
export function leaseOf(job: Job | null | undefined): LeaseRef {
  if (job?.state.kind !== "running") throw new Error(`the job is ${job?.state.kind}`);
  return job.state.lease;
}

/** Applies an event, or fails. */
export async function applied(
  store: JobStore,
  id: JobId,
  event: JobEvent,
  now: number,
  lease?: LeaseRef,
): Promise<Job> {
  const outcome = await store.apply(id, event, now, lease);
  if (outcome.kind !== "applied") throw new Error(`the event was not applied: ${outcome.kind}`);
  return outcome.job;
}

/** Ends a running job well. */
export function complete(store: JobStore, job: Job | null | undefined, now = NOW): Promise<Job> {
  const event = { type: "step_done", steps: 1, checksumState: null } as const;
  return applied(store, job?.id ?? "", event, now, leaseOf(job));
}
