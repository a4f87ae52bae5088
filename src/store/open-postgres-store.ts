import type { JobStore } from "../job/store-contract.ts";
import { createJobStore } from "./job-store.ts";
import { migrate } from "./migrate.ts";
import { createPostgresBackend } from "./postgres-backend.ts";
import { explain } from "./postgres-errors.ts";
import { PostgresListener } from "./postgres-listener.ts";
import type { PoolOptions, PostgresPool } from "./postgres-pool.ts";
import { createPostgresPool } from "./postgres-pool.ts";
import { StoreError } from "./store-error.ts";

/** Before 13 a transaction cannot be asked after by its number. */
const OLDEST_SERVER = 130_000;

/**
 * Opens a store that several machines share. Its tables are made in the first schema of the user's search path.
 *
 * @throws StoreError if the database cannot be reached, does not let us in, or is of another program
 */
export async function openPostgresStore(options: PoolOptions): Promise<JobStore> {
  const pool = createPostgresPool(options);
  const listener = new PostgresListener(pool);
  const backend = createPostgresBackend(pool, listener);
  try {
    await checkVersion(pool);
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
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version");
    const version = Number(rows[0]?.version);
    if (version >= OLDEST_SERVER) return;
  } finally {
    client.release();
  }
  throw new StoreError("store_refused", `The database ${pool.where} is older than PostgreSQL 13.`);
}
