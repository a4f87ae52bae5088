/** A database is redacted on a thread of its own: every row is looked at, and transfers go on meanwhile. */
import { Worker } from "node:worker_threads";

export interface RedactRequest {
  path: string;
  secretSettings: readonly string[];
  now: number;
}

/** @returns the names of the tables that were emptied */
export async function redactApart(
  path: string,
  secretSettings: readonly string[],
  now: number,
): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const workerData: RedactRequest = { path, secretSettings, now };
  const worker = new Worker(new URL("redact-worker.ts", import.meta.url), { workerData });
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", (code) => reject(new Error(`the thread that redacts a backup ended with ${code}`)));
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}
