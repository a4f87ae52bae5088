/** Whether a folder can be written to, by writing to it: rights alone do not tell of read-only and full disks. */
import { randomUUID } from "node:crypto";
import { access, constants, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Finding } from "../job/finding.ts";
import type { FolderLook } from "../job/settings-contract.ts";
import { formatSize } from "../job/size-text.ts";

export interface FolderToCheck {
  /** Of the finding: `models_folder`. */
  name: string;
  /** What people call it: `models`. */
  title: string;
  path: string;
  /** The setting that says where it is. */
  setting: string;
  /** A database lies there: it needs locks that hold. */
  holdsDatabase?: boolean;
}

/** With less, the next large download is likely to stop for lack of space. Bytes. */
const LITTLE_SPACE_BYTES = 2 * 1024 ** 3;

/** `f_type` of statfs(2) of file systems over a network: NFS, SMB, CIFS, SMB2. */
const NETWORK_TYPES = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);
/** And of those that live in memory: tmpfs, ramfs. */
const MEMORY_TYPES = new Set([0x01021994, 0x858458f6]);

export async function checkFolder(folder: FolderToCheck): Promise<Finding> {
  try {
    const { at, there } = await useFolder(folder.path);
    return await judge(folder, at, there);
  } catch (error) {
    return finding(folder, "problem", `${named(folder)} ${why(error)}`, adviceFor(error, folder));
  }
}

/** Whether a folder can be written to, and how much room it has; of one that is not there yet, the one it would be made in. */
export async function lookAtFolder(path: string): Promise<FolderLook> {
  try {
    const { at } = await useFolder(path);
    const { bavail, bsize } = await statfs(at);
    return { freeBytes: bavail * bsize, problem: null };
  } catch (error) {
    return { freeBytes: null, problem: why(error) };
  }
}

/** Writes to it; of a folder that is not there yet, the rights of the one it would be made in have to do. */
async function useFolder(path: string): Promise<{ at: string; there: boolean }> {
  const there = await isFolder(path);
  const at = there ? path : await existingAncestor(path);
  if (there) await tryToWrite(path);
  else await access(at, constants.W_OK | constants.X_OK);
  return { at, there };
}

async function judge(folder: FolderToCheck, at: string, there: boolean): Promise<Finding> {
  const { type, bavail, bsize } = await statfs(at);
  const free = bavail * bsize;
  const state = `${there ? "can be written" : "will be made when it is needed"}, ${formatSize(free)} free`;
  const verdict = judgeDisk({ type, free }, folder.holdsDatabase === true);
  switch (verdict) {
    case "fine":
      return finding(folder, "ok", `${named(folder)} ${state}`);
    case "little_space":
      return finding(
        folder,
        "hint",
        `${named(folder)} ${state}`,
        `Free some space, or choose another disk (${folder.setting}).`,
      );
    case "in_memory":
      return finding(
        folder,
        "hint",
        `${named(folder)} ${state}, but it lies in memory: it is empty after a restart of the machine`,
        `Put it on a disk (${folder.setting}).`,
      );
    case "locks_in_doubt":
      return finding(
        folder,
        "problem",
        `${named(folder)} lies on a network file system, where the locks of the database may not hold`,
        `Put it on a disk of this machine (${folder.setting}).`,
      );
    default:
      throw verdict satisfies never;
  }
}

/** @param disk `f_type` and the free bytes, as statfs(2) has them */
export function judgeDisk(
  { type, free }: { type: number; free: number },
  holdsDatabase: boolean,
): "fine" | "little_space" | "in_memory" | "locks_in_doubt" {
  // The type is a signed number of 32 bits on some machines.
  const kind = type >>> 0;
  if (holdsDatabase && NETWORK_TYPES.has(kind)) return "locks_in_doubt";
  if (MEMORY_TYPES.has(kind)) return "in_memory";
  return free < LITTLE_SPACE_BYTES ? "little_space" : "fine";
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  throw Object.assign(new Error(`${path} is no folder`), { code: "ENOTDIR" });
}

async function existingAncestor(path: string): Promise<string> {
  for (let at = dirname(path); ; at = dirname(at)) {
    if ((await isFolder(at)) || at === dirname(at)) return at;
  }
}

async function tryToWrite(folder: string): Promise<void> {
  const file = join(folder, `.haulyard-doctor-${randomUUID()}`);
  try {
    await writeFile(file, "x", { flag: "wx", mode: 0o600 });
  } finally {
    await rm(file, { force: true });
  }
}

function why(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "cannot be written: this user may not";
    case "EROFS":
      return "cannot be written: its disk is read-only";
    case "ENOSPC":
    case "EDQUOT":
      return "cannot be written: its disk is full";
    case "ENOTDIR":
      return "is no folder, or something above it is none";
    default:
      return `cannot be used (${code})`;
  }
}

function adviceFor(error: unknown, { path, setting }: FolderToCheck): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") return `Free some space, or set ${setting} to another folder.`;
  return `Give this user the right to write to ${path}, or set ${setting} to another folder.`;
}

function named({ title, path }: FolderToCheck): string {
  return `The ${title} folder ${path}`;
}

function finding(
  { name }: FolderToCheck,
  state: Finding["state"],
  message: string,
  advice: string | null = null,
): Finding {
  return { area: "folders", name, state, message, advice };
}
