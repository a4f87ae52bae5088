import { sql } from "kysely";
import type { SqlBool } from "kysely";
import type { JobStateKind } from "../job/job-state.ts";
import type { JobPage, JobQuery, JobSort } from "../job/store-contract.ts";
import { decodeJob } from "./decode-job.ts";
import { filterConditions, kindsOf } from "./job-filter.ts";
import { decodeCursor, encodeCursor } from "./page-cursor.ts";
import type { PageEnd } from "./page-cursor.ts";
import type { Db, JobRow } from "./schema.ts";

interface Order {
  column: "sequence" | "sort_name" | "size_key" | "rank";
  direction: "asc" | "desc";
}

/** Ties go by arrival, in the same direction: so one index walk gives the order, and a pair says where a page ended. */
const ORDERS: Record<JobSort, Order> = {
  newest: { column: "sequence", direction: "desc" },
  oldest: { column: "sequence", direction: "asc" },
  name: { column: "sort_name", direction: "asc" },
  /** Largest first; unknown sizes last. */
  size: { column: "size_key", direction: "desc" },
  /** As the queue goes. */
  priority: { column: "rank", direction: "asc" },
};

export async function listJobs(db: Db, query: JobQuery): Promise<JobPage> {
  const { sort, limit } = query;
  const kinds = kindsOf(query);
  const [firstKind, ...otherKinds] = kinds;
  if (firstKind === undefined) return { jobs: [], next: null };
  const { column, direction } = ORDERS[sort];
  const end = query.after === undefined ? null : decodeCursor(sort, query.after);

  // Of each kind the first ones in order, then of these the first: each is a short walk along an index,
  // however many jobs of other kinds lie in between.
  let page = firstOfKind(db, firstKind, query, end);
  for (const kind of otherKinds) page = page.unionAll(firstOfKind(db, kind, query, end));
  const rows = await db
    .selectFrom(page.as("page"))
    .innerJoin("jobs", "jobs.sequence", "page.sequence")
    .selectAll("jobs")
    .orderBy(`jobs.${column}`, direction)
    .orderBy("jobs.sequence", direction)
    .limit(limit + 1)
    .execute();

  const jobs = rows.slice(0, limit).map(decodeJob);
  const last = rows[limit - 1];
  return {
    jobs,
    next: rows.length > limit && last !== undefined ? encodeCursor(sort, endAt(last, column)) : null,
  };
}

function firstOfKind(db: Db, kind: JobStateKind, query: JobQuery, end: PageEnd | null) {
  const { column, direction } = ORDERS[query.sort];
  let first = db
    .selectFrom("jobs")
    .select("sequence")
    .where("kind", "=", kind)
    .where((eb) => filterConditions(eb, query))
    .orderBy(column, direction)
    .orderBy("sequence", direction)
    .limit(query.limit + 1);
  if (end !== null) first = first.where(isBeyond({ column, direction }, end));
  // Wrapped: neither database takes ORDER BY and LIMIT in the branch of a UNION.
  return db.selectFrom(first.as("first")).select("sequence");
}

function isBeyond({ column, direction }: Order, { key, sequence }: PageEnd) {
  const than = direction === "asc" ? sql`>` : sql`<`;
  return column === "sequence"
    ? sql<SqlBool>`sequence ${than} ${sequence}`
    : sql<SqlBool>`(${sql.ref(column)}, sequence) ${than} (${key}, ${sequence})`;
}

function endAt(row: JobRow, column: Order["column"]): PageEnd {
  return { key: row[column], sequence: row.sequence };
}
