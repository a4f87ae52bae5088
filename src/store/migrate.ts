import type { Backend, ColumnTypes } from "./backend.ts";
import { jobs } from "./migrations/0001-jobs.ts";
import { hosts } from "./migrations/0002-hosts.ts";
import { files } from "./migrations/0003-files.ts";
import { access } from "./migrations/0004-access.ts";
import { settings } from "./migrations/0005-settings.ts";
import { notices } from "./migrations/0006-notices.ts";
import { waits } from "./migrations/0007-waits.ts";
import { now as runsNow } from "./migrations/0008-now.ts";
import { nodes } from "./migrations/0009-nodes.ts";
import { afterRun } from "./migrations/0010-after-run.ts";
import { getFact, setFact } from "./facts.ts";
import { MOVED_VERSION, refuseMoved } from "./moved-mark.ts";
import { groups } from "./migrations/0011-groups.ts";
import { messageNode } from "./migrations/0012-message-node.ts";
import { createdMembers } from "./migrations/0013-created-members.ts";
import { sharing } from "./migrations/0014-sharing.ts";
import { noDue } from "./migrations/0015-no-due.ts";
import type { Db } from "./schema.ts";
import { StoreError } from "./store-error.ts";

/** One step of the schema. Forward only. */
export interface Migration {
  version: number;
  name: string;
  /**
   * The schema that a program has to know at least to go on with the database after this; none: as before, which is
   * right for what is only added (tables, columns that may be left out). At most what the release before knows: while
   * machines are brought up to date one after the other, the two releases work side by side.
   */
  oldest?: number;
  up(db: Db, types: ColumnTypes): Promise<void>;
}

/** In order, without holes. A released one is never edited: databases out there have it already. */
export const MIGRATIONS: readonly Migration[] = [
  jobs,
  hosts,
  files,
  access,
  settings,
  notices,
  waits,
  runsNow,
  nodes,
  afterRun,
  groups,
  messageNode,
  createdMembers,
  sharing,
  noDue,
];

export interface MigrateOptions {
  /** Default: those of this program. */
  migrations?: readonly Migration[];
  /**
   * Called once before a database that has a schema already gets a newer one, with the first version it does not
   * have. Answers where a copy was put, if one was.
   */
  before?: (version: number) => Promise<string | null>;
  /** Whether to open a database whose queue was moved to another one; left out: it is refused. */
  mayBeMoved?: boolean;
}

/** Tells whoever knows less than the whole schema whether that is enough. */
const OLDEST_FACT = "oldest_schema";

/**
 * Brings the database to this program's schema. All steps are one transaction: whatever goes wrong, and a crash in
 * between, leaves the older schema whole, so that the program before can go on with it. Processes that start at once
 * wait for one another.
 *
 * A database that is newer than this program is used as it is, if what is newer was only added to what is known here.
 *
 * @throws StoreError if a much newer version or another program wrote the database, or a step failed
 */
export async function migrate(
  backend: Backend,
  where: string,
  now: number,
  { migrations = MIGRATIONS, before = async () => null, mayBeMoved = false }: MigrateOptions = {},
): Promise<void> {
  const version = await readVersion(backend, where);
  if (version > 0 && !mayBeMoved) await refuseMoved(backend.db, where);
  if (version > migrations.length) {
    if ((await oldestSchema(backend)) > migrations.length) throw tooNew(where, version, migrations.length);
    return;
  }
  if (version === migrations.length) return;
  const copy = version === 0 ? null : await before(version + 1);
  try {
    await backend.write((trx) => applyAll(trx, backend, migrations, now));
  } catch (error) {
    throw version === 0 ? error : stuck(where, version, migrations.length, copy, error);
  }
}

async function applyAll(
  trx: Db,
  backend: Backend,
  migrations: readonly Migration[],
  now: number,
): Promise<void> {
  await createVersionList(trx);
  // Another process may have been quicker.
  const version = await newestVersion(trx);
  for (const migration of migrations.slice(version)) {
    await migration.up(trx, backend.types);
    await trx
      .insertInto("schema_versions")
      .values({ version: migration.version, name: migration.name, applied_at: now })
      .execute();
    if (migration.oldest !== undefined) await setFact(trx, OLDEST_FACT, String(migration.oldest));
  }
  await backend.guardTables(trx);
}

async function readVersion(backend: Backend, where: string): Promise<number> {
  const tables = await backend.tableNames();
  if (tables.length === 0) return 0;
  if (tables.includes("schema_versions")) return newestVersion(backend.db);
  throw new StoreError(
    "store_foreign",
    `${where} is a database of another program. Give a different place for Haulyard's own.`,
  );
}

/** The schema that has to be known at least; where nothing is said, all of it. */
async function oldestSchema(backend: Backend): Promise<number> {
  if (!(await backend.tableNames()).includes("facts")) return Infinity;
  return Number((await getFact(backend.db, OLDEST_FACT)) ?? Infinity);
}

async function createVersionList(db: Db): Promise<void> {
  await db.schema
    .createTable("schema_versions")
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("applied_at", "bigint", (column) => column.notNull())
    .execute();
}

/** The version of a schema that is there. */
export async function newestVersion(db: Db): Promise<number> {
  const row = await db
    .selectFrom("schema_versions")
    .select((eb) => eb.fn.max("version").as("version"))
    .where("version", "<", MOVED_VERSION)
    .executeTakeFirst();
  return row?.version ?? 0;
}

function tooNew(where: string, version: number, known: number): StoreError {
  return new StoreError(
    "store_foreign",
    `${where} was written by a newer Haulyard (schema ${version}; this one knows up to ${known}). This is older than what it goes together with. Start that version or a newer one, or give another place for the database.`,
  );
}

function stuck(
  where: string,
  version: number,
  wanted: number,
  copy: string | null,
  cause: unknown,
): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const kept = copy === null ? "" : ` A copy of it is ${copy}.`;
  return new StoreError(
    cause instanceof StoreError ? cause.code : "store_stuck",
    `${where} could not be brought from schema ${version} to ${wanted}: ${why} Nothing of it was changed: the version of Haulyard before goes on with it.${kept}`,
    cause,
  );
}
