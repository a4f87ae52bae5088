import type { Backend, ColumnTypes } from "./backend.ts";
import { jobs } from "./migrations/0001-jobs.ts";
import { hosts } from "./migrations/0002-hosts.ts";
import { files } from "./migrations/0003-files.ts";
import { access } from "./migrations/0004-access.ts";
import type { Db } from "./schema.ts";
import { StoreError } from "./store-error.ts";

/** One step of the schema. Forward only. */
export interface Migration {
  version: number;
  name: string;
  up(db: Db, types: ColumnTypes): Promise<void>;
}

/** In order, without holes. A released one is never edited: databases out there have it already. */
export const MIGRATIONS: readonly Migration[] = [jobs, hosts, files, access];

/**
 * Brings the database to this program's schema. Each step is a transaction with its entry in the list, so a
 * crash in between leaves a whole older schema, and processes that start at once wait for one another.
 *
 * @throws StoreError if a newer version or another program wrote the database
 */
export async function migrate(
  backend: Backend,
  where: string,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const version = await readVersion(backend, where);
  if (version > migrations.length) throw tooNew(where, version, migrations.length);
  for (const migration of migrations.slice(version)) {
    await backend.write(async (trx) => {
      await createVersionList(trx);
      // Another process may have been quicker.
      if ((await newestVersion(trx)) >= migration.version) return;
      await migration.up(trx, backend.types);
      await trx
        .insertInto("schema_versions")
        .values({ version: migration.version, name: migration.name, applied_at: now })
        .execute();
    });
  }
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

async function createVersionList(db: Db): Promise<void> {
  await db.schema
    .createTable("schema_versions")
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("applied_at", "bigint", (column) => column.notNull())
    .execute();
}

async function newestVersion(db: Db): Promise<number> {
  const row = await db
    .selectFrom("schema_versions")
    .select((eb) => eb.fn.max("version").as("version"))
    .executeTakeFirst();
  return row?.version ?? 0;
}

function tooNew(where: string, version: number, known: number): StoreError {
  return new StoreError(
    "store_foreign",
    `${where} was written by a newer Haulyard (schema ${version}; this one knows up to ${known}). Start that version or a newer one, or give another place for the database.`,
  );
}
