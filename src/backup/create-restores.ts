/** Restores that are asked for over HTTP: all of a backup is checked now, and put in place when the server starts next. */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BackupError } from "../job/backup-contract.ts";
import type { Restores, WaitingRestore } from "../job/backup-contract.ts";
import { StoreError } from "../store/store-error.ts";
import { CONFIG } from "./format.ts";
import type { BackupPlaces } from "./places.ts";
import { dropJournal, readJournal, RESTORE_PREFIX, stageRestore, writeJournal } from "./restore-backup.ts";

const OWNER_ONLY = 0o600;
/** Of an archive; a queue of a million jobs has 300 MB. */
const MAX_ARCHIVE_BYTES = 4 * 1024 ** 3;

/** Whoever starts the server says where it listens and which programs it runs: no file from afar changes that. */
const isWanted = (name: string): boolean => name !== CONFIG;

/** @param places the database is open meanwhile: nothing is put in its place before the next start */
export function createRestores(places: BackupPlaces, now: () => number): Restores {
  const { data } = places;
  const waiting = async (): Promise<WaitingRestore | null> => (await readJournal(data))?.about ?? null;
  const giveUp = async (): Promise<boolean> => {
    const journal = await readJournal(data);
    if (journal === null) return false;
    await dropJournal(data);
    await rm(join(data, journal.stage), { recursive: true, force: true });
    return true;
  };
  return {
    waiting,
    giveUp,
    async take(archive, bytes, signal) {
      await checkSize(data, bytes);
      const folder = await mkdtemp(join(data, RESTORE_PREFIX));
      try {
        const file = join(folder, "upload.tar.gz");
        await keep(archive, file, signal);
        const { manifest, journal, ignored } = await stageRestore(file, places, now(), isWanted).catch(
          (error: unknown) => {
            throw inWords(error, file);
          },
        );
        const { createdAt, version, withSecrets, files } = manifest;
        const about = { createdAt, version, withSecrets, files: files.length, ignored };
        const before = await readJournal(data);
        await writeJournal(data, { ...journal, about });
        if (before !== null) await rm(join(data, before.stage), { recursive: true, force: true });
        return about;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function checkSize(data: string, bytes: number | null): Promise<void> {
  if (bytes === null) return;
  if (bytes > MAX_ARCHIVE_BYTES) throw tooLarge();
  const { bavail, bsize } = await statfs(data);
  if (bytes > bavail * bsize)
    throw new BackupError(`The backup has ${bytes} bytes; ${bavail * bsize} are free in ${data}.`);
}

async function keep(archive: AsyncIterable<Uint8Array>, file: string, signal: AbortSignal): Promise<void> {
  try {
    const into = createWriteStream(file, { flags: "wx", mode: OWNER_ONLY });
    await pipeline(Readable.from(atMost(archive), { objectMode: false }), into, { signal });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC")
      throw new BackupError("There is no space left for the backup.");
    throw error;
  }
}

async function* atMost(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let came = 0;
  for await (const chunk of archive) {
    came += chunk.length;
    if (came > MAX_ARCHIVE_BYTES) throw tooLarge();
    yield chunk;
  }
}

const tooLarge = (): BackupError =>
  new BackupError(`A backup of more than ${MAX_ARCHIVE_BYTES} bytes is restored by haulyard restore only.`);

/** Where it lay for a moment is nobody's business. */
function inWords(error: unknown, file: string): unknown {
  const isOurs = error instanceof BackupError || error instanceof StoreError;
  return isOurs ? new BackupError(error.message.replace(file, "The file")) : error;
}
