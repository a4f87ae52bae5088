/** What is in the images folder, what could be, and how one becomes the other. */
import { unlink } from "node:fs/promises";
import { relative, resolve as resolvePath } from "node:path";
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { Clock } from "../../job/clock.ts";
import type { FetchDocument } from "../../job/document-contract.ts";
import type {
  ImageCatalogue,
  ImageEntry,
  ImageFile,
  ImageFolder,
  ImageLibrary,
  ImageNote,
} from "../../job/image-contract.ts";
import { codeOf } from "../error-code.ts";
import { compareBuilds } from "../../job/compare-builds.ts";
import type { ParseMetalink } from "./checksum-of-document.ts";
import { ImageBook } from "./image-book.ts";
import { createImageCatalog } from "./image-catalog.ts";
import { judgeFile } from "./judge-file.ts";
import { ImageKeeper } from "./image-keeper.ts";
import type { ImageLog } from "./image-keeper.ts";
import { indexHashes } from "./match-image.ts";
import type { HashIndex } from "./match-image.ts";
import { planImport } from "./plan-import.ts";
import { createReadText } from "./read-text.ts";
import { resolveImage } from "./resolve-image.ts";
import { createImageScan } from "./scan-images.ts";
import type { ImageScan, ScannedFile } from "./scan-images.ts";
import { ImageUpdates } from "./image-updates.ts";

export interface ImageLibraryOptions {
  folder: string;
  /** Somebody's own catalogue, or null. */
  catalogFile: string | null;
  builtInFile: string;
  /** Where what is known of the files is kept. */
  bookFile: string;
  /** So many builds of an image stay when a new one has come; null: all. */
  keepBuilds: number | null;
  fetch: FetchDocument;
  parseMetalink: ParseMetalink;
  clock: Clock;
  log: ImageLog;
}

export function createImageLibrary(options: ImageLibraryOptions): ImageLibrary {
  const { clock, log, parseMetalink, keepBuilds } = options;
  const folder = resolvePath(options.folder);
  const read = createReadText(options.fetch);
  const catalog = createImageCatalog({
    file: options.catalogFile,
    builtInFile: options.builtInFile,
    read,
    clock,
  });
  const catalogue = (): Promise<ImageCatalogue> => catalog.read();
  const scan = createImageScan(folder);
  const book = new ImageBook(options.bookFile);
  const files = createFolderView(scan, book, catalogue);
  const resolve: ImageLibrary["resolve"] = (entry, signal) =>
    resolveImage(entry, { read, parseMetalink }, signal);
  const updates = new ImageUpdates({ files, catalogue, resolve });
  const keeper = new ImageKeeper({ scan, book, catalogue, read, parseMetalink, clock, log, updates });
  const find = async (filepath: string): Promise<ScannedFile | undefined> =>
    (await scan()).files.find((each) => each.filepath === filepath);
  const remove = async (filepath: string): Promise<boolean> => {
    const file = await find(filepath);
    return file === undefined ? false : unlinkIfThere(file.path);
  };

  return {
    folder,
    catalogue,
    files,
    resolve,
    remove,
    planImport: async (request) => planImport(request, folder, await entriesOrNone(catalogue())),
    async noteFile(path, note) {
      const file = await find(relative(folder, path));
      // It is not there any more, or is in another folder: the setting was another one.
      if (file === undefined) return;
      await book.write(file.filepath, file.stamp, { note });
      updates.settle(note.imageId, note.build);
      if (keepBuilds !== null) await dropOldBuilds((await files()).files, note, keepBuilds, remove);
    },
    updateOf: (imageId) => updates.of(imageId),
    checkUpdates: (signal) => updates.check(signal),
    start: () => keeper.start(),
    async stop() {
      await keeper.stop();
      await catalog.stop();
    },
  };
}

/** What lies in the folder, together with what is known of it. */
function createFolderView(
  scan: () => Promise<ImageScan>,
  book: ImageBook,
  catalogue: () => Promise<ImageCatalogue>,
): () => Promise<ImageFolder> {
  const indexOf = keepIndex();
  return async () => {
    const [{ files, troubles }, entries] = await Promise.all([scan(), entriesOrNone(catalogue())]);
    const index = indexOf(entries);
    const judged = files.map(async (file) =>
      judgeFile(file, await book.pageOf(file.filepath, file.stamp), index),
    );
    return { files: await Promise.all(judged), troubles };
  };
}

/** A catalogue that cannot be read says nothing of the files; they are there all the same. */
async function entriesOrNone(
  reading: Promise<{ entries: readonly ImageEntry[] }>,
): Promise<readonly ImageEntry[]> {
  try {
    return (await reading).entries;
  } catch (error) {
    if (error instanceof CatalogueError) return [];
    throw error;
  }
}

/** Made anew only where the catalogue is another one. */
function keepIndex(): (entries: readonly ImageEntry[]) => HashIndex {
  let last: { entries: readonly ImageEntry[]; index: HashIndex } | null = null;
  return (entries) => {
    if (last?.entries !== entries) last = { entries, index: indexHashes(entries) };
    return last.index;
  };
}

async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Only builds that came of this catalogue: what people have put there is theirs. */
async function dropOldBuilds(
  files: readonly ImageFile[],
  { imageId, build }: ImageNote,
  keepBuilds: number,
  remove: (filepath: string) => Promise<boolean>,
): Promise<void> {
  if (build === null) return;
  const builds = files
    .filter(({ note }) => note?.imageId === imageId && note.build !== null)
    .sort((one, other) => compareBuilds(other.note?.build ?? "", one.note?.build ?? ""));
  for (const { filepath, note } of builds.slice(keepBuilds)) {
    // The one that has just come was asked for, however old it is.
    if (note?.build !== build) await remove(filepath);
  }
}
