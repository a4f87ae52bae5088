import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StoreError } from "../store/store-error.ts";

/** What the thread answers: errors lose what they are on their way. */
export type Examined =
  | { kind: "ours"; schema: number }
  | { kind: "refused"; code: StoreError["code"]; message: string };

/**
 * The version of the schema of a database that nobody uses; the server goes on meanwhile.
 *
 * @throws StoreError if it is damaged, or of another program
 */
export async function examineAside(path: string): Promise<number> {
  const worker = new Worker(new URL("examine-worker.ts", import.meta.url), { workerData: path });
  try {
    // Rejects where the thread fails.
    const [examined] = (await once(worker, "message")) as [Examined];
    if (examined.kind === "refused") throw new StoreError(examined.code, examined.message);
    return examined.schema;
  } finally {
    await worker.terminate();
  }
}
