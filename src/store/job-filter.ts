import { sql } from "kysely";
import type { Expression, SqlBool } from "kysely";
import type { JobStateKind } from "../job/job-state.ts";
import { STATUS_OF } from "../job/job-state.ts";
import type { JobFilter } from "../job/store-contract.ts";

/** More words than this find what the first ones do: each is a condition of its own. */
const MAX_WORDS = 16;
const ALL_KINDS = Object.keys(STATUS_OF) as readonly JobStateKind[];

/** The kinds a filter lets through, each once. */
export function kindsOf({ kinds }: JobFilter): JobStateKind[] {
  return [...new Set(kinds ?? ALL_KINDS)];
}

/** What a filter asks of a job, beside its kind and its id. */
export function filterCondition({ place, search, group }: JobFilter): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [sql<SqlBool>`1 = 1`];
  if (place !== undefined) conditions.push(sql<SqlBool>`jobs.place_name = ${place}`);
  if (group !== undefined)
    conditions.push(sql<SqlBool>`exists (select 1 from group_members m
      where m.job_id = jobs.id and m.group_number = (select number from job_groups where id = ${group}))`);
  for (const word of wordsOf(search ?? "")) {
    conditions.push(
      sql<SqlBool>`(select text from search_texts where job = jobs.sequence) like ${containing(word)} escape '\\'`,
    );
  }
  return sql.join(conditions, sql` and `) as Expression<SqlBool>;
}

/** All of them have to be found, in whatever order. */
function wordsOf(search: string): string[] {
  return search
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, MAX_WORDS);
}

/** The LIKE pattern for text that holds this text, its own wildcards taken literally. */
export function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, String.raw`\$&`)}%`;
}
