import { randomUUID } from "node:crypto";
import { isEnded } from "../job/job-state.ts";
import type { Job, JobDraft, JobId } from "../job/job.ts";
import { initialState } from "../job/next.ts";
import { initialProgress } from "../job/progress.ts";
import type { InsertOutcome } from "../job/store-contract.ts";
import type { Backend } from "./backend.ts";
import { recordChanges } from "./changes.ts";
import { decodeJob } from "./decode-job.ts";
import { findLive } from "./find-jobs.ts";
import { recordLine } from "./history.ts";
import { nameColumns, placeColumns, rankOf, searchText, sizeKey } from "./job-columns.ts";
import { shiftCount } from "./job-counts.ts";
import type { Db, NewJobRow } from "./schema.ts";
import { settleRow } from "./sharing/settle-site.ts";

export async function insertJob(
  backend: Backend,
  draft: JobDraft,
  now: number,
  id?: JobId,
): Promise<InsertOutcome> {
  return backend.write((trx) => insertOne(backend, trx, draft, now, id));
}

export async function insertJobs(
  backend: Backend,
  drafts: readonly JobDraft[],
  now: number,
): Promise<InsertOutcome[]> {
  return backend.write(async (trx) => {
    const outcomes: InsertOutcome[] = [];
    for (const draft of drafts) outcomes.push(await insertOne(backend, trx, draft, now));
    return outcomes;
  });
}

async function insertOne(
  backend: Backend,
  trx: Db,
  draft: JobDraft,
  now: number,
  id?: JobId,
): Promise<InsertOutcome> {
  const waitsFor = await followed(backend, trx, draft.after);
  for (;;) {
    // The unique index decides, not a look beforehand: another process may insert at this very moment.
    const row = await trx
      .insertInto("jobs")
      .values(newRow(draft, waitsFor, now, id ?? randomUUID()))
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) {
      const known = id === undefined ? null : await findById(trx, id);
      if (known !== null) return { kind: "existing", job: known };
      const existing = await findLive(trx, placeColumns(draft).lane, draft.destination);
      // None: it ended between the two looks.
      if (existing !== null) return { kind: "existing", job: decodeJob(existing) };
      continue;
    }
    await trx
      .insertInto("search_texts")
      .values({ job: row.sequence, text: searchText(draft) })
      .execute();
    await recordLine(trx, row.sequence, {
      at: now,
      from: null,
      to: row.kind,
      reason: draft.paused === true ? "added, to wait for a person" : "added",
      failure: null,
    });
    await recordChanges(trx, [row.id], "job", now);
    await shiftCount(trx, row.lane, null, row.kind);
    return { kind: "inserted", job: decodeJob(await settleRow(trx, row, now)) };
  }
}

/** The job to wait for, if it is still to end. Locked: it must not end unseen before the follower is written. */
async function followed(backend: Backend, trx: Db, after: string | null): Promise<string | null> {
  if (after === null) return null;
  const row = await backend
    .locked(trx.selectFrom("jobs").selectAll().where("id", "=", after))
    .executeTakeFirst();
  return row === undefined || isEnded(decodeJob(row).state) ? null : after;
}

async function findById(trx: Db, id: JobId): Promise<Job | null> {
  const row = await trx.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : decodeJob(row);
}

function newRow(draft: JobDraft, waitsFor: string | null, now: number, id: JobId): NewJobRow {
  const state = initialState(draft);
  const first = draft.steps[0];
  const progress = initialProgress(first?.kind === "transfer" ? first.size : null);
  return {
    id,
    kind: state.kind,
    ...placeColumns(draft),
    ...nameColumns(draft),
    rank: rankOf(draft.priority),
    not_before: state.kind === "pending" ? state.notBefore : 0,
    after_id: draft.after,
    waits_for: waitsFor,
    slot: null,
    lease_owner: null,
    lease_expires_at: null,
    size_key: sizeKey(progress.bytesTotal),
    limit_rate: draft.limitBytesPerSecond,
    after_run: draft.afterRun ?? null,
    created_at: now,
    updated_at: now,
    started_at: null,
    ended_at: null,
    source: JSON.stringify(draft.source),
    steps: JSON.stringify(draft.steps),
    state: JSON.stringify(state),
    progress: JSON.stringify(progress),
    checksum_state: null,
    // What comes after another job waits for that one.
    ...(draft.after === null && draft.sharing !== undefined
      ? { share_key: draft.sharing.key, share_site: draft.sharing.site }
      : {}),
  };
}
