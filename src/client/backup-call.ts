/** A backup as the server makes it: a stream, however large. */
import { addressOf, headersOf, reasonOf, toError } from "./send-request.ts";
import type { Connection } from "./send-request.ts";
import { ApiError, Unreachable } from "./api-error.ts";

export type BackupCall = (
  ask: { withSecrets: boolean },
  signal?: AbortSignal,
) => Promise<AsyncIterable<Uint8Array>>;

export function backupCall(connection: Connection): BackupCall {
  return async ({ withSecrets }, signal) => {
    const url = addressOf(connection.baseUrl, "/backup", { secrets: withSecrets ? "1" : undefined });
    let response: Response;
    try {
      response = await connection.fetch(url, {
        headers: { ...headersOf(connection), accept: "application/gzip, application/json" },
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new Unreachable(connection.baseUrl, reasonOf(cause), cause);
    }
    if (!response.ok) throw toError(connection, response.status, await response.text());
    if (response.body === null)
      throw new ApiError(response.status, "bad_answer", "Expected a backup, nothing came.");
    return readAll(response.body);
  };
}

/** Not every browser can iterate a stream by itself. */
async function* readAll(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    reader.releaseLock();
  }
}
