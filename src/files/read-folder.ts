/** Reads folders. Synchronous: it runs in a worker. */
import type { Dirent } from "node:fs";
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { stampOf } from "../job/file-stamp.ts";
import type { FolderPart, SeenFile } from "./worker-messages.ts";

/** Files of one part: a message of so many costs the main thread two milliseconds. */
const PART_FILES = 500;

/** Ours and others': what is not whole yet. */
const UNFINISHED =
  /(?:\.part|\.part\.json(?:\.tmp)?|\.part\.lock|\.incomplete|\.aria2|\.crdownload|\.partial|\.tmp|\.download)$/i;

/** Whose names are wanted next. One folder at a time. */
let open: { folder: string; files: string[] } | null = null;

export function readFolder(folder: string, from: number): FolderPart {
  const part: FolderPart = { mtimeNs: null, files: [], subfolders: [], next: null, trouble: null };
  if (from === 0 || open?.folder !== folder) {
    let entries: Dirent[];
    try {
      // Before its names are read: what comes meanwhile makes it newer than this.
      part.mtimeNs = String(statSync(folder, { bigint: true }).mtimeNs);
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      const isGone = code === "ENOENT" || code === "ENOTDIR";
      return { ...part, mtimeNs: null, trouble: isGone ? null : `${folder} cannot be looked at (${code}).` };
    }
    const wanted = entries.filter(({ name }) => !name.startsWith(".") && !UNFINISHED.test(name));
    // Links are passed over: what they lead to is known by its own name, or is none of ours.
    part.subfolders = wanted.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    open = { folder, files: wanted.filter((entry) => entry.isFile()).map(({ name }) => name) };
  }
  const { files } = open;
  for (const name of files.slice(from, from + PART_FILES)) {
    const seen = look(folder, name);
    if (seen !== null) part.files.push(seen);
  }
  if (from + PART_FILES < files.length) part.next = from + PART_FILES;
  else open = null;
  return part;
}

function look(folder: string, name: string): SeenFile | null {
  const facts = lstatSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
  return facts?.isFile() === true ? { name, ...stampOf(facts) } : null;
}

export function readChanges(folders: readonly string[]): (string | null)[] {
  return folders.map((folder) => {
    try {
      return String(statSync(folder, { bigint: true }).mtimeNs);
    } catch {
      return null;
    }
  });
}
