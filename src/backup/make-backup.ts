/** A backup of a server, at work or not. */
import { copyFile, mkdtemp, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { create } from "tar";
import { makeFolders } from "../disk/make-folders.ts";
import { BackupError } from "../job/backup-contract.ts";
import type { MadeBackup } from "../job/backup-contract.ts";
import { copyDatabase } from "../store/copy-database.ts";
import { redactApart } from "../store/redact-apart.ts";
import { hashOf, isThere } from "./disk.ts";
import type { BackedUp, Manifest } from "./format.ts";
import { DATABASE, FORMAT, MANIFEST, MAX_CARD_BYTES, MAX_TEXT_BYTES, NAMES } from "./format.ts";
import type { BackupPlaces } from "./places.ts";
import { fixedPlaces, listCards } from "./places.ts";
import { withoutSecrets } from "./redact-config.ts";

/** Folders of backups at work; what a process that was killed left is removed at the next start. No name a person gives. */
export const STAGE_PREFIX = ".haulyard-backup-";
const OWNER_FOLDER = 0o700;

export interface BackupRequest {
  places: BackupPlaces;
  version: string;
  withSecrets: boolean;
  now: number;
  /** Keys of `haulyard.config.json` that are secrets. */
  secretSettings: readonly string[];
}

export interface ManifestedBackup extends MadeBackup {
  manifest: Manifest;
}

/** Everything is copied aside first, so that the archive is of one moment and its checksums are known. */
export async function makeBackup(request: BackupRequest): Promise<ManifestedBackup> {
  const { places, withSecrets, now } = request;
  if (!isThere(places.database)) throw new BackupError(`There is no database ${places.database}.`);
  await makeFolders(places.data, OWNER_FOLDER);
  await checkSpace(places);
  const stage = await mkdtemp(join(places.data, STAGE_PREFIX));
  const discard = (): Promise<void> => rm(stage, { recursive: true, force: true });
  try {
    const leftOut: string[] = [];
    const files: BackedUp[] = [];
    for (const { name, path } of [...fixedPlaces(places), ...(await listCards(places))]) {
      if (!isThere(path)) continue;
      if (NAMES[name]?.secret === true && !withSecrets) leftOut.push(name);
      else if (await copyAside(name, path, join(stage, name), request, leftOut))
        files.push({ name, ...(await hashOf(join(stage, name))) });
    }
    const manifest: Manifest = {
      format: FORMAT,
      version: request.version,
      createdAt: new Date(now).toISOString(),
      withSecrets,
      files,
      leftOut,
    };
    await writeFile(join(stage, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    const names = [MANIFEST, ...files.map(({ name }) => name)];
    const archive = create({ gzip: true, cwd: stage, portable: true, strict: true }, names);
    return { manifest, archive, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** False: it is left out as a whole. */
async function copyAside(
  name: string,
  from: string,
  to: string,
  { withSecrets, secretSettings, now }: BackupRequest,
  leftOut: string[],
): Promise<boolean> {
  await makeFolders(dirname(to));
  if (name === DATABASE) {
    await copyDatabase(from, to);
    if (!withSecrets)
      leftOut.push(...(await redactApart(to, secretSettings, now)).map((table) => `table ${table}`));
    return true;
  }
  const limit = name.endsWith(".md") ? MAX_CARD_BYTES : MAX_TEXT_BYTES;
  if ((await stat(from)).size > limit) throw new BackupError(`${from} is larger than ${limit} bytes.`);
  if (withSecrets) {
    await copyFile(from, to);
    return true;
  }
  const clean = withoutSecrets(name, await readFile(from, "utf8"), secretSettings);
  leftOut.push(...clean.leftOut);
  if (clean.text !== null) await writeFile(to, clean.text);
  return clean.text !== null;
}

/** The copy, once more while it is compacted, and a little for the rest. */
async function checkSpace({ data, database }: BackupPlaces): Promise<void> {
  const { size } = await stat(database);
  const { bavail, bsize } = await statfs(data);
  const needed = 2 * size + MAX_TEXT_BYTES;
  if (bavail * bsize < needed)
    throw new BackupError(
      `A backup needs ${needed} bytes free in ${data} for a while; there are ${bavail * bsize}.`,
    );
}
