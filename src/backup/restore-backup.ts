/**
 * Puts a backup in the place of what is there. First all of it is unpacked and checked; then one file,
 * `restore.json`, says what goes where: from then on it is done, and a process that is killed on the way is
 * followed by one that goes on. Before it nothing has changed. What was there is kept.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolders } from "../disk/make-folders.ts";
import { MIGRATIONS } from "../store/migrate.ts";
import { examineAside } from "./examine-aside.ts";
import { isThere, moveFile, syncPath, writeWhole } from "./disk.ts";
import { DATABASE } from "./format.ts";
import type { Manifest } from "./format.ts";
import { BackupError } from "../job/backup-contract.ts";
import type { WaitingRestore } from "../job/backup-contract.ts";
import { STAGE_PREFIX } from "./make-backup.ts";
import type { BackupPlaces } from "./places.ts";
import { placeOf } from "./places.ts";
import { readBackup } from "./read-backup.ts";

const JOURNAL = "restore.json";
/** Folders of restores; what one left that changes nothing is removed at the next start. */
export const RESTORE_PREFIX = ".haulyard-restore-";

export interface Journal {
  /** Name of the folder in the data folder that the files lie in. */
  stage: string;
  /** Name of the folder in the data folder for what was there. */
  kept: string;
  files: readonly { name: string; to: string }[];
  /** Files that show the queue as it was: jobs of it would be taken up from there. */
  mirrors?: readonly string[];
  /** What it is, where it waits for a start. */
  about?: WaitingRestore;
}

export interface Restored {
  manifest: Manifest;
  /** Absolute; what was there before. Null: nothing was. */
  kept: string | null;
  /** Files of the backup that have no place here. */
  ignored: readonly string[];
}

/**
 * Nobody may use the data folder meanwhile: hold its lock.
 *
 * @throws BackupError, StoreError; then nothing was changed
 */
export async function restoreBackup(file: string, places: BackupPlaces, now: number): Promise<Restored> {
  await finishRestore(places.data);
  const { manifest, journal, ignored } = await stageRestore(file, places, now, () => true);
  await writeJournal(places.data, journal);
  await finishRestore(places.data);
  const kept = join(places.data, journal.kept);
  return { manifest, kept: isThere(kept) ? kept : null, ignored };
}

export interface Staged {
  manifest: Manifest;
  journal: Journal;
  /** Files of the backup that are not put anywhere. */
  ignored: string[];
}

/**
 * Unpacks and checks all of it, beside what is there.
 *
 * @param wanted whether a file of this name is to be put in its place
 */
export async function stageRestore(
  file: string,
  places: BackupPlaces,
  now: number,
  wanted: (name: string) => boolean,
): Promise<Staged> {
  const stage = await mkdtemp(join(places.data, RESTORE_PREFIX));
  try {
    const manifest = await readBackup(file, stage);
    await checkSchema(stage, manifest);
    const placed = manifest.files.map(({ name }) => ({
      name,
      to: wanted(name) ? placeOf(name, places) : null,
    }));
    const journal: Journal = {
      stage: basename(stage),
      kept: `before-restore-${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}`,
      files: placed.filter((one): one is { name: string; to: string } => one.to !== null),
      // Where no database is, they are those of an old system, to be taken over.
      mirrors: isThere(places.database) ? places.mirrors : [],
    };
    await syncPath(stage);
    return { manifest, journal, ignored: placed.filter(({ to }) => to === null).map(({ name }) => name) };
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw error;
  }
}

/** From here on it will be done. */
export async function writeJournal(data: string, journal: Journal): Promise<void> {
  await writeWhole(join(data, JOURNAL), JSON.stringify(journal));
}

export async function readJournal(data: string): Promise<Journal | null> {
  const path = join(data, JOURNAL);
  return isThere(path) ? (JSON.parse(await readFile(path, "utf8")) as Journal) : null;
}

/** From here on it will not be done. To be called only where nobody has begun to put files in place. */
export async function dropJournal(data: string): Promise<void> {
  await rm(join(data, JOURNAL), { force: true });
  await syncPath(data);
}

/**
 * Goes on with a restore that was broken off, and removes what one left that had not begun to change anything. To be
 * called before the database is opened, under the lock of the data folder.
 *
 * @returns whether there was one to go on with
 */
export async function finishRestore(data: string): Promise<boolean> {
  const journal = await readJournal(data);
  if (journal !== null) {
    const kept = join(data, journal.kept);
    for (const path of journal.mirrors ?? []) await keepAside(path, join(kept, basename(path)));
    for (const { name, to } of journal.files) await putInPlace(join(data, journal.stage), name, to, kept);
    await dropJournal(data);
  }
  await removeLeftovers(data);
  return journal !== null;
}

/** Done again from the beginning, it comes to the same. */
async function putInPlace(stage: string, name: string, to: string, kept: string): Promise<void> {
  const from = join(stage, name);
  if (!isThere(from)) return;
  // SQLite's log is a part of the database: it must not be read into another one.
  const olds = name === DATABASE ? [`${to}-wal`, `${to}-shm`, to] : [to];
  for (const old of olds) await keepAside(old, join(kept, `${name}${old.slice(to.length)}`));
  await moveFile(from, to);
}

async function keepAside(path: string, place: string): Promise<void> {
  if (!isThere(path) || isThere(place)) return;
  await makeFolders(dirname(place), 0o700);
  await moveFile(path, place);
}

async function removeLeftovers(data: string): Promise<void> {
  const left = (await readdir(data)).filter(
    (name) => name.startsWith(RESTORE_PREFIX) || name.startsWith(STAGE_PREFIX),
  );
  for (const name of left) await rm(join(data, name), { recursive: true, force: true });
}

async function checkSchema(stage: string, { files, version }: Manifest): Promise<void> {
  if (!files.some(({ name }) => name === DATABASE)) throw new BackupError("The backup has no database.");
  const schema = await examineAside(join(stage, DATABASE));
  if (schema > MIGRATIONS.length)
    throw new BackupError(
      `The backup was made by a newer Haulyard (${version}, schema ${schema}; this one knows up to ${MIGRATIONS.length}).`,
    );
}
