/** Calls about lock files. */
import type { z } from "zod";
import { LockMessage, SyncAnswer } from "../wire/lock.ts";
import type { LockQuery, SyncRequest } from "../wire/lock.ts";
import { sendRequest } from "./send-request.ts";
import type { Connection } from "./send-request.ts";

export interface LockCalls {
  /** What is on the server's machine. */
  get(ask: z.input<typeof LockQuery>, signal?: AbortSignal): Promise<LockMessage>;
  /** How a place stands to a lock; what is missing is queued, unless it is a dry run. */
  sync(request: z.input<typeof SyncRequest>, signal?: AbortSignal): Promise<SyncAnswer>;
}

export function lockCalls(connection: Connection): LockCalls {
  return {
    get: async (query, signal) =>
      (await sendRequest(connection, { method: "GET", path: "/lock", query, answer: LockMessage, signal }))
        .data,
    sync: async (body, signal) =>
      (await sendRequest(connection, { method: "POST", path: "/sync", body, answer: SyncAnswer, signal }))
        .data,
  };
}
