/** Who fetches a file for its site, and who waits for that: kept true in whatever transaction changes anything about it. */
import type { Job } from "../../job/job.ts";
import { NODE_AWAY_MS } from "../../job/node-contract.ts";
import type { SiteMember } from "../../job/sharing/site-turns.ts";
import { siteTurns } from "../../job/sharing/site-turns.ts";
import { recordChanges } from "../changes.ts";
import type { Db, JobRow } from "../schema.ts";

/** Of a file that cannot be had, in the place of what it is. */
export const LOST = "lost";

/** Changes written at once: databases limit how many values a statement has. */
const CHANGES_AT_ONCE = 1_000;

/** The row as it is once all is settled that its change concerns. */
export async function settleRow(trx: Db, row: JobRow, now: number): Promise<JobRow> {
  if (row.share_key === null) return row;
  await settleSite(trx, row.share_key, now);
  return trx.selectFrom("jobs").selectAll().where("sequence", "=", row.sequence).executeTakeFirstOrThrow();
}

/** These were removed. */
export async function settleSites(trx: Db, rows: readonly JobRow[], now: number): Promise<void> {
  const keys = new Set(rows.flatMap(({ share_key }) => share_key ?? []));
  for (const key of keys) await settleSite(trx, key, now);
}

export async function settleSite(trx: Db, key: string, now: number): Promise<void> {
  const members = await readMembers(trx, key, now);
  const { first, waiting } = siteTurns(members);
  await markFirst(trx, members, first);
  const waits = new Set(waiting);
  const changed: string[] = [];
  for (const member of members) {
    const [waitsFor, node] = waits.has(member) && first !== null ? [first.job, first.node] : [null, null];
    if (member.waitsFor === waitsFor && member.waitsForNode === node) continue;
    await trx
      .updateTable("jobs")
      .set({ waits_for: waitsFor, share_node: node })
      .where("id", "=", member.job)
      .execute();
    changed.push(member.job);
  }
  for (let from = 0; from < changed.length; from += CHANGES_AT_ONCE)
    await recordChanges(trx, changed.slice(from, from + CHANGES_AT_ONCE), "job", now);
}

/** The part goes to another one, or to none. */
export async function markFirst(
  trx: Db,
  members: readonly SiteMember[],
  first: SiteMember | null,
): Promise<void> {
  for (const { job, isFirst } of members)
    if (isFirst && job !== first?.job)
      await trx.updateTable("jobs").set({ share_first: 0 }).where("id", "=", job).execute();
  if (first !== null && !first.isFirst)
    await trx.updateTable("jobs").set({ share_first: 1 }).where("id", "=", first.job).execute();
}

export interface MemberRow extends SiteMember {
  waitsFor: string | null;
  waitsForNode: string | null;
  shareFile: string | null;
  address: string | null;
  destination: string | null;
  checksumState: string | null;
}

/** In the order in which they were asked for. */
export async function readMembers(trx: Db, key: string, now: number): Promise<MemberRow[]> {
  const rows = await trx
    .selectFrom("jobs")
    .leftJoin("nodes", "nodes.name", "jobs.place_name")
    .select([
      "jobs.id",
      "jobs.kind",
      "jobs.state",
      "jobs.place_name",
      "jobs.share_first",
      "jobs.share_node",
      "jobs.share_file",
      "jobs.waits_for",
      "jobs.destination",
      "jobs.checksum_state",
      "nodes.share_address",
      "nodes.heartbeat_at",
      "nodes.left_at",
      "nodes.draining_since",
    ])
    .where("jobs.share_key", "=", key)
    .orderBy("jobs.sequence")
    .execute();
  return rows.map((row) => ({
    job: row.id,
    node: row.place_name,
    kind: row.kind,
    paused: row.kind === "paused" ? pauseOf(row.state) : null,
    isFirst: row.share_first === 1,
    file: row.share_file === null ? null : row.share_file === LOST ? "lost" : "there",
    gives: row.share_address !== null,
    rests: row.draining_since !== null,
    awayMs: awayMs(row, now),
    waitsFor: row.waits_for,
    waitsForNode: row.share_node,
    shareFile: row.share_file,
    address: row.share_address,
    destination: row.destination,
    checksumState: row.checksum_state,
  }));
}

function pauseOf(state: string): SiteMember["paused"] {
  const { why } = JSON.parse(state) as Extract<Job["state"], { kind: "paused" }>;
  return why;
}

/** One that said goodbye is away from then on; one that was removed for ever. */
function awayMs(
  { left_at, heartbeat_at }: { left_at: number | null; heartbeat_at: number | null },
  now: number,
): number {
  if (heartbeat_at === null) return Number.MAX_SAFE_INTEGER;
  const silentMs = now - (left_at ?? heartbeat_at);
  return left_at !== null || silentMs > NODE_AWAY_MS ? Math.max(1, silentMs) : 0;
}
