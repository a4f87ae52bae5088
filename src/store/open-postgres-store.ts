import type { JobStore } from "../job/store-contract.ts";
import { createJobStore } from "./job-store.ts";
import { refuseMoved } from "./moved-mark.ts";
import { openPostgresBackend } from "./open-backends.ts";
import type { PoolOptions } from "./postgres-pool.ts";

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
  const { backend, where } = await openPostgresBackend({ ...options, node, namePatienceMs, listens: true });
  try {
    // Whoever moves the queue away marks it first and then looks whose names are taken: so one of the two notices.
    await refuseMoved(backend.db, where);
  } catch (error) {
    await backend.close();
    throw error;
  }
  return createJobStore(backend);
}
