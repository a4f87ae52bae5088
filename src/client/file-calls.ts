/** Calls about the files that are on the server's machine. */
import { FileListMessage, FolderListMessage, VerifyFilesMessage } from "../wire/files.ts";
import type { VerifyFilesRequest } from "../wire/files.ts";
import { sendRequest } from "./send-request.ts";
import type { Connection } from "./send-request.ts";

export interface FileListAsk {
  under?: string;
  unknown?: boolean;
  /** Files of a page, 1 to 1000. */
  limit?: number;
  cursor?: string;
}

export interface FileCalls {
  /** A page of them; `unknown`: only those that neither the catalogue nor a download knows. */
  list(query: FileListAsk, signal?: AbortSignal): Promise<FileListMessage>;
  /** Disk use, folder by folder. */
  folders(signal?: AbortSignal): Promise<FolderListMessage>;
  /** Reads each through and holds it against its hash: takes as long as the server's disk needs. */
  verify(paths: VerifyFilesRequest["paths"], signal?: AbortSignal): Promise<VerifyFilesMessage["results"]>;
}

/** Files of one page. */
const PAGE = 1000;

export function fileCalls(connection: Connection): FileCalls {
  return {
    async list({ under, unknown = false, limit = PAGE, cursor }, signal) {
      const query = { limit, unknown: String(unknown), under, cursor };
      const call = { method: "GET", path: "/files", query, answer: FileListMessage, signal } as const;
      return (await sendRequest(connection, call)).data;
    },
    async folders(signal) {
      const call = { method: "GET", path: "/files/folders", answer: FolderListMessage, signal } as const;
      return (await sendRequest(connection, call)).data;
    },
    async verify(paths, signal) {
      const call = { method: "POST", path: "/files/verify", body: { paths }, timeoutMs: null } as const;
      return (await sendRequest(connection, { ...call, answer: VerifyFilesMessage, signal })).data.results;
    },
  };
}
