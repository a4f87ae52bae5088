/** The jobs of groups, added up by the database: a group may have thousands. */
import { sql } from "kysely";
import type { Selectable } from "kysely";
import { addTallies, emptyTally } from "../../job/group.ts";
import type { Tally } from "../../job/group.ts";
import type { JobStateKind } from "../../job/job-state.ts";
import type { Backend } from "../backend.ts";
import type { JobGroupsTable } from "./group-tables.ts";

/** Members added up in one statement: with four numbers out of the JSON of each it takes SQLite some 10 ms. */
const MEMBERS_AT_ONCE = 2_500;
/** Groups in one statement, far below the parameters either database takes. */
const GROUPS_AT_ONCE = 200;
/** Two hexadecimal digits: what ids of jobs begin with. */
const BEGINNINGS = 256;

/** By what the sums are told apart. */
export type TallyBy = "place" | "source";

const COLUMNS = {
  place: sql`group_number, place_kind, place_name`,
  source: sql`group_number, source`,
} satisfies Record<TallyBy, unknown>;

export interface TallyRow {
  group_number: number;
  place_kind?: "node" | "ssh";
  place_name?: string;
  source?: number;
}

interface SumRow extends TallyRow {
  kind: JobStateKind;
  jobs: number;
  forgotten: number;
  done: number;
  total: number;
  unknown: number;
  speed: number;
  shares: number;
}

/** A group, and how many members it has at most. */
export type Counted = Pick<Selectable<JobGroupsTable>, "number" | "joined">;

/**
 * In the order of their columns; groups without members are left out. Many members are added up part by part: whoever
 * else wants the database, and on SQLite the whole process, has its turn in between.
 */
export async function tallyGroups(
  backend: Pick<Backend, "db" | "jsonNumber">,
  groups: readonly Counted[],
  by: TallyBy,
  atOnce = MEMBERS_AT_ONCE,
): Promise<{ row: TallyRow; tally: Tally }[]> {
  const tallies = new Map<string, { row: TallyRow; tally: Tally }>();
  for (const portion of portionsOf(groups, atOnce)) {
    for (const { kind, jobs, forgotten, done, total, unknown, speed, shares, ...row } of await sumUp(
      backend,
      portion,
      by,
    )) {
      const name = JSON.stringify(row);
      const { tally } = tallies.get(name) ?? { tally: emptyTally() };
      const sum: Tally = {
        counts: { ...emptyTally().counts, [kind]: jobs },
        forgotten,
        bytesDone: done,
        bytesTotal: total,
        unknown,
        bytesPerSecond: speed,
        shares,
      };
      tallies.set(name, { row, tally: addTallies(tally, sum) });
    }
  }
  return [...tallies.values()].toSorted((a, b) => compareRows(a.row, b.row));
}

/** Members of groups that are added up in one statement. */
export interface Portion {
  numbers: readonly number[];
  /** Of a large group those whose ids are in between: from this one on, and before that one. */
  from: string | null;
  before: string | null;
}

/** Small groups together, large ones in parts: ids are random, so those that begin alike are as many as any others. */
export function portionsOf(groups: readonly Counted[], atOnce: number): Portion[] {
  const portions: Portion[] = [];
  let numbers: number[] = [];
  let members = 0;
  const flush = (): void => {
    if (numbers.length > 0) portions.push({ numbers, from: null, before: null });
    numbers = [];
    members = 0;
  };
  for (const { number, joined } of groups) {
    if (joined > atOnce) {
      const parts = Math.min(BEGINNINGS, Math.ceil(joined / atOnce));
      const edge = (part: number): string | null => (part % parts === 0 ? null : beginning(part / parts));
      for (let part = 0; part < parts; part += 1)
        portions.push({ numbers: [number], from: edge(part), before: edge(part + 1) });
      continue;
    }
    if (members + joined > atOnce || numbers.length === GROUPS_AT_ONCE) flush();
    numbers.push(number);
    members += joined;
  }
  flush();
  return portions;
}

function beginning(share: number): string {
  return Math.floor(share * BEGINNINGS)
    .toString(16)
    .padStart(2, "0");
}

function compareRows(a: TallyRow, b: TallyRow): number {
  const rank = ({ place_kind, place_name }: TallyRow): string => `${place_kind} ${place_name}`;
  const [one, other] = [rank(a), rank(b)];
  return (
    a.group_number - b.group_number ||
    (a.source ?? 0) - (b.source ?? 0) ||
    (one < other ? -1 : Number(one > other))
  );
}

async function sumUp(
  { db, jsonNumber }: Pick<Backend, "db" | "jsonNumber">,
  { numbers, from, before }: Portion,
  by: TallyBy,
): Promise<SumRow[]> {
  const columns = COLUMNS[by];
  const of = (path: string): ReturnType<typeof jsonNumber> => jsonNumber(sql.ref("jobs.progress"), path);
  // One row for each member: what it has and what it will have, where that is known.
  const members = sql`
    select m.group_number, m.place_kind, m.place_name, m.source, m.gone_bytes,
      coalesce(jobs.kind, 'complete') as kind,
      coalesce(m.gone_bytes, ${of("bytesDone")}) as done,
      coalesce(m.gone_bytes, ${of("bytesTotal")}) as total,
      ${of("bytesPerSecond")} as speed,
      ${of("command.share")} as share
    from group_members m left join jobs on jobs.id = m.job_id
    where m.group_number in (${sql.join([...numbers])})
      and ${from === null ? sql`true` : sql`m.job_id >= ${from}`}
      and ${before === null ? sql`true` : sql`m.job_id < ${before}`}
      and (jobs.id is not null or m.gone_bytes is not null)`;
  const { rows } = await sql<SumRow>`
    select ${columns}, kind, count(*) as jobs,
      count(gone_bytes) as forgotten,
      cast(sum(case when kind = 'cancelled' then 0 else done end) as float8) as done,
      cast(sum(case when kind = 'cancelled' then 0 when kind = 'complete' then done
        else coalesce(total, done) end) as float8) as total,
      cast(sum(case when total is null and kind not in ('complete', 'cancelled') then 1 else 0 end) as float8) as unknown,
      cast(sum(case when kind = 'running' then speed else 0 end) as float8) as speed,
      cast(sum(case when kind = 'complete' then 1.0 when kind = 'cancelled' then 0.0
        when share is not null then share when total > 0 then done * 1.0 / total else 0.0 end) as float8) as shares
    from (${members}) as member group by ${columns}, kind`.execute(db);
  return rows;
}
