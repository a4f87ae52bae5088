/** What must be as it was after a request that was refused. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestServer } from "./test-server.ts";

/** Everything a request could change: the jobs, and every file but the database and the mirror of the jobs. */
export async function stateOf({ store, folder }: TestServer): Promise<unknown> {
  const { jobs } = await store.list({ sort: "oldest", limit: 1000 });
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile() && !/^haulyard\.db|^\.{0,2}download_(?:status|queue)/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return {
    jobs,
    hosts: await store.hosts.list(),
    channels: await store.notices.channels(),
    limit: await store.overallLimit(),
    cursor: await store.cursor(),
    files: await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])),
  };
}
