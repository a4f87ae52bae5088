/** The files on the server's machine, and how much room they take. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Client } from "../../../src/client/create-client.ts";
import type { FileListMessage } from "../../../src/wire/files.ts";
import { useServer } from "../data/server.tsx";
import { FILES_QUERY } from "./files-query.ts";
import { useRefreshOnJobs } from "../data/use-refresh-on-jobs.ts";

const FOLDERS_QUERY = [...FILES_QUERY, "folders"] as const;

/** Shown at once; the rest comes page by page. */
const FILES_OF_A_PAGE = 100;

/** Other programs put files into the folders, too; and files are read for their hashes behind our back. */
const LOOK_EVERY_MS = 15_000;
/** Until the folders were looked through once since the server's start. */
const LOOK_EARLY_MS = 1_500;

export function useFolders() {
  const { client } = useServer();
  useRefreshOnJobs(FILES_QUERY);
  return useQuery({
    queryKey: FOLDERS_QUERY,
    queryFn: ({ signal }) => client.files.folders(signal),
    refetchInterval: ({ state }) => (state.data?.complete === false ? LOOK_EARLY_MS : LOOK_EVERY_MS),
  });
}

export function useFileList(under: string | null, unknown: boolean) {
  const { client } = useServer();
  return useInfiniteQuery({
    queryKey: [...FILES_QUERY, "list", under, unknown],
    queryFn: ({ pageParam, signal }) => fullPage(client, { under, unknown, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: LOOK_EVERY_MS,
  });
}

interface Ask {
  under: string | null;
  unknown: boolean;
  cursor: string | null;
}

/** A page of the server's may have no file in it that was asked for: then the next one is taken. */
async function fullPage(
  client: Pick<Client, "files">,
  { under, unknown, cursor }: Ask,
  signal: AbortSignal,
): Promise<FileListMessage> {
  const page: FileListMessage = { files: [], next: cursor };
  do {
    const { files, next } = await client.files.list(
      {
        unknown,
        limit: FILES_OF_A_PAGE,
        ...(under === null ? {} : { under }),
        ...(page.next === null ? {} : { cursor: page.next }),
      },
      signal,
    );
    page.files.push(...files);
    page.next = next;
  } while (page.files.length === 0 && page.next !== null);
  return page;
}

/** All files below a folder, for what is done to each of them. */
export async function allFilesUnder(client: Pick<Client, "files">, under: string | null) {
  const files: FileListMessage["files"] = [];
  let cursor: string | null = null;
  do {
    const place = under === null ? {} : { under };
    const page: FileListMessage = await client.files.list(cursor === null ? place : { ...place, cursor });
    files.push(...page.files);
    cursor = page.next;
  } while (cursor !== null);
  return files;
}
