/** The databases below a store, with this program's schema, for whoever needs all of their tables and not a queue. */
import { resolve } from "node:path";
import type { Backend } from "./backend.ts";
import { keepBeforeUpgrade } from "./keep-before-upgrade.ts";
import { migrate } from "./migrate.ts";
import { createPostgresBackend } from "./postgres-backend.ts";
import { explain } from "./postgres-errors.ts";
import { createCommits } from "./postgres-guards.ts";
import { PostgresListener } from "./postgres-listener.ts";
import type { NodeName } from "./postgres-listener.ts";
import type { PoolOptions, PostgresPool } from "./postgres-pool.ts";
import { createSqliteBackend } from "./sqlite-backend.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import { StoreError } from "./store-error.ts";

/** What people have by now; older ones get no repairs any more. */
const OLDEST_SERVER = 130_000;

export interface OpenBackend {
  backend: Backend;
  /** The database in words, without secrets. */
  where: string;
}

/**
 * @param path the database file; made if it is not there. Its folder has to be
 * @param mayBeMoved for whoever moves queues: others stay away from one that was moved
 * @throws StoreError
 */
export async function openSqliteBackend(
  path: string,
  { mayBeMoved = false }: { mayBeMoved?: boolean } = {},
): Promise<OpenBackend> {
  const file = resolve(path);
  const backend = createSqliteBackend(await openSqliteFile(file), file);
  try {
    await migrate(backend, file, Date.now(), {
      before: (version) => keepBeforeUpgrade(file, version),
      mayBeMoved,
    });
  } catch (error) {
    await backend.close();
    throw error;
  }
  return { backend, where: file };
}

export interface PostgresBackendOptions extends PoolOptions, NodeName {
  mayBeMoved?: boolean;
  /** Whether to hear of what others change, and to be the node: else no name is taken. */
  listens: boolean;
}

/** @throws StoreError */
export async function openPostgresBackend({
  listens,
  node,
  namePatienceMs,
  mayBeMoved = false,
  ...options
}: PostgresBackendOptions): Promise<OpenBackend> {
  // Its driver is for those who have a PostgreSQL; others start without.
  const { createPostgresPool } = await import("./postgres-pool.ts");
  const pool = createPostgresPool(options);
  const listener = new PostgresListener(pool, { node, namePatienceMs });
  const backend = createPostgresBackend(pool, listener);
  try {
    await checkVersion(pool);
    await createCommits(backend.db);
    await migrate(backend, `the database ${pool.where}`, Date.now(), { mayBeMoved });
    if (listens) await listener.open();
  } catch (error) {
    await backend.close();
    throw explain(error, pool.where);
  }
  return { backend, where: `the database ${pool.where}` };
}

async function checkVersion(pool: PostgresPool): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ version: string }>(
      "select current_setting('server_version_num') as version",
    );
    const version = Number(rows[0]?.version);
    if (version >= OLDEST_SERVER) return;
  } finally {
    client.release();
  }
  throw new StoreError("store_refused", `The database ${pool.where} is older than PostgreSQL 13.`);
}
