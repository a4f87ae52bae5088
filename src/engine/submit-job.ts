import type { Clock } from "../job/clock.ts";
import type { Failure } from "../job/failure.ts";
import type { FileThere, Hosts } from "../job/host-contract.ts";
import { isEnded } from "../job/job-state.ts";
import type { JobStateKind } from "../job/job-state.ts";
import type { Job, JobDraft, JobId, TransferStep } from "../job/job.ts";
import { coversLinking } from "../job/linking.ts";
import { placeName } from "../job/place.ts";
import type { InsertOutcome, JobStore } from "../job/store-contract.ts";
import type { InspectExisting } from "../job/transfer-contract.ts";
import { lookAway, transferAway, wholeAway } from "./look-away.ts";
import type { ReuseParts } from "./reuse-files.ts";
import type { Submission } from "./engine-contract.ts";

/** How long somebody who asks for a download is kept waiting for the server's word on a file that is there already. */
export const INSPECT_TIMEOUT_MS = 10_000;

export interface SubmitParts {
  store: JobStore;
  inspect: InspectExisting;
  clock: Clock;
  node: string;
  lookAt: Hosts["lookAt"];
  reuse?: ReuseParts;
}

/** Puts a job into the queue, unless there is one for its destination or the file is there and whole. */
export async function submitJob(draft: JobDraft, parts: SubmitParts, id?: JobId): Promise<Submission> {
  const { store, clock } = parts;
  const known = await findKnown(draft, store);
  if (known !== null && !isEnded(known.state)) return joinLive(draft, known, parts);

  const bytes = await wholeFile(draft, await thereOf(draft, parts), parts);
  if (bytes !== null && known?.state.kind === "complete")
    return { kind: "already_there", job: known, isNew: false };

  const inserted = await store.insert(draft, clock.now(), id);
  if (inserted.kind === "existing") return joinLive(draft, inserted.job, parts);
  if (bytes === null) return { kind: "created", job: inserted.job };
  return recordFound(inserted.job, bytes, parts);
}

/**
 * A job that is not ended brings the file. Where it does not make all names of it that are wanted now, another one
 * follows it, which finds the file there; until it runs it has no destination, which is the first one's.
 */
async function joinLive(draft: JobDraft, live: Job, { store, clock }: SubmitParts): Promise<Submission> {
  if (coversLinking(live.steps, draft.steps)) return { kind: "existing", job: live };
  const inserted = await store.insert({ ...draft, destination: null, after: live.id }, clock.now());
  return { kind: inserted.kind === "inserted" ? "created" : "existing", job: inserted.job };
}

/** Jobs entered in one transaction: it takes a tenth of a second, in which nobody else writes. */
const BATCH = 200;
/** Drafts looked at a time: each takes a look at the disk and at the store, now and then a request. */
const AT_ONCE = 16;

/** The same for many, in their order. Those without a destination have to be told apart from each other one by one. */
export async function submitJobs(
  drafts: readonly JobDraft[],
  parts: SubmitParts,
  submitOne: (draft: JobDraft) => Promise<Submission>,
): Promise<Submission[]> {
  const submissions: Submission[] = [];
  let batch: JobDraft[] = [];
  const flush = async (): Promise<void> => {
    submissions.push(...(await submitBatch(batch, parts)));
    batch = [];
  };
  for (const draft of drafts) {
    if (draft.destination === null) {
      await flush();
      submissions.push(await submitOne(draft));
    } else if (batch.push(draft) === BATCH) await flush();
  }
  await flush();
  return submissions;
}

async function submitBatch(drafts: readonly JobDraft[], parts: SubmitParts): Promise<Submission[]> {
  const { store, clock } = parts;
  const { files } = await lookAway(drafts, parts.lookAt);
  const looks: ({ known: Job | null; bytes: number | null } | undefined)[] = [];
  const work = drafts.entries();
  const worker = async (): Promise<void> => {
    for (const [index, draft] of work) {
      const known = await findKnown(draft, store);
      const isLive = known !== null && !isEnded(known.state);
      looks[index] = {
        known,
        bytes: isLive ? null : await wholeFile(draft, files.get(index) ?? null, parts),
      };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const settled: (Submission | null)[] = [];
  for (const [index, draft] of drafts.entries()) {
    const { known = null, bytes = null } = looks[index] ?? {};
    if (known !== null && !isEnded(known.state)) settled.push(await joinLive(draft, known, parts));
    else if (bytes !== null && known?.state.kind === "complete")
      settled.push({ kind: "already_there", job: known, isNew: false });
    else settled.push(null);
  }
  const fresh = drafts.filter((_, index) => settled[index] === null);
  const inserted = fresh.length === 0 ? [] : await store.insertAll(fresh, clock.now());
  let next = 0;
  const submissions: Submission[] = [];
  for (const [index, submission] of settled.entries()) {
    if (submission !== null) {
      submissions.push(submission);
      continue;
    }
    const { kind, job } = inserted[next++] as InsertOutcome;
    const bytes = looks[index]?.bytes ?? null;
    if (kind === "existing") submissions.push(await joinLive(drafts[index] as JobDraft, job, parts));
    else submissions.push(bytes === null ? { kind: "created", job } : await recordFound(job, bytes, parts));
  }
  return submissions;
}

/** Enters a job that has failed already. */
export async function recordFailed(
  draft: JobDraft,
  failure: Failure,
  { store, clock }: Pick<SubmitParts, "store" | "clock">,
  id?: JobId,
): Promise<Submission> {
  const inserted = await store.insert(draft, clock.now(), id);
  if (inserted.kind === "existing") return { kind: "existing", job: inserted.job };
  const outcome = await store.apply(inserted.job.id, { type: "given_up", failure }, clock.now());
  return { kind: "created", job: outcome.kind === "unknown" ? inserted.job : outcome.job };
}

/** The job that this draft would only repeat; it may have ended. */
export function findKnown(draft: JobDraft, store: JobStore): Promise<Job | null> {
  return draft.destination === null
    ? findSame(draft, store)
    : store.findByDestination(placeName(draft.place), draft.destination);
}

const LIVE_KINDS = ["pending", "running", "paused", "blocked"] as const satisfies readonly JobStateKind[];
/** Jobs of one card on one instance that are looked at; there is one of them, or few by other commands. */
const MAX_TWINS = 100;

/** A card that makes several files has no destination: its job is the one with the same commands on the same place. */
async function findSame({ source, place, steps }: JobDraft, store: JobStore): Promise<Job | null> {
  if (source.kind !== "card") return null;
  const { jobs } = await store.list({
    kinds: LIVE_KINDS,
    place: placeName(place),
    search: source.filepath,
    sort: "oldest",
    limit: MAX_TWINS,
  });
  const wanted = workOf(steps);
  const same = (job: Job): boolean =>
    job.source.kind === "card" && job.source.filepath === source.filepath && workOf(job.steps) === wanted;
  return jobs.find(same) ?? null;
}

/** What the steps do: not how large their files are, which a plan asks and a job does not. */
function workOf(steps: JobDraft["steps"]): string {
  return JSON.stringify(steps, (key, value: unknown) => (key === "size" ? undefined : value));
}

/** What is there of the file a draft would fetch to an instance. */
async function thereOf(draft: JobDraft, { lookAt }: SubmitParts): Promise<FileThere | null> {
  return (await lookAway([draft], lookAt)).files.get(0) ?? null;
}

/** Bytes of the file this draft would fetch, if it is in its place and whole; else null. */
async function wholeFile(
  draft: JobDraft,
  there: FileThere | null,
  parts: SubmitParts,
): Promise<number | null> {
  const away = transferAway(draft);
  if (away !== null) return there === null ? null : wholeAway(away, there);
  const step = transferHere(draft, parts);
  if (step === null) return null;
  // It is to be replaced, and its hash tells whether it is another one: the size alone must not keep it.
  if (step.ifExists === "replace" && step.checksum !== null) return null;
  const existing = await parts.inspect(step, AbortSignal.timeout(INSPECT_TIMEOUT_MS));
  return existing.kind === "whole" ? existing.bytes : null;
}

/** The one transfer to this machine that a draft is, or null. */
export function transferHere(
  { place, steps }: JobDraft,
  { node }: Pick<SubmitParts, "node">,
  which: "named" | "any name" = "named",
): TransferStep | null {
  const [step, other] = steps;
  if (place.kind !== "node" || place.name !== node) return null;
  if (step?.kind !== "transfer" || other !== undefined) return null;
  return step.name === null && which === "named" ? null : step;
}

async function recordFound(job: Job, bytes: number, { store, clock }: SubmitParts): Promise<Submission> {
  const reason = `the file was there already; ${bytes} bytes is the expected size`;
  const event = { type: "found", bytes, checksumState: { kind: "unverified", reason } } as const;
  const outcome = await store.apply(job.id, event, clock.now());
  // A runner may have been quicker: then it finds the file itself.
  return outcome.kind === "applied"
    ? { kind: "already_there", job: outcome.job, isNew: true }
    : { kind: "created", job: outcome.kind === "unknown" ? job : outcome.job };
}
