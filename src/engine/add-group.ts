/** What is asked for in one go is put into the queue, part by part. */
import type { Clock } from "../job/clock.ts";
import type { GroupDraft, GroupId } from "../job/group.ts";
import type { JobStore } from "../job/store-contract.ts";
import type { SharedParts } from "./sharing/share-drafts.ts";
import { shareDrafts } from "./sharing/share-drafts.ts";
import type { AddedGroup, AddedJob, Engine, GroupPart, Submission } from "./engine-contract.ts";

/** Jobs put into the queue before they become members: all of a large group at once would hold everybody up. */
const BATCH = 200;

export interface AddParts {
  store: Pick<JobStore, "groups" | "nodes">;
  clock: Clock;
  /** As the engine's, but nobody is taken to have asked for each by itself. */
  submitAll: Engine["submitAll"];
}

/** Only a part of a group came into the queue; `cause` says why. */
export class HalfGroupError extends Error {
  override readonly name = "HalfGroupError";
  readonly group: GroupId;
  /** Jobs in it. */
  readonly count: number;

  constructor(group: GroupId, count: number, cause: unknown) {
    super(`only ${count} jobs of group ${group} came into the queue`, { cause });
    this.group = group;
    this.count = count;
  }
}

/** @throws HalfGroupError; where nothing came into the queue, what stood in the way: then there is no group */
export async function addGroup(
  draft: GroupDraft,
  wanted: readonly GroupPart[],
  { store: { groups, nodes }, clock, submitAll }: AddParts,
): Promise<AddedGroup> {
  const { id } = await groups.create(draft, clock.now());
  const jobs: AddedJob[] = [];
  let shared: SharedParts = { parts: wanted, notes: [] };
  try {
    if (draft.share === "site") shared = shareDrafts(id, wanted, await nodes.list(clock.now()));
    for (const batch of batchesOf(shared.parts)) {
      const submissions = await submitAll(batch.map((part) => part.draft));
      const members = submissions.map((submission, index) => ({
        job: submission.job.id,
        source: batch[index]?.source ?? 0,
        created: isNew(submission),
      }));
      await groups.join(id, members, clock.now());
      for (const { kind, job } of submissions) jobs.push({ id: job.id, kind });
    }
  } catch (error) {
    if (jobs.length > 0) throw new HalfGroupError(id, jobs.length, error);
    // Where even that cannot be done, the janitor does it.
    await groups.forget(id, "kept", clock.now()).catch(() => {});
    throw error;
  }
  return { id, jobs, notes: shared.notes };
}

/** Jobs without a destination are entered one by one: each joins before the next is. */
function* batchesOf(wanted: readonly GroupPart[]): Generator<GroupPart[]> {
  let batch: GroupPart[] = [];
  for (const part of wanted) {
    const isAlone = part.draft.destination === null;
    if (batch.length === BATCH || (isAlone && batch.length > 0)) {
      yield batch;
      batch = [];
    }
    if (isAlone) yield [part];
    else batch.push(part);
  }
  if (batch.length > 0) yield batch;
}

function isNew(submission: Submission): boolean {
  return submission.kind === "created" || (submission.kind === "already_there" && submission.isNew);
}
