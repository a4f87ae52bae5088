import type { JobStore } from "../job/store-contract.ts";
import { createJobStore } from "./job-store.ts";
import { migrate } from "./migrate.ts";
import { createPostgresBackend } from "./postgres-backend.ts";
import { explain } from "./postgres-errors.ts";
import { createCommits } from "./postgres-guards.ts";
import { PostgresListener } from "./postgres-listener.ts";
import type { PoolOptions, PostgresPool } from "./postgres-pool.ts";
import { createPostgresPool } from "./postgres-pool.ts";
import { StoreError } from "./store-error.ts";

/** What people have by now; older ones get no repairs any more. */
const OLDEST_SERVER = 130_000;
/**
 * A process that is just being replaced needs a moment to go; of a machine that lost its power the database learns
 * after some 20 s.
 */
const NAME_PATIENCE_MS = 30_000;

export interface PostgresStoreOptions extends PoolOptions {
  /** The machine whose transfers this process takes up; no other process may be it at the same time. */
  node?: string | null;
  /** How long to wait for a process that is this node and about to go. */
  namePatienceMs?: number;
}

/**
 * Opens a store that several machines share. Its tables are made in the first schema of the user's search path.
 *
 * @throws StoreError if the database cannot be reached, does not let us in, is of another program, or has
 * a process of this node already
 */
export async function openPostgresStore({
  node = null,
  namePatienceMs = NAME_PATIENCE_MS,
  ...options
}: PostgresStoreOptions): Promise<JobStore> {
  const pool = createPostgresPool(options);
  const listener = new PostgresListener(pool, { node, namePatienceMs });
  const backend = createPostgresBackend(pool, listener);
  try {
    await checkVersion(pool);
    await createCommits(backend.db);
    await migrate(backend, pool.where, Date.now());
    await listener.open();
  } catch (error) {
    await backend.close();
    throw explain(error, pool.where);
  }
  return createJobStore(backend);
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
