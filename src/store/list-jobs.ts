import { sql } from "kysely";
import type { Expression, RawBuilder, SqlBool } from "kysely";
import type { JobStateKind } from "../job/job-state.ts";
import type { GroupId } from "../job/group.ts";
import type { JobPage, JobQuery, JobSort } from "../job/store-contract.ts";
import type { Backend } from "./backend.ts";
import { decodeJob } from "./decode-job.ts";
import { filterCondition, kindsOf } from "./job-filter.ts";
import { decodeCursor, encodeCursor } from "./page-cursor.ts";
import type { PageEnd } from "./page-cursor.ts";
import type { Db, JobRow } from "./schema.ts";

interface Order {
  column: "sequence" | "sort_name" | "size_key" | "rank";
  direction: "asc" | "desc";
}

/** Ties go by arrival, in the same direction: so one walk along an index gives the order. */
const ORDERS: Record<JobSort, Order> = {
  newest: { column: "sequence", direction: "desc" },
  oldest: { column: "sequence", direction: "asc" },
  name: { column: "sort_name", direction: "asc" },
  /** Largest first; unknown sizes last. */
  size: { column: "size_key", direction: "desc" },
  /** As the queue goes. */
  priority: { column: "rank", direction: "asc" },
};

/** @throws InvalidPageCursor */
export async function listJobs(backend: Backend, query: JobQuery): Promise<JobPage> {
  const { sort, limit, ids, group } = query;
  const end = query.after === undefined ? null : decodeCursor(sort, query.after);
  const kinds = kindsOf(query);
  if (kinds.length === 0 || ids?.length === 0) return { jobs: [], next: null };

  const { column } = ORDERS[sort];
  const rows =
    ids !== undefined
      ? await readThese(backend.db, query, backend.idTable([...new Set(ids)]), kinds, end)
      : group !== undefined
        ? await readThese(backend.db, query, membersOf(group), kinds, end)
        : await readAlong(backend.db, query, kinds, end);
  const last = rows[limit - 1];
  return {
    jobs: rows.slice(0, limit).map(decodeJob),
    next:
      rows.length > limit && last !== undefined
        ? encodeCursor(sort, { key: last[column], sequence: last.sequence })
        : null,
  };
}

/**
 * Of each kind the first ones in order, then of these the first: each is a short walk along an index,
 * however many jobs of other kinds lie in between.
 */
async function readAlong(
  db: Db,
  query: JobQuery,
  kinds: readonly JobStateKind[],
  end: PageEnd | null,
): Promise<JobRow[]> {
  const { column, direction } = ORDERS[query.sort];
  const walks = kinds.flatMap((kind) =>
    startsOf(ORDERS[query.sort], end).map((start) => walk(db, kind, query, start)),
  );
  const found = walks.reduce((all, one) => all.unionAll(one));
  // Cut to the page before the rows themselves are read: they are long.
  const page = db
    .selectFrom(found.as("found"))
    .select("sequence")
    .orderBy("sort_key", direction)
    .orderBy("sequence", direction)
    .limit(query.limit + 1);
  return db
    .selectFrom(page.as("page"))
    .innerJoin("jobs", "jobs.sequence", "page.sequence")
    .selectAll("jobs")
    .orderBy(`jobs.${column}`, direction)
    .orderBy("jobs.sequence", direction)
    .limit(query.limit + 1)
    .execute();
}

function walk(db: Db, kind: JobStateKind, query: JobQuery, start: Expression<SqlBool>) {
  const { column, direction } = ORDERS[query.sort];
  const first = db
    .selectFrom("jobs")
    .select((eb) => ["sequence", eb.ref(column).as("sort_key")])
    .where("kind", "=", kind)
    .where(start)
    .where(filterCondition(query))
    .orderBy(column, direction)
    .orderBy("sequence", direction)
    .limit(query.limit + 1);
  // Wrapped: neither database takes ORDER BY and LIMIT in the branch of a UNION.
  return db.selectFrom(first.as("first")).select(["sequence", "sort_key"]);
}

/**
 * Those of certain ids. With CROSS JOIN, because SQLite keeps that order: it would otherwise rather look
 * through all jobs of a kind for the ids than look up each id.
 */
async function readThese(
  db: Db,
  query: JobQuery,
  ids: RawBuilder<{ id: string }>,
  kinds: readonly JobStateKind[],
  end: PageEnd | null,
): Promise<JobRow[]> {
  const { column, direction } = ORDERS[query.sort];
  const starts = startsOf(ORDERS[query.sort], end);
  return db
    .selectFrom(ids.as("asked"))
    .crossJoin("jobs")
    .selectAll("jobs")
    .whereRef("jobs.id", "=", "asked.id")
    .where("kind", "in", kinds)
    .where((eb) => eb.or(starts))
    .where(filterCondition(query))
    .orderBy(`jobs.${column}`, direction)
    .orderBy("jobs.sequence", direction)
    .limit(query.limit + 1)
    .execute();
}

function membersOf(group: GroupId): RawBuilder<{ id: string }> {
  return sql`(select m.job_id as id from group_members m
    where m.group_number = (select number from job_groups where id = ${group}))`;
}

/**
 * Where to go on after a page: the rest of those with the same key, and those beyond it. Two walks, because
 * SQLite takes only the first half of `(key, sequence) > (…)` to an index that ends in the table's own key.
 */
function startsOf({ column, direction }: Order, end: PageEnd | null): Expression<SqlBool>[] {
  if (end === null) return [sql<SqlBool>`1 = 1`];
  const beyond = direction === "asc" ? sql`>` : sql`<`;
  const key = sql.ref(`jobs.${column}`);
  if (column === "sequence") return [sql<SqlBool>`${key} ${beyond} ${end.sequence}`];
  return [
    sql<SqlBool>`${key} = ${end.key} and jobs.sequence ${beyond} ${end.sequence}`,
    sql<SqlBool>`${key} ${beyond} ${end.key}`,
  ];
}
