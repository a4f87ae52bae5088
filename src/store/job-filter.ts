import { sql } from "kysely";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { JobStateKind } from "../job/job-state.ts";
import { STATUS_OF } from "../job/job-state.ts";
import type { JobFilter } from "../job/store-contract.ts";
import type { Schema } from "./schema.ts";

const ALL_KINDS = Object.keys(STATUS_OF) as readonly JobStateKind[];

/** The kinds a filter lets through, each once. */
export function kindsOf({ kinds }: JobFilter): JobStateKind[] {
  return [...new Set(kinds ?? ALL_KINDS)];
}

/** What a filter asks of a job beside its kind. */
export function filterConditions(
  eb: ExpressionBuilder<Schema, "jobs">,
  { place, search, ids }: JobFilter,
): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [];
  if (place !== undefined) conditions.push(eb("place_name", "=", place));
  if (ids !== undefined) conditions.push(ids.length === 0 ? sql<SqlBool>`1 = 0` : eb("id", "in", ids));
  if (search !== undefined && search !== "") {
    conditions.push(sql<SqlBool>`search_text like ${containing(search)} escape '\\'`);
  }
  return eb.and(conditions);
}

/** The LIKE pattern for text that holds this text, its own wildcards taken literally. */
export function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, String.raw`\$&`)}%`;
}
