/** The catalogue of images: a file, the images that are built in, and trees of simplestreams, as one. */
import { stat } from "node:fs/promises";
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { Clock } from "../../job/clock.ts";
import type { BadImageEntry, ImageCatalogue, ImageEntry } from "../../job/image-contract.ts";
import { readText } from "../catalog-file.ts";
import { codeOf } from "../error-code.ts";
import { readImageCatalogue } from "./read-image-catalogue.ts";
import type { CatalogueFile } from "./read-image-catalogue.ts";
import type { ReadText } from "./read-text.ts";
import { TreeShelf } from "./simplestreams/tree-shelf.ts";

export interface ImageCatalogOptions {
  /** Somebody's own (`HAULYARD_IMAGE_CATALOG`), or null. */
  file: string | null;
  /** The images that are built in. */
  builtInFile: string;
  read: ReadText;
  clock: Clock;
}

export interface ImageCatalog {
  /** The file is looked at anew for every question; it is read again where it has changed. */
  read(): Promise<ImageCatalogue>;
  stop(): Promise<void>;
}

export function createImageCatalog({ file, builtInFile, read, clock }: ImageCatalogOptions): ImageCatalog {
  const ask = (path: string): (() => Promise<CatalogueFile>) => keepUntilChanged(path);
  const own = file === null ? null : ask(file);
  const builtIn = ask(builtInFile);
  const trees = new TreeShelf(read, clock);
  let last: { parts: readonly unknown[]; catalogue: ImageCatalogue } | null = null;
  return {
    async read() {
      const written = await (own ?? builtIn)();
      const beside = own !== null && written.builtIn ? await builtIn() : null;
      const grown = await trees.read(written.trees);
      const parts = [written, beside, ...grown];
      // Ten thousand entries need not be joined again for every question.
      if (
        last === null ||
        parts.length !== last.parts.length ||
        parts.some((part, at) => part !== last?.parts[at])
      )
        last = { parts, catalogue: join([written, ...grown, ...(beside === null ? [] : [beside])]) };
      return last.catalogue;
    },
    stop: () => trees.stop(),
  };
}

/** Of entries with one id the first counts: one's own before those of trees, and these before what is built in. */
function join(parts: readonly Pick<CatalogueFile, "entries" | "bad">[]): ImageCatalogue {
  const byId = new Map<string, ImageEntry>();
  const bad: BadImageEntry[] = [];
  for (const part of parts) {
    bad.push(...part.bad);
    for (const entry of part.entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
  }
  return { entries: [...byId.values()], bad, byId: (id) => byId.get(id) ?? null };
}

/** What a file said when it was read last, as long as it is the same. */
function keepUntilChanged(file: string): () => Promise<CatalogueFile> {
  let kept: { stamp: string; content: CatalogueFile } | null = null;
  return async () => {
    const stamp = await stampOf(file);
    if (kept?.stamp === stamp) return kept.content;
    const text = await readText(file);
    if (text === null) throw new CatalogueError(file, "does not exist");
    const content = readImageCatalogue(text, file);
    kept = { stamp, content };
    return content;
  };
}

async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs}:${ctimeNs}:${size}:${ino}`;
  } catch (error) {
    throw new CatalogueError(
      file,
      codeOf(error) === "ENOENT" ? "does not exist" : `cannot be read (${codeOf(error) ?? "?"})`,
    );
  }
}
