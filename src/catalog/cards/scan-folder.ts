/** The files of a folder that are to be cards. */
import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BrokenCard } from "../../job/card-contract.ts";
import { hasControl } from "../../job/file-name.ts";
import { codeOf } from "../error-code.ts";

export interface CardFile {
  /** Below the folder, with forward slashes. */
  filepath: string;
  /** Where to read it, links followed. */
  full: string;
  /** Another one means another content. */
  stamp: string;
}

export interface Scan {
  files: CardFile[];
  /** What lies there and is not read, and why. */
  refused: BrokenCard[];
}

/** Folders in folders; deeper ones are no shelf of cards. */
const MAX_DEPTH = 16;
/** A thousand times what anybody has; a folder of other things was set by mistake. */
const MAX_FILES = 20_000;

/** In the order of the paths. A folder that does not exist holds nothing. */
export async function scanFolder(folder: string): Promise<Scan> {
  const scan: Scan = { files: [], refused: [] };
  let root: string;
  try {
    root = await realpath(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") refuse(scan, "", `the folder cannot be read (${codeOf(error) ?? "?"})`);
    return scan;
  }
  await scanInto(scan, { root, below: "", depth: 0 });
  return scan;
}

interface Place {
  /** Real path of the whole folder. */
  root: string;
  /** Path below it, `/` at the end. */
  below: string;
  depth: number;
}

async function scanInto(scan: Scan, place: Place): Promise<void> {
  const { root, below, depth } = place;
  if (depth > MAX_DEPTH) {
    refuse(scan, below, `it is nested more than ${MAX_DEPTH} folders deep`);
    return;
  }
  for (const entry of await listFolder(scan, place)) {
    if (scan.files.length >= MAX_FILES) {
      refuse(scan, below, `there are more than ${MAX_FILES} cards, the rest is not read`);
      return;
    }
    const filepath = below + entry.name;
    if (entry.isDirectory()) await scanInto(scan, { root, below: `${filepath}/`, depth: depth + 1 });
    else if (entry.isSymbolicLink()) await takeLink(scan, root, filepath);
    else if (entry.isFile() && isCardName(entry.name)) await takeFile(scan, filepath, join(root, filepath));
  }
}

async function listFolder(scan: Scan, { root, below }: Place): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(root, below), { withFileTypes: true });
    // `.git`, `.obsidian`, and what its author put aside.
    return entries.filter(({ name }) => !/^[._]/.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    refuse(scan, below, `the folder cannot be read (${codeOf(error) ?? "?"})`);
    return [];
  }
}

/** @param name without folders */
export function isCardName(name: string): boolean {
  return /\.md$/i.test(name) && !/^(?:[._].*|readme\.md)$/i.test(name);
}

function nameOf(filepath: string): string {
  return filepath.slice(filepath.lastIndexOf("/") + 1);
}

/** A link to a card inside is one; a link out of the folder would show files that nobody put there. */
async function takeLink(scan: Scan, root: string, filepath: string): Promise<void> {
  let target: string;
  let stats: Stats;
  try {
    target = await realpath(join(root, filepath));
    stats = await stat(target);
  } catch {
    if (isCardName(nameOf(filepath))) refuse(scan, filepath, "it is a link that leads nowhere");
    return;
  }
  // What a link to a folder inside leads to is found there.
  const isInside = target === root || target.startsWith(root === "/" ? "/" : `${root}/`);
  const matters = stats.isDirectory() ? !isInside : isCardName(nameOf(filepath));
  if (!matters) return;
  if (!isInside) refuse(scan, filepath, "it is a link that leads out of the folder of the cards");
  else await takeFile(scan, filepath, target);
}

async function takeFile(scan: Scan, filepath: string, full: string): Promise<void> {
  if (hasControl(filepath)) {
    refuse(scan, filepath, "its name holds control characters");
    return;
  }
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(full, { bigint: true });
    scan.files.push({ filepath, full, stamp: `${full}:${mtimeNs}:${ctimeNs}:${size}:${ino}` });
  } catch {
    // It was deleted just now.
  }
}

function refuse(scan: Scan, filepath: string, reason: string): void {
  scan.refused.push({ filepath: filepath.replace(/\/$/, "") || ".", line: null, reason, isNote: false });
}
