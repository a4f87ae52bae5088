import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";
import type { Backend } from "./backend.ts";
import { guardChanges } from "./postgres-guards.ts";
import { PostgresDriver } from "./postgres-driver.ts";
import { isUniqueViolation } from "./postgres-errors.ts";
import type { PostgresListener } from "./postgres-listener.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { writeTransaction } from "./postgres-transaction.ts";
import type { Db, Schema } from "./schema.ts";

/** Differences of clocks below this are not told from the way to the database and back; leases allow for more. */
const CLOCK_GRAIN_MS = 500;

/** @param listener hears of other machines' changes; closed with the rest */
export function createPostgresBackend(pool: PostgresPool, listener: PostgresListener): Backend {
  const db: Db = new Kysely<Schema>({
    dialect: {
      createDriver: () => new PostgresDriver(pool),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    },
  });
  return {
    db,
    types: {
      growingKey: {
        type: "bigint",
        // By default only: a store that moves in brings its numbers along.
        build: (column) => column.generatedByDefaultAsIdentity().primaryKey(),
      },
      key: "bigint",
      bytewiseText: sql`text collate "C"`,
    },
    write: (work, durability = "synced") => writeTransaction(db, pool, work, durability),
    locked: (query) => query.forUpdate(),
    claimable: (query) => query.forUpdate().skipLocked(),
    idTable: (ids) => sql`(select unnest(${[...ids]}::text[]) as id)`,
    rowTable: (columns, rows) => {
      const fields = Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`);
      return sql`(select * from json_to_recordset(${JSON.stringify(rows)}::json) as rows (${sql.join(fields)}))`;
    },
    jsonNumber: (column, path) =>
      sql`((${column})::json #>> ${`{${path.replaceAll(".", ",")}}`}::text[])::float8`,
    isUniqueViolation,
    tableNames: async () => {
      const names = await db
        .selectFrom(sql<{ name: string }>`pg_tables`.as("t"))
        .select(sql<string>`tablename::text`.as("name"))
        .where(sql<boolean>`schemaname = current_schema() and tablename <> 'haulyard_commits'`)
        .execute();
      return names.map(({ name }) => name);
    },
    guardTables: guardChanges,
    now: () => {
      const [ours, shared] = [Date.now(), listener.now()];
      return shared === null || Math.abs(shared - ours) < CLOCK_GRAIN_MS ? ours : shared;
    },
    onForeignCommit: (heard) => listener.listen(heard),
    close: async () => {
      await listener.close();
      await db.destroy();
      // Kysely leaves a database alone that it never used.
      await pool.close();
    },
  };
}
