/** Whose turn it is where several machines could run the jobs of an instance: labels decide, then the connection that is there. */
import { sql } from "kysely";
import { isKept, isWarm, isWorthAWait } from "../job/affinity.ts";
import { hasLabels } from "../job/labels.ts";
import type { Labels } from "../job/node-contract.ts";
import { laneOf, nodeOf } from "../job/place.ts";
import { decodeNeeds } from "./hosts/decode-host.ts";
import type { LaneLoad } from "./lanes.ts";
import { decodeNode } from "./nodes/decode-node.ts";
import type { Db } from "./schema.ts";

const SSH = laneOf({ kind: "ssh", hostId: "" });

/** A lane as the claim reads it; of an instance with what its host says. */
interface SeenLane extends LaneLoad {
  labels: string | null;
  ran_on: string | null;
  ran_at: number | null;
}

/** Lanes with room for jobs of this machine. */
interface SortedLanes {
  /** It may take what is first. */
  open: Map<string, number>;
  /** Kept for a while for another one, that ran the last job there. */
  kept: Map<string, { limit: number; ranAt: number }>;
}

/** What waits and what runs in each lane. The hosts are found by their key: lanes of machines and old jobs have none. */
export function readLanes(db: Db): Promise<SeenLane[]> {
  return db
    .selectFrom("job_counts")
    .leftJoin("hosts", (join) =>
      join
        .on("job_counts.kind", "=", "pending")
        .on("hosts.id", "=", sql<string>`substr(job_counts.lane, ${sql.lit(SSH.length + 1)})`),
    )
    .select(["lane", "kind", "n", "hosts.labels", "hosts.ran_on", "hosts.ran_at"])
    .where("kind", "in", ["pending", "running"])
    .where("n", ">", 0)
    .execute();
}

/** @param owner of the lease to be: begins with the name of its machine */
export async function sortLanes(
  db: Db,
  room: ReadonlyMap<string, number>,
  seen: readonly SeenLane[],
  { owner, now }: { owner: string; now: number },
): Promise<SortedLanes> {
  const me = nodeOf(owner);
  const sorted: SortedLanes = { open: new Map(room), kept: new Map() };
  const asked = seen.flatMap(({ lane, labels, ran_on: ranOn, ran_at: ranAt }) => {
    if (labels === null || !room.has(lane)) return [];
    const isElsewhere = ranOn !== null && ranOn !== me && ranAt !== null && isWarm(ranAt, now);
    const last = isElsewhere ? { node: ranOn, ranAt } : null;
    return labels === NO_LABELS && last === null ? [] : [{ lane, labels, last }];
  });
  if (asked.length === 0) return sorted;
  const machines = await readMachines(db, now);
  for (const { lane, labels, last } of asked) {
    const needs = decodeNeeds({ id: lane.slice(SSH.length), labels });
    const isMine = hasLabels(machines.get(me)?.labels ?? {}, needs);
    const other = last === null ? undefined : machines.get(last.node);
    const isOthers =
      last !== null &&
      other?.isAtWork === true &&
      hasLabels(other.labels, needs) &&
      isWorthAWait(last.ranAt, other.running, now);
    if (isMine && !isOthers) continue;
    sorted.open.delete(lane);
    if (isMine && isOthers) sorted.kept.set(lane, { limit: room.get(lane) ?? 0, ranAt: last.ranAt });
  }
  return sorted;
}

/** Whether this machine may run the jobs of a lane, in the transaction that takes one: a person may have changed it. */
export async function mayRun(trx: Db, lane: string, owner: string): Promise<boolean> {
  if (!lane.startsWith(SSH)) return true;
  const id = lane.slice(SSH.length);
  const host = await trx.selectFrom("hosts").select(["id", "labels"]).where("id", "=", id).executeTakeFirst();
  if (host === undefined || host.labels === NO_LABELS) return true;
  const node = await trx
    .selectFrom("nodes")
    .select("labels")
    .where("name", "=", nodeOf(owner))
    .executeTakeFirst();
  const has = JSON.parse(node?.labels ?? NO_LABELS) as Labels;
  return hasLabels(has, decodeNeeds(host));
}

/** Of the kept lanes the first job that is kept no longer. */
export async function findKept(
  db: Db,
  kept: SortedLanes["kept"],
  now: number,
): Promise<{ sequence: number; lane: string } | null> {
  let first: { sequence: number; lane: string; rank: number } | null = null;
  for (const [lane, { ranAt }] of kept) {
    if (isKept(ranAt, 0, now)) continue;
    const found = await db
      .selectFrom("jobs")
      .select(["sequence", "lane", "rank", "updated_at", "not_before"])
      .where("lane", "=", lane)
      // In the statement's own text: only then may the index of the claimable ones be used.
      .where("kind", "=", sql.lit("pending"))
      .where("waits_for", "is", null)
      .where("not_before", "<=", now)
      .orderBy("rank")
      .orderBy("sequence")
      .limit(1)
      .executeTakeFirst();
    if (found === undefined || isKept(ranAt, Math.max(found.updated_at, found.not_before), now)) continue;
    if (first === null || isBefore(found, first)) first = found;
  }
  return first;
}

type Ranked = { rank: number; sequence: number };

function isBefore(one: Ranked, other: Ranked): boolean {
  return one.rank === other.rank ? one.sequence < other.sequence : one.rank < other.rank;
}

/** As `JSON.stringify` writes it: what most hosts have is not worth its reading. */
const NO_LABELS = "{}";

interface Machine {
  labels: Labels;
  isAtWork: boolean;
  running: number;
}

async function readMachines(db: Db, now: number): Promise<Map<string, Machine>> {
  const rows = await db.selectFrom("nodes").selectAll().execute();
  const runs = await db
    .selectFrom("jobs")
    .select(["lease_owner", (eb) => eb.fn.countAll<number>().as("n")])
    // In the statement's own text: only then may the index of the running ones be used.
    .where("kind", "=", sql.lit("running"))
    .groupBy("lease_owner")
    .execute();
  return new Map(
    rows.map((row) => {
      const of = runs.filter(({ lease_owner }) => lease_owner !== null && nodeOf(lease_owner) === row.name);
      const running = of.reduce((sum, { n }) => sum + n, 0);
      const node = decodeNode(row, { running, waiting: 0 }, now);
      return [
        node.name,
        { labels: node.labels, isAtWork: !node.isAway && node.drainingSince === null, running },
      ];
    }),
  );
}
