/** Opens a backup. Anybody may have made it: nothing of it is believed before it was looked at. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { makeFolders } from "../disk/make-folders.ts";
import { Parser } from "tar";
import type { ReadEntry } from "tar";
import { BackupError } from "../job/backup-contract.ts";
import { isBackupName, MANIFEST, MAX_MANIFEST_BYTES } from "./format.ts";
import type { Manifest } from "./format.ts";
import { parseManifest } from "./parse-manifest.ts";
import { syncPath } from "./disk.ts";

const OWNER_ONLY = 0o600;

/**
 * Unpacks a backup into a folder, or only looks at it. Every file is one the manifest names, with the length and hash
 * it gives; names that lead anywhere else, links and the like are refused.
 *
 * @param into an empty folder; null: nothing is written
 * @throws BackupError
 */
export async function readBackup(file: string, into: string | null): Promise<Manifest> {
  const unpacking = new Unpacking(into);
  const parser = new Parser({ strict: true, onReadEntry: (entry) => unpacking.take(entry) });
  try {
    await feed(file, parser);
  } catch (error) {
    throw unpacking.trouble ?? toBackupError(error, file);
  }
  await unpacking.ended();
  return unpacking.finish();
}

/** The parser's streams are made of other parts than Node's: it tells its end by events of its own. */
function feed(file: string, parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    const bytes = createReadStream(file);
    const fail = (error: unknown): void => {
      bytes.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    bytes.on("error", fail);
    parser.on("error", fail);
    parser.on("end", () => resolve());
    bytes.on("data", (chunk) => {
      if (parser.write(chunk)) return;
      bytes.pause();
      parser.once("drain", () => bytes.resume());
    });
    bytes.on("end", () => parser.end());
  });
}

function toBackupError(error: unknown, file: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "EACCES" || code === "EISDIR")
    return new BackupError(`${file} cannot be read (${code}).`);
  if (code === "ENOSPC") return new BackupError("There is no space left to unpack the backup.");
  const why = error instanceof Error ? error.message : String(error);
  return new BackupError(`${file} is no backup, or is damaged: ${why}`);
}

class Unpacking {
  trouble: BackupError | null = null;
  readonly #into: string | null;
  readonly #done = new Set<string>();
  #manifest: Manifest | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(into: string | null) {
    this.#into = into;
  }

  /** One after the other: an entry is given when the one before was read. */
  take(entry: ReadEntry): void {
    this.#work = this.#work
      .then(() => this.#read(entry))
      .catch((error: unknown) => {
        this.trouble ??= error instanceof BackupError ? error : (toBackupError(error, "It") as BackupError);
        // What is left is read past, so that the archive comes to its end.
        entry.resume();
      });
  }

  ended(): Promise<void> {
    return this.#work;
  }

  finish(): Manifest {
    if (this.trouble !== null) throw this.trouble;
    if (this.#manifest === null) throw new BackupError("It is no backup: it has no manifest.");
    const missing = this.#manifest.files.find(({ name }) => !this.#done.has(name));
    if (missing !== undefined) throw new BackupError(`The backup is not whole: ${missing.name} is missing.`);
    return this.#manifest;
  }

  async #read(entry: ReadEntry): Promise<void> {
    if (this.trouble !== null) {
      entry.resume();
      return;
    }
    const { path, type, size } = entry;
    if (type !== "File" && type !== "OldFile")
      throw new BackupError(
        `The backup has a ${type} named ${JSON.stringify(path)}; only files belong in it.`,
      );
    if (this.#manifest === null) {
      this.#manifest = await this.#readManifest(entry);
      return;
    }
    const told = this.#manifest.files.find(({ name }) => name === path);
    if (told === undefined || !isBackupName(path) || this.#done.has(path))
      throw new BackupError(`The backup has a file ${JSON.stringify(path)} that does not belong in it.`);
    if (size !== told.bytes)
      throw new BackupError(`${path} in the backup has ${size} bytes, not ${told.bytes}.`);
    const hash = createHash("sha256");
    const chunks = hashed(entry, hash);
    if (this.#into === null) for await (const _ of chunks);
    else await keep(chunks, join(this.#into, ...path.split("/")));
    if (hash.digest("hex") !== told.sha256) throw new BackupError(`${path} in the backup is damaged.`);
    this.#done.add(path);
  }

  async #readManifest(entry: ReadEntry): Promise<Manifest> {
    if (entry.path !== MANIFEST || entry.size > MAX_MANIFEST_BYTES)
      throw new BackupError("It is no backup: it does not begin with a manifest.");
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk);
    const manifest = parseManifest(Buffer.concat(chunks).toString("utf8"));
    if (this.#into !== null) await checkSpace(this.#into, manifest);
    return manifest;
  }
}

async function* hashed(entry: ReadEntry, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const chunk of entry) {
    hash.update(chunk);
    yield chunk;
  }
}

async function keep(chunks: AsyncIterable<Buffer>, path: string): Promise<void> {
  await makeFolders(dirname(path));
  await pipeline(Readable.from(chunks), createWriteStream(path, { flags: "wx", mode: OWNER_ONLY }));
  await syncPath(path);
}

async function checkSpace(folder: string, { files }: Manifest): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (needed > bavail * bsize)
    throw new BackupError(`The backup needs ${needed} bytes in ${folder}; ${bavail * bsize} are free.`);
}
