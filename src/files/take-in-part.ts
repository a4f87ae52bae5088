/** What was seen of a folder → what the store has to know of it. */
import { join } from "node:path";
import { isSameContent } from "../job/file-stamp.ts";
import type { FileRecord, FileStore } from "../job/file-store-contract.ts";
import { lookAtPath } from "./look-at-path.ts";
import type { SeenFile } from "./worker-messages.ts";

/** Writes down what is new or has changed; what has not is left alone. */
export async function takeInPart(
  folder: string,
  seen: readonly SeenFile[],
  store: FileStore,
  now: number,
): Promise<FileRecord[]> {
  if (seen.length === 0) return [];
  const known = new Map(
    (
      await store.inFolder(
        folder,
        seen.map(({ name }) => name),
      )
    ).map((record) => [record.name, record]),
  );
  const changed: FileRecord[] = [];
  const fresh: SeenFile[] = [];
  const records: FileRecord[] = [];
  for (const file of seen) {
    const record = known.get(file.name);
    if (record === undefined || !isSameContent(record, file)) fresh.push(file);
    else if (record.ctimeNs === file.ctimeNs && record.device === file.device) records.push(record);
    // Renamed, linked, given other rights: most likely the bytes are the same, and whoever relies on it reads them.
    else changed.push({ ...record, ...file, isSure: record.isSure && record.ctimeNs === file.ctimeNs });
  }
  changed.push(...(await describeFresh(folder, fresh, store, now)));
  await store.save(changed);
  return [...records, ...changed];
}

/** A file that was moved, or has another name besides, is known by its number on the disk. */
async function describeFresh(
  folder: string,
  fresh: readonly SeenFile[],
  store: FileStore,
  now: number,
): Promise<FileRecord[]> {
  if (fresh.length === 0) return [];
  const elsewhere = Map.groupBy(await store.byInode(fresh.map(({ inode }) => inode)), ({ inode }) => inode);
  return fresh.map((file): FileRecord => {
    const same = elsewhere
      .get(file.inode)
      ?.find(
        (record) => record.device === file.device && isSameContent(record, file) && record.sha256 !== null,
      );
    return {
      folder,
      ...file,
      sha256: same?.sha256 ?? null,
      isSure: false,
      foundAt: now,
      origin: same?.origin ?? null,
      check: same?.check ?? null,
    };
  });
}

/** So many names are compared at a time. */
const NAMES = 500;

/** Forgets the files of a folder that are not there any more. Some may have come since it was looked through. */
export function forgetGone(folder: string, there: ReadonlySet<string>, store: FileStore): Promise<void> {
  return forget(folder, store, async (names) => {
    const gone: string[] = [];
    for (const name of names)
      if (!there.has(name) && (await lookAtPath(join(folder, name))) === null) gone.push(name);
    return gone;
  });
}

/** Of a folder that is not looked through any more, whatever is in it. */
export function forgetAll(folder: string, store: FileStore): Promise<void> {
  return forget(folder, store, async (names) => names);
}

async function forget(
  folder: string,
  store: FileStore,
  choose: (names: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  for (let after: string | null = null; ;) {
    const names: string[] = await store.names(folder, after, NAMES);
    after = names.at(-1) ?? null;
    const gone = await choose(names);
    if (gone.length > 0) await store.remove(folder, gone);
    if (names.length < NAMES) return;
  }
}
