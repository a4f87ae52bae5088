import { lstat, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { nameFromUrl, refusePath } from "../job/file-name.ts";
import { DiskMemory } from "./disk-memory.ts";
import { codeOf } from "./error-code.ts";

/** A folder that files are put into and must not leave (CONTRACT §7.8). */
export interface Root {
  /** Absolute. */
  folder: string;
  /** How messages call it: `models folder`. */
  called: string;
  /** Other folders that links inside it may lead into: roots as well. */
  beside?: readonly string[];
  /** It is on an instance: nothing on the disk of this machine says anything of it. */
  isAway?: boolean;
}

export type Inside =
  /** `name` is null where the path names a folder and the URL tells no name; `isFolder`: it names a folder. */
  | { kind: "inside"; folder: string; name: string | null; isFolder: boolean }
  | { kind: "refused"; reason: string };

/**
 * Where a path that somebody wrote lies in a folder. Accepted: relative to the folder, beginning with
 * `models/` if that is the folder's own name (as ComfyUI writes it), or absolute inside the folder.
 * A path that ends in `/` or names a folder that exists takes the file name of the URL.
 *
 * The disk is looked at (a folder inside may be a link that leads out), nothing is changed.
 *
 * @param field names the path in the sentence of a refusal
 * @param memory what earlier calls found out about the disk; share it between calls of one request
 */
export async function resolveInside(
  root: Root,
  path: string,
  url: string,
  field: string,
  memory: DiskMemory = new DiskMemory(),
): Promise<Inside> {
  const written = relativeTo(root, path.replaceAll("\\", "/"));
  if (written === null) return refused(`${field} ${mustStay(root)}: ${quote(path)}`);
  const folderMeant = written === "" || written.endsWith("/");
  const relative = written.replace(/\/$/, "");
  if (relative !== "" || path === "") {
    if (relative.split("/").includes("..")) return refused(`${field} ${mustStay(root)}: ${quote(path)}`);
    const refusal = relative.startsWith("~")
      ? `${field} must not begin with '~', it is not a shell that reads it`
      : refusePath(relative, field);
    if (refusal !== null) return refused(refusal);
  }
  const full = fullPath(root, relative);
  if (root.isAway === true) return insideOf(full, folderMeant, url);
  const isFolder = folderMeant || (await memory.kindOf(full)) === "folder";
  const folder = isFolder ? full : dirname(full);
  const escape = await memory.escapeOf(folder, () => findEscape(root, folder));
  if (escape !== null) return refused(`${field} ${mustStay(root)}: ${escape}`);
  return insideOf(full, isFolder, url);
}

function insideOf(full: string, isFolder: boolean, url: string): Inside {
  return isFolder
    ? { kind: "inside", folder: full, name: nameFromUrl(url), isFolder }
    : { kind: "inside", folder: dirname(full), name: basename(full), isFolder };
}

/** `relative` has neither empty parts nor dots: nothing has to be joined. */
function fullPath(root: Root, relative: string): string {
  const folder = absoluteOf(root);
  if (relative === "") return folder;
  return folder === "/" ? `/${relative}` : `${folder}/${relative}`;
}

/** Of roots that were asked for: a catalogue asks ten thousand times. */
const ABSOLUTE = new WeakMap<Root, string>();

function absoluteOf(root: Root): string {
  let folder = ABSOLUTE.get(root);
  if (folder === undefined) ABSOLUTE.set(root, (folder = resolve(root.folder)));
  return folder;
}

function relativeTo(root: Root, path: string): string | null {
  const folder = absoluteOf(root);
  if (path === folder) return "";
  if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1);
  if (path.startsWith("/")) return null;
  const own = `${basename(folder)}/`;
  return own === "models/" && path.startsWith(own) ? path.slice(own.length) : path;
}

/** Why a folder, links followed, is not inside the root; null if it is. */
async function findEscape(root: Root, folder: string): Promise<string | null> {
  try {
    const [realRoot, realFolder] = await Promise.all([realOf(resolve(root.folder)), realOf(folder)]);
    if ((await stat(folder).catch(() => null))?.isDirectory() === false) return throughFile(folder);
    if (isBelow(realFolder, realRoot)) return null;
    for (const other of root.beside ?? [])
      if (isBelow(realFolder, await realOf(resolve(other)).catch(() => other))) return null;
    return `${JSON.stringify(folder)} is a link to ${JSON.stringify(realFolder)}`;
  } catch (error) {
    return describe(error, folder);
  }
}

/** The real path of a folder that may not exist yet: its deepest existing ancestor decides. */
async function realOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    const entry = await lstat(folder).catch(() => null);
    // A link to nothing is there for lstat: what it will lead to one day nobody knows.
    if (entry?.isSymbolicLink() === true) throw new BrokenLink(folder);
    // It has come into being since: a download that has just begun makes its folders.
    if (entry !== null) return realOf(folder);
    return join(await realOf(dirname(folder)), basename(folder));
  }
}

class BrokenLink extends Error {}

function describe(error: unknown, folder: string): string {
  if (error instanceof BrokenLink) return `${JSON.stringify(error.message)} is a link that leads nowhere`;
  switch (codeOf(error)) {
    case "ENOTDIR":
      return throughFile(folder);
    case "ELOOP":
      return `the links in ${JSON.stringify(folder)} lead in circles`;
    default:
      return `${JSON.stringify(folder)} cannot be looked at (${codeOf(error) ?? String(error)})`;
  }
}

function throughFile(folder: string): string {
  return `a part of ${JSON.stringify(folder)} is a file, not a folder`;
}

export function isBelow(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false;
  return path.length === folder.length || folder === "/" || path[folder.length] === "/";
}

/** Longest part of a path that is repeated in a message. */
const MAX_QUOTE_LENGTH = 200;

function quote(path: string): string {
  return JSON.stringify(path.length > MAX_QUOTE_LENGTH ? `${path.slice(0, MAX_QUOTE_LENGTH)}…` : path);
}

function mustStay({ folder, called }: Root): string {
  return `must stay inside the ${called} (${folder})`;
}

function refused(reason: string): Inside {
  return { kind: "refused", reason };
}
