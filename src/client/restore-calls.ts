/** Calls about a backup that the server puts in place at its next start. */
import type { z } from "zod";
import { RestoreAnswer } from "../wire/restore.ts";
import type { RestoreMessage } from "../wire/restore.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

export interface RestoreCalls {
  /** Null: none waits. */
  waiting(signal?: AbortSignal): Promise<RestoreMessage | null>;
  /** A file that `backup` gave; all of it is checked before this answers. */
  send(backup: Blob, signal?: AbortSignal): Promise<RestoreMessage | null>;
  /** Everything stays as it is. */
  giveUp(signal?: AbortSignal): Promise<void>;
}

export function restoreCalls(connection: Connection): RestoreCalls {
  const ask = async (
    call: Pick<Call<z.ZodType>, "method" | "file" | "signal">,
  ): Promise<RestoreMessage | null> =>
    (await sendRequest(connection, { ...call, path: "/restore", answer: RestoreAnswer, timeoutMs: null }))
      .data.waiting;
  return {
    waiting: (signal) => ask({ method: "GET", signal }),
    send: (file, signal) => ask({ method: "POST", file, signal }),
    async giveUp(signal) {
      await ask({ method: "DELETE", signal });
    },
  };
}
