/** Looks at every page of a database, on a thread of its own: of a large one that takes seconds. */
import { parentPort, workerData } from "node:worker_threads";
import { examineDatabase } from "../store/copy-database.ts";
import { StoreError } from "../store/store-error.ts";
import type { Examined } from "./examine-aside.ts";

function examine(path: string): Examined {
  try {
    return { kind: "ours", schema: examineDatabase(path) };
  } catch (error) {
    if (error instanceof StoreError) return { kind: "refused", code: error.code, message: error.message };
    throw error;
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(examine(workerData as string));
