/**
 * Takes the secrets out of a copy of a database: for backups that may lie anywhere. A table that nobody has said
 * anything about here is emptied: a new one may hold secrets.
 */
import { DatabaseSync } from "node:sqlite";
import { failure } from "../job/failure.ts";
import { isEnded } from "../job/job-state.ts";
import type { Job, Source, Step } from "../job/job.ts";
import { redactText, redactUrl } from "../job/redact.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { syncFile } from "./copy-database.ts";

/** Hold none, or have none left when their writers are done: what people get to see is redacted before it is kept. */
const KEPT_TABLES = [
  "jobs",
  "search_texts",
  "history",
  "changes",
  "job_counts",
  "facts",
  "hosts",
  // Public keys.
  "accepted_keys",
  "files",
  "settings",
  "job_groups",
  "group_members",
  "schema_versions",
  // SQLite's own.
  "sqlite_sequence",
] as const;

/** Facts that are known to hold none. */
const KEPT_FACTS = /^(?:store_id|overall_limit|oldest_schema|accepted_keys_version|imported:.+)$/;

/** Jobs looked at in one go. */
const PAGE_LENGTH = 500;

const UNDONE = "This job was restored from a backup that holds no secrets, and it needs some.";

/** What a line of a shell becomes whose secrets are gone: it must not be run without them. */
const REFUSING_LINE = `echo '${UNDONE}' >&2; exit 1`;

/**
 * @param path a copy that nobody uses, of this program's schema
 * @param secretSettings names of settings whose values are secrets
 * @returns the names of the tables that were emptied
 */
export async function redactDatabase(
  path: string,
  secretSettings: readonly string[],
  now: number,
): Promise<string[]> {
  await giveUpJobs(path, now);
  const database = new DatabaseSync(path);
  try {
    database.exec("pragma journal_mode = delete; begin");
    const emptied = emptyTables(database);
    redactJobs(database);
    redactRows(database, "files", ["origin"]);
    dropRows(database, "facts", "key", (key) => KEPT_FACTS.test(key));
    dropRows(database, "settings", "name", (name) => !secretSettings.includes(name));
    redactRows(database, "settings", ["text"]);
    database.exec("commit");
    // What was deleted is still in free pages: they are left out of the file that this writes.
    database.exec("vacuum");
    return emptied;
  } finally {
    database.close();
    syncFile(path);
  }
}

/** Jobs that cannot go on without what is taken from them fail, by the rules, so that nothing runs by itself. */
async function giveUpJobs(path: string, now: number): Promise<void> {
  const store = await openSqliteStore({ path });
  try {
    const kinds = ["pending", "running", "paused", "blocked"] as const;
    let after: string | undefined;
    const found: Job[] = [];
    do {
      const page = await store.list({ kinds, sort: "oldest", limit: PAGE_LENGTH, ...(after && { after }) });
      found.push(...page.jobs.filter(holdsSecrets));
      after = page.next ?? undefined;
    } while (after !== undefined);
    for (const job of found) await giveUp(job, store, now);
  } finally {
    await store.close();
  }
}

async function giveUp(job: Job, store: JobStore, now: number): Promise<void> {
  if (job.state.kind === "running")
    await store.apply(job.id, { type: "lease_expired", now: Number.MAX_SAFE_INTEGER, detached: false }, now);
  else if (job.state.kind === "paused") await store.apply(job.id, { type: "resume" }, now);
  const why = failure("unauthorized", UNDONE, { advice: "Add it anew, with its token or its full address." });
  const outcome = await store.apply(job.id, { type: "given_up", failure: why }, now);
  if (outcome.kind !== "applied" || !isEnded(outcome.job.state))
    await store.apply(job.id, { type: "cancel" }, now);
}

function holdsSecrets({ source, steps }: Job): boolean {
  return (
    JSON.stringify(redactSource(source)) !== JSON.stringify(source) ||
    steps.some((step) => JSON.stringify(redactStep(step)) !== JSON.stringify(step))
  );
}

function emptyTables(database: DatabaseSync): string[] {
  const names = database
    .prepare("select name from sqlite_schema where type = 'table'")
    .all()
    .map(({ name }) => String(name));
  const unknown = names.filter((name) => !(KEPT_TABLES as readonly string[]).includes(name));
  // Tables may refer to one another in any order.
  database.exec("pragma defer_foreign_keys = on");
  for (const name of unknown) database.exec(`delete from "${name.replaceAll('"', '""')}"`);
  return unknown;
}

function dropRows(
  database: DatabaseSync,
  table: string,
  column: string,
  stays: (value: string) => boolean,
): void {
  const drop = database.prepare(`delete from ${table} where ${column} = ?`);
  for (const { value } of database.prepare(`select ${column} as value from ${table}`).all())
    if (!stays(String(value))) drop.run(String(value));
}

function redactJobs(database: DatabaseSync): void {
  const update = database.prepare("update jobs set source = ?, steps = ? where sequence = ?");
  for (const { sequence, source, steps } of database
    .prepare("select sequence, source, steps from jobs")
    .all()) {
    const cleanSource = redactSource(JSON.parse(String(source)) as Source);
    const cleanSteps = (JSON.parse(String(steps)) as Step[]).map(redactStep);
    update.run(JSON.stringify(cleanSource), JSON.stringify(cleanSteps), Number(sequence));
  }
}

function redactSource(source: Source): Source {
  return source.kind === "url" ? { ...source, url: redactUrl(source.url) } : source;
}

function redactStep(step: Step): Step {
  switch (step.kind) {
    case "transfer":
      // Of headers nobody knows which are harmless.
      return { ...step, url: redactUrl(step.url), mirrors: step.mirrors.map(redactUrl), headers: {} };
    case "command": {
      const line = step.line === step.shown ? step.line : REFUSING_LINE;
      const expects = step.expects.map((file) => ({ ...file, urls: file.urls.map(redactUrl) }));
      return { ...step, line, expects };
    }
    default:
      throw step satisfies never;
  }
}

/** Texts in which addresses may stand. */
function redactRows(database: DatabaseSync, table: string, columns: readonly string[]): void {
  for (const column of columns) {
    const rows = database
      .prepare(`select rowid as id, ${column} as text from ${table} where ${column} is not null`)
      .all();
    const update = database.prepare(`update ${table} set ${column} = ? where rowid = ?`);
    for (const { id, text } of rows) {
      const clean = redactText(String(text));
      if (clean !== text) update.run(clean, Number(id));
    }
  }
}
