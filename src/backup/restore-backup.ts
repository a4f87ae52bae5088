/**
 * Puts a backup in the place of what is there. First all of it is unpacked and checked; then one file,
 * `restore.json`, says what goes where: from then on it is done, and a process that is killed on the way is
 * followed by one that goes on. Before it nothing has changed. What was there is kept.
 */
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { MIGRATIONS } from "../store/migrate.ts";
import { examineDatabase } from "../store/copy-database.ts";
import { isThere, moveFile, syncPath, writeWhole } from "./disk.ts";
import { DATABASE } from "./format.ts";
import type { Manifest } from "./format.ts";
import { BackupError } from "../job/backup-contract.ts";
import { STAGE_PREFIX } from "./make-backup.ts";
import type { BackupPlaces } from "./places.ts";
import { placeOf } from "./places.ts";
import { readBackup } from "./read-backup.ts";

const JOURNAL = "restore.json";
const RESTORE_PREFIX = ".haulyard-restore-";

interface Journal {
  /** Name of the folder in the data folder that the files lie in. */
  stage: string;
  /** Name of the folder in the data folder for what was there. */
  kept: string;
  files: readonly { name: string; to: string }[];
}

export interface Restored {
  manifest: Manifest;
  /** Absolute; what was there before. */
  kept: string;
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
  const stage = await mkdtemp(join(places.data, RESTORE_PREFIX));
  let manifest: Manifest;
  try {
    manifest = await readBackup(file, stage);
    checkSchema(stage, manifest);
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw error;
  }
  const placed = manifest.files.map(({ name }) => ({ name, to: placeOf(name, places) }));
  const journal: Journal = {
    stage: basename(stage),
    kept: `before-restore-${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}`,
    files: placed.filter((one): one is { name: string; to: string } => one.to !== null),
  };
  await syncPath(stage);
  await writeWhole(join(places.data, JOURNAL), JSON.stringify(journal));
  await finishRestore(places.data);
  const ignored = placed.filter(({ to }) => to === null).map(({ name }) => name);
  return { manifest, kept: join(places.data, journal.kept), ignored };
}

/**
 * Goes on with a restore that was broken off, and removes what one left that had not begun to change anything. To be
 * called before the database is opened, under the lock of the data folder.
 *
 * @returns whether there was one to go on with
 */
export async function finishRestore(data: string): Promise<boolean> {
  const path = join(data, JOURNAL);
  const journal = isThere(path) ? (JSON.parse(await readFile(path, "utf8")) as Journal) : null;
  if (journal !== null) {
    const kept = join(data, journal.kept);
    await mkdir(kept, { recursive: true, mode: 0o700 });
    for (const { name, to } of journal.files) await putInPlace(join(data, journal.stage), name, to, kept);
    await rm(path);
    await syncPath(data);
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
  for (const old of olds) {
    const place = join(kept, `${name}${old.slice(to.length)}`);
    if (isThere(old) && !isThere(place)) await moveFile(old, place);
  }
  await moveFile(from, to);
}

async function removeLeftovers(data: string): Promise<void> {
  const left = (await readdir(data)).filter(
    (name) => name.startsWith(RESTORE_PREFIX) || name.startsWith(STAGE_PREFIX),
  );
  for (const name of left) await rm(join(data, name), { recursive: true, force: true });
}

function checkSchema(stage: string, { files, version }: Manifest): void {
  if (!files.some(({ name }) => name === DATABASE)) throw new BackupError("The backup has no database.");
  const schema = examineDatabase(join(stage, DATABASE));
  if (schema > MIGRATIONS.length)
    throw new BackupError(
      `The backup was made by a newer Haulyard (${version}, schema ${schema}; this one knows up to ${MIGRATIONS.length}).`,
    );
}
