/** Calls about the files that are on the server's machine. */
import { FileListMessage } from "../wire/files.ts";
import { sendRequest } from "./send-request.ts";
import type { Connection } from "./send-request.ts";

export interface FileCalls {
  /** A page of them; `unknown`: only those that neither the catalogue nor a download knows. */
  list(
    query: { under?: string; unknown?: boolean; cursor?: string },
    signal?: AbortSignal,
  ): Promise<FileListMessage>;
}

/** Files of one page. */
const PAGE = 1000;

export function fileCalls(connection: Connection): FileCalls {
  return {
    async list({ under, unknown = false, cursor }, signal) {
      const query = new URLSearchParams({ limit: String(PAGE), unknown: String(unknown) });
      if (under !== undefined) query.set("under", under);
      if (cursor !== undefined) query.set("cursor", cursor);
      const path = `/files?${query.toString()}`;
      return (await sendRequest(connection, { method: "GET", path, answer: FileListMessage, signal })).data;
    },
  };
}
