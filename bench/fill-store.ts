/** Fills a store's database with many jobs quickly: what the verbs would have written, in one transaction. */
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import type { JobState, JobStateKind } from "../src/job/job-state.ts";
import type { JobDraft, Place } from "../src/job/job.ts";
import { failure } from "../src/job/failure.ts";
import { initialProgress } from "../src/job/progress.ts";
import { nameColumns, placeColumns, rankOf, searchText, sizeKey } from "../src/store/job-columns.ts";

export const LANES = ["node:box", ...Array.from({ length: 20 }, (_, n) => `ssh:host-${n}`)] as const;
/** Rows that PostgreSQL is sent at once: some megabytes of JSON. */
const ROWS_AT_ONCE = 2_000;

export interface Fill {
  jobs: number;
  mix: Record<JobStateKind, number>;
  notBefore?: number;
  waitForFirst?: boolean;
  /** When the first was added; each later one a millisecond after it. */
  since?: number;
  /** Half of all jobs are for this machine, and the others for twenty, if nothing is said. */
  placeOf?: (n: number) => Place;
  /** From −2 to 2 if nothing is said. */
  priority?: number;
}

/** A draft as a model entry makes it. */
export function draftOf(n: number, { placeOf = usualPlace, priority }: Partial<Fill> = {}): JobDraft {
  const name = `file-${n}.safetensors`;
  const url = `https://models.example/resolve/${(n * 2654435761) % 4294967296}/${name}?download=true`;
  return {
    source: { kind: "url", url },
    place: placeOf(n),
    steps: [
      {
        kind: "transfer",
        url,
        mirrors: [`https://mirror.example/${name}`],
        folder: "/models",
        name,
        size: 1_000_000 + ((n * 7919) % 9_000_000_000),
        checksum: { algorithm: "sha256", hex: "ab".repeat(32), origin: "X-Linked-Etag" },
        headers: { authorization: `Bearer ${"x".repeat(40)}` },
        ifExists: "refuse",
      },
    ],
    name,
    destination: `/models/${name}`,
    priority: priority ?? (n % 5) - 2,
    limitBytesPerSecond: null,
    after: null,
  };
}

function usualPlace(n: number): Place {
  return n % 2 === 0 ? { kind: "node", name: "box" } : { kind: "ssh", hostId: `host-${(n >> 1) % 20}` };
}

export function fillStore(path: string, fill: Fill): void {
  const database = new DatabaseSync(path);
  let insert: ReturnType<DatabaseSync["prepare"]> | null = null;
  const insertText = database.prepare("insert into search_texts (job, text) values (?, ?)");
  database.exec("begin");
  for (const { row, text } of rowsOf(fill)) {
    const columns = Object.keys(row);
    insert ??= database.prepare(
      `insert into jobs (${columns.join()}) values (${columns.map((name) => `:${name}`).join()})`,
    );
    insertText.run(insert.run(row).lastInsertRowid, text);
  }
  for (const statement of REST) database.exec(statement);
  database.exec("commit");
  database.close();
}

/** The same for PostgreSQL. */
export async function fillPostgres(url: string, fill: Fill): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("begin");
  let page: Filled[] = [];
  const flush = async (): Promise<void> => {
    const [first] = page;
    if (first === undefined) return;
    const columns = Object.keys(first.row).join();
    await client.query(
      `with added as (
         insert into jobs (${columns})
         select ${columns} from json_populate_recordset(null::jobs, $1) returning sequence, id
       )
       insert into search_texts (job, text)
       select added.sequence, told.text from added
       join json_to_recordset($2) as told (id text, text text) on told.id = added.id`,
      [
        JSON.stringify(page.map(({ row }) => row)),
        JSON.stringify(page.map(({ row: { id }, text }) => ({ id, text }))),
      ],
    );
    page = [];
  };
  for (const filled of rowsOf(fill)) {
    page.push(filled);
    if (page.length === ROWS_AT_ONCE) await flush();
  }
  await flush();
  for (const statement of REST) await client.query(statement);
  await client.query("commit");
  await client.query("analyze");
  await client.end();
}

/** What belongs to the rows of jobs in other tables. */
const REST = [
  "delete from job_counts",
  "insert into job_counts (lane, kind, n) select lane, kind, count(*) from jobs group by lane, kind",
  "insert into changes (job_id, kind, at) select id, 'job', created_at from jobs",
  `insert into history (job, line, at, from_kind, to_kind, reason)
   select sequence, 1, created_at, null, 'pending', 'added' from jobs`,
];

interface Filled {
  row: ReturnType<typeof rowOf>;
  /** What is looked through for words. */
  text: string;
}

function* rowsOf(fill: Fill): Generator<Filled> {
  const kinds = (Object.entries(fill.mix) as [JobStateKind, number][]).flatMap(([kind, share]) =>
    Array.from({ length: Math.round(share * 100) }, () => kind),
  );
  const first = randomUUID();
  for (let n = 0; n < fill.jobs; n++) {
    // Scattered, but the same in every run.
    const kind = kinds[(n * 31) % kinds.length] ?? "pending";
    const draft = draftOf(n, fill);
    const after = fill.waitForFirst === true && n > 0 ? first : null;
    yield {
      row: rowOf(n, draft, kind, fill, n === 0 ? first : randomUUID(), after),
      text: searchText(draft),
    };
  }
}

function rowOf(
  n: number,
  draft: JobDraft,
  kind: JobStateKind,
  { notBefore = 0, since = 1_700_000_000_000 }: Fill,
  id: string,
  after: string | null,
) {
  const state = stateOf(kind, notBefore);
  const step = draft.steps[0];
  const progress = initialProgress(step?.kind === "transfer" ? step.size : null);
  const ended = kind === "complete" || kind === "failed" || kind === "cancelled";
  return {
    id,
    kind,
    ...placeColumns(draft),
    ...nameColumns(draft),
    rank: rankOf(draft.priority),
    not_before: kind === "pending" ? notBefore : 0,
    after_id: after,
    waits_for: after,
    runs_now: 0,
    epoch: 0,
    size_key: sizeKey(progress.bytesTotal),
    created_at: since + n,
    updated_at: since + n,
    ended_at: ended ? since + n : null,
    source: JSON.stringify(draft.source),
    steps: JSON.stringify(draft.steps),
    state: JSON.stringify(state),
    progress: JSON.stringify(progress),
  };
}
function stateOf(kind: JobStateKind, notBefore: number): JobState {
  switch (kind) {
    case "pending":
      return { kind, step: 0, notBefore, failures: 0, lastFailure: null, detached: false, wish: null };
    case "paused":
      return { kind, step: 0, why: "person", note: null };
    case "failed":
      return { kind, step: 0, failure: failure("not_found", "The server answered 404.") };
    case "cancelled":
      return { kind, step: 0 };
    case "complete":
      return { kind };
    case "running":
    case "blocked":
      throw new Error(`nothing to fill with: ${kind}`);
    default:
      throw kind satisfies never;
  }
}
