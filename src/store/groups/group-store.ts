/** Groups in the store: their verbs joined. */
import { randomUUID } from "node:crypto";
import { addTallies, emptyTally, placesOf } from "../../job/group.ts";
import type { Group, GroupDraft, GroupId, GroupView, Tally } from "../../job/group.ts";
import type { GroupStore } from "../../job/group-contract.ts";
import type { Place } from "../../job/job.ts";
import type { Backend } from "../backend.ts";
import { decode } from "../decode-job.ts";
import type { Db, GroupRow } from "../schema.ts";
import { forgetGroup, joinGroup } from "./change-members.ts";
import { findEmpty, forgetEmpty } from "./empty-groups.ts";
import { findOwnJobs, keepJobs } from "./own-jobs.ts";
import { tallyGroups } from "./tally-groups.ts";
import type { TallyRow } from "./tally-groups.ts";

/** @param changed called after something that followers of jobs have to hear of */
export function createGroupStore(backend: Backend, changed: () => void): GroupStore {
  const { db } = backend;
  return {
    create: (draft, now) => backend.write((trx) => insertGroup(trx, draft, now)),
    join: async (id, members, now) => {
      await backend.write((trx) => joinGroup(backend, trx, id, members, now));
      changed();
    },
    get: async (id) => {
      const row = await db.selectFrom("job_groups").selectAll().where("id", "=", id).executeTakeFirst();
      if (row === undefined) return null;
      const byPlace = await tallyGroups(backend, [row], "place");
      const bySource = await tallyGroups(backend, [row], "source");
      return {
        group: decodeGroup(row),
        ...sumUp(byPlace),
        byPlace: byPlace.map((each) => ({ place: placeOf(each.row), tally: each.tally })),
        bySource: bySource.map((each) => ({ source: each.row.source ?? 0, tally: each.tally })),
      };
    },
    list: async (limit, before = Number.MAX_SAFE_INTEGER) => {
      const rows = await db
        .selectFrom("job_groups")
        .selectAll()
        .where("number", "<", before)
        .orderBy("number", "desc")
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      return {
        groups: await viewsOf(backend, page),
        next: rows.length > limit ? (page.at(-1)?.number ?? null) : null,
      };
    },
    look: async (ids) => {
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom(backend.idTable(ids).as("asked"))
        .innerJoin("job_groups", "job_groups.id", "asked.id")
        .selectAll("job_groups")
        .execute();
      return viewsOf(backend, rows);
    },
    running: () => runningGroups(db),
    ownJobs: (id) => findOwnJobs(db, id),
    keepJobs: (ids) => keepJobs(backend, ids),
    forget: async (id, jobs, now) => {
      const isForgotten = await backend.write((trx) => forgetGroup(backend, trx, id, jobs, now));
      if (isForgotten) changed();
      return isForgotten;
    },
    forgetEmpty: async (createdBefore, now) => {
      // Mostly there are none: without taking the lock.
      if ((await findEmpty(db, createdBefore)).length === 0) return [];
      const gone = await backend.write((trx) => forgetEmpty(trx, createdBefore, now));
      if (gone.length > 0) changed();
      return gone;
    },
  };
}

async function insertGroup(trx: Db, draft: GroupDraft, now: number): Promise<Group> {
  const row = await trx
    .insertInto("job_groups")
    .values({
      id: randomUUID(),
      name: draft.name,
      asked_by: draft.askedBy,
      created_at: now,
      sources: JSON.stringify(draft.sources),
      places: JSON.stringify(draft.places),
      share: draft.share ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return decodeGroup(row);
}

async function runningGroups(db: Db): Promise<GroupId[]> {
  const rows = await db
    .selectFrom("jobs")
    .innerJoin("group_members", "group_members.job_id", "jobs.id")
    .innerJoin("job_groups", "job_groups.number", "group_members.group_number")
    .select("job_groups.id")
    .distinct()
    .where("jobs.kind", "=", "running")
    .execute();
  return rows.map(({ id }) => id);
}

async function viewsOf(backend: Backend, rows: readonly GroupRow[]): Promise<GroupView[]> {
  const found = Map.groupBy(await tallyGroups(backend, rows, "place"), ({ row }) => row.group_number);
  return rows.map((row) => ({ group: decodeGroup(row), ...sumUp(found.get(row.number) ?? []) }));
}

function sumUp(byPlace: readonly { tally: Tally }[]): Omit<GroupView, "group"> {
  const tallies = byPlace.map(({ tally }) => tally);
  return { tally: tallies.reduce(addTallies, emptyTally()), places: placesOf(tallies) };
}

function decodeGroup(row: GroupRow): Group {
  const list = (column: "sources" | "places"): string[] =>
    decode<string[]>(row[column], `'${column}' of group ${row.id}`, Array.isArray);
  return {
    id: row.id,
    name: row.name,
    askedBy: row.asked_by,
    createdAt: row.created_at,
    sources: list("sources"),
    places: list("places"),
    share: row.share === "site" ? row.share : null,
  };
}

function placeOf({ place_kind, place_name = "" }: TallyRow): Place {
  return place_kind === "ssh" ? { kind: "ssh", hostId: place_name } : { kind: "node", name: place_name };
}
