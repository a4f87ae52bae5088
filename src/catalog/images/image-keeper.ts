/** What is found out about images by itself, bit by bit: their hashes, what they are, what is newer. */
import { basename } from "node:path";
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { Clock } from "../../job/clock.ts";
import type { ImageCatalogue, ImageEntry, ImageNote } from "../../job/image-contract.ts";
import { codeOf } from "../error-code.ts";
import { checksumOfDocument, originOf } from "./checksum-of-document.ts";
import type { ParseMetalink, Published } from "./checksum-of-document.ts";
import { hashFile } from "./hash-file.ts";
import type { HashName } from "./hash-file.ts";
import type { Hashes, ImageBook } from "./image-book.ts";
import type { ImageUpdates } from "./image-updates.ts";
import { findCandidates, indexHashes, matchHashes } from "./match-image.ts";
import type { Candidate } from "./match-image.ts";
import type { ReadText } from "./read-text.ts";
import type { ImageScan, ScannedFile } from "./scan-images.ts";

export interface ImageLog {
  warn(facts: object, message: string): void;
}

export interface KeeperParts {
  scan(): Promise<ImageScan>;
  book: ImageBook;
  catalogue(): Promise<ImageCatalogue>;
  read: ReadText;
  parseMetalink: ParseMetalink;
  clock: Clock;
  log: ImageLog;
  updates: Pick<ImageUpdates, "check">;
}

/** The folder is looked at this often. */
const LOOK_MS = 10_000;
/** A file that was written to since may be on its way still. */
const SETTLED_MS = 5_000;
/** Publishers build once a day at most. */
const UPDATES_MS = 6 * 60 * 60_000;
/** After a start there is more important work. */
const FIRST_UPDATES_MS = 5 * 60_000;
/** A name that fitted no list today may fit one that is published tomorrow. */
const ASK_AGAIN_MS = 24 * 60 * 60_000;
/** The disk of a machine at work changes all the time: it is not read through again and again. */
const READ_AGAIN_MS = 60 * 60_000;
const MAX_LIST_BYTES = 8 * 1024 * 1024;
/** The lists of one folder are read once for all of its files. */
const LIST_FRESH_MS = 60 * 60_000;

export class ImageKeeper {
  readonly #parts: KeeperParts;
  readonly #stopped = new AbortController();
  /** Strangers whose publishers were asked, and when it is worth asking again. */
  readonly #asked = new Map<string, number>();
  /** When files were read through last. */
  readonly #readAt = new Map<string, number>();
  #working: Promise<void> = Promise.resolve();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#working = this.#work();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { clock, log, updates } = this.#parts;
    const { signal } = this.#stopped;
    let updatesAt = clock.now() + FIRST_UPDATES_MS;
    while (!signal.aborted) {
      try {
        await this.#look();
        if (clock.now() >= updatesAt) {
          updatesAt = clock.now() + UPDATES_MS;
          await updates.check(signal);
        }
      } catch (error) {
        log.warn({ err: error }, "the images could not be looked at; it is tried again");
      }
      await clock.sleep(LOOK_MS, signal);
    }
  }

  async #look(): Promise<void> {
    const { scan, book, clock } = this.#parts;
    const { files, troubles } = await scan();
    // What cannot be looked at just now is not gone.
    if (troubles.length === 0) await book.keepOnly(new Set(files.map(({ filepath }) => filepath)));
    const entries = await this.#entries();
    const index = indexHashes(entries);
    for (const file of files) {
      if (this.#stopped.signal.aborted) return;
      if (clock.now() - file.modifiedAt < SETTLED_MS && clock.now() >= file.modifiedAt) continue;
      const { note, hashes } = await book.pageOf(file.filepath, file.stamp);
      const known = await this.#hash(file, namesFor(note, entries), hashes);
      if (known !== null && note === null && matchHashes(known, index) === null)
        await this.#ask(file, known, entries);
    }
  }

  async #entries(): Promise<readonly ImageEntry[]> {
    try {
      return (await this.#parts.catalogue()).entries;
    } catch (error) {
      // It is told of by whoever shows the catalogue.
      if (error instanceof CatalogueError) return [];
      throw error;
    }
  }

  /** The hashes of these names, read if they are not known. Null if they cannot be. */
  async #hash(file: ScannedFile, names: readonly HashName[], known: Hashes): Promise<Hashes | null> {
    const { book, clock, log } = this.#parts;
    const missing = names.filter((name) => known[name] === undefined);
    if (missing.length === 0) return known;
    if (clock.now() < this.#dueAt(file, known)) return null;
    this.#readAt.set(file.filepath, clock.now());
    try {
      const hashes = await hashFile(file.path, file.size, missing, clock, this.#stopped.signal);
      if (hashes === null) return null;
      await book.write(file.filepath, file.stamp, { hashes });
      return { ...known, ...hashes };
    } catch (error) {
      // It was deleted while it was read.
      if (codeOf(error) !== "ENOENT")
        log.warn({ err: error, file: file.filepath }, "an image could not be read");
      return null;
    }
  }

  /** Of a file that stays as it is, another hash may be wanted at once. */
  #dueAt({ filepath }: ScannedFile, known: Hashes): number {
    const readAt = this.#readAt.get(filepath);
    return readAt === undefined || Object.keys(known).length > 0 ? 0 : readAt + READ_AGAIN_MS;
  }

  /** A stranger whose name is one that a publisher uses: the publisher's list says whether it is the image. */
  async #ask(file: ScannedFile, hashes: Hashes, entries: readonly ImageEntry[]): Promise<void> {
    const { book, clock } = this.#parts;
    const key = `${file.filepath} ${file.stamp}`;
    if ((this.#asked.get(key) ?? 0) > clock.now()) return;
    this.#asked.set(key, clock.now() + ASK_AGAIN_MS);
    for (const candidate of findCandidates(basename(file.filepath), entries)) {
      const published = await this.#published(candidate);
      if (published === null) continue;
      const { checksum } = published;
      const known = await this.#hash(file, [checksum.algorithm as HashName], hashes);
      if (known?.[checksum.algorithm] !== checksum.hex) continue;
      const { entry, build } = candidate;
      await book.write(file.filepath, file.stamp, {
        note: { imageId: entry.id, build, checksum, verified: true },
      });
      return;
    }
  }

  async #published({ entry, checksumUrl, signatureUrl, name }: Candidate): Promise<Published | null> {
    const { read, parseMetalink } = this.#parts;
    const { signedBy } = entry;
    const request = {
      url: checksumUrl,
      maxBytes: MAX_LIST_BYTES,
      freshMs: LIST_FRESH_MS,
      signedBy,
      signatureUrl,
    };
    const list = await read(request, this.#stopped.signal);
    if (list.kind !== "text") return null;
    return checksumOfDocument(list.bytes, name, originOf(checksumUrl, entry), parseMetalink);
  }
}

/** Which hashes are worth the reading: that which it has to have; of a stranger those that the catalogue tells. */
function namesFor(note: ImageNote | null, entries: readonly ImageEntry[]): readonly HashName[] {
  if (note !== null) {
    const wanted = note.verified ? null : note.checksum;
    return wanted === null || wanted.algorithm === "blake3" ? [] : [wanted.algorithm];
  }
  const told = new Set<HashName>(["sha256"]);
  for (const { checksum } of entries)
    if (checksum !== null && checksum.algorithm !== "blake3") told.add(checksum.algorithm);
  return [...told];
}
