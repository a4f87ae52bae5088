import { sql } from "kysely";
import type { Expression, SqlBool } from "kysely";
import type { JobStateKind } from "../job/job-state.ts";
import { STATUS_OF } from "../job/job-state.ts";
import type { JobFilter } from "../job/store-contract.ts";

const ALL_KINDS = Object.keys(STATUS_OF) as readonly JobStateKind[];

/** The kinds a filter lets through, each once. */
export function kindsOf({ kinds }: JobFilter): JobStateKind[] {
  return [...new Set(kinds ?? ALL_KINDS)];
}

/** What a filter asks of a job, beside its kind and its id. */
export function filterCondition({ place, search }: JobFilter): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [sql<SqlBool>`1 = 1`];
  if (place !== undefined) conditions.push(sql<SqlBool>`jobs.place_name = ${place}`);
  if (search !== undefined && search !== "") {
    conditions.push(
      sql<SqlBool>`(select text from search_texts where job = jobs.sequence) like ${containing(search)} escape '\\'`,
    );
  }
  return sql.join(conditions, sql` and `) as Expression<SqlBool>;
}

/** The LIKE pattern for text that holds this text, its own wildcards taken literally. */
export function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, String.raw`\$&`)}%`;
}
