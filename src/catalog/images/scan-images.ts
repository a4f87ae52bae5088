/** The files of the images folder that are images, by their first bytes or at least by their names. */
import type { Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasControl } from "../../job/file-name.ts";
import { codeOf } from "../error-code.ts";
import { IMAGE_ENDING } from "./file-name-of.ts";
import { readImageHeader } from "./headers/read-image-header.ts";
import type { ImageHeader } from "./headers/read-image-header.ts";

export interface ScannedFile {
  /** Below the folder, with forward slashes. */
  filepath: string;
  path: string;
  size: number;
  modifiedAt: number;
  /** Another one means other bytes. */
  stamp: string;
  header: ImageHeader;
}

export interface ImageScan {
  files: ScannedFile[];
  /** Sentences. */
  troubles: string[];
}

/** Folders in folders; deeper ones are no shelf of images. */
const MAX_DEPTH = 8;
/** A hundred times what anybody has; a folder of other things was set by mistake. */
const MAX_FILES = 10_000;

/** Looks into the folder; remembers headers as long as files stay the same. A folder that does not exist is empty. */
export function createImageScan(folder: string): () => Promise<ImageScan> {
  let known = new Map<string, ScannedFile>();
  return async () => {
    const scan: ImageScan = { files: [], troubles: [] };
    await scanInto(scan, known, { folder, below: "", depth: 0 });
    known = new Map(scan.files.map((file) => [file.filepath, file]));
    scan.files = scan.files.filter(isImage);
    return scan;
  };
}

function isImage({ filepath, header: { type } }: ScannedFile): boolean {
  return IMAGE_ENDING.test(filepath) || (type !== "unknown" && type !== "compressed");
}

interface Place {
  folder: string;
  /** Path below it, `/` at the end. */
  below: string;
  depth: number;
}

type Known = ReadonlyMap<string, ScannedFile>;

async function scanInto(scan: ImageScan, known: Known, place: Place): Promise<void> {
  const { folder, below, depth } = place;
  if (depth > MAX_DEPTH) {
    scan.troubles.push(`${below} is nested more than ${MAX_DEPTH} folders deep; it is not looked at.`);
    return;
  }
  for (const entry of await list(scan, place)) {
    if (scan.files.length >= MAX_FILES) {
      scan.troubles.push(`There are more than ${MAX_FILES} files; the rest is not looked at.`);
      return;
    }
    const filepath = below + entry.name;
    if (entry.isDirectory()) await scanInto(scan, known, { folder, below: `${filepath}/`, depth: depth + 1 });
    // A link to an image elsewhere is one; where it leads nowhere, or to a folder, it is none.
    else if (entry.isFile() || entry.isSymbolicLink()) await take(scan, known, folder, filepath);
  }
}

async function list(scan: ImageScan, { folder, below, depth }: Place): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    return entries.filter(({ name }) => isOurs(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (depth > 0 || codeOf(error) !== "ENOENT")
      scan.troubles.push(`${join(folder, below)} cannot be read (${codeOf(error) ?? "?"}).`);
    return [];
  }
}

/** Not hidden, and nothing of a download that is not done: partial files, ledgers, locks. */
function isOurs(name: string): boolean {
  return !name.startsWith(".") && !/\.part(?:\.|$)/i.test(name) && !hasControl(name);
}

async function take(scan: ImageScan, known: Known, folder: string, filepath: string): Promise<void> {
  const path = join(folder, filepath);
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return;
    const [size, stamp] = [Number(found.size), `${found.size}:${found.mtimeNs}`];
    const before = known.get(filepath);
    const header = before?.stamp === stamp ? before.header : await look(path, size);
    scan.files.push({ filepath, path, size, modifiedAt: Number(found.mtimeMs), stamp, header });
  } catch (error) {
    // It was deleted just now, or is a link to nothing.
    if (codeOf(error) !== "ENOENT") scan.troubles.push(`${path} cannot be read (${codeOf(error) ?? "?"}).`);
  }
}

async function look(path: string, size: number): Promise<ImageHeader> {
  const handle = await open(path, "r");
  try {
    return await readImageHeader(async (offset, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    }, size);
  } finally {
    await handle.close();
  }
}
