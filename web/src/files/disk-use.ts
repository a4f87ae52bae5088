/** Disk use by folder: what lies below which, and how much. Pure. */
import type { FolderListMessage } from "../../../src/wire/files.ts";

export interface Use {
  /** Absolute. */
  path: string;
  /** Its last part; of a root all of it. */
  name: string;
  /** Of it and everything below. */
  files: number;
  bytes: number;
  unreadBytes: number;
}

type Folders = Pick<FolderListMessage, "folders" | "roots">;

/** The roots, or what lies right below a folder, the largest first. */
export function usesBelow({ folders, roots }: Folders, at: string | null): Use[] {
  const uses = new Map<string, Use>();
  for (const { folder, files, bytes, unread_bytes } of folders) {
    const path = at === null ? outerRoot(folder, roots) : childOf(at, folder);
    if (path === null) continue;
    const use = uses.get(path) ?? { ...NOTHING, path, name: at === null ? path : lastPart(path) };
    use.files += files;
    use.bytes += bytes;
    use.unreadBytes += unread_bytes;
    uses.set(path, use);
  }
  return [...uses.values()].toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

/** All of a folder, or of everything. */
export function totalOf({ folders }: Folders, at: string | null): Use {
  const use = { ...NOTHING, path: at ?? "", name: at === null ? "" : lastPart(at) };
  for (const { folder, files, bytes, unread_bytes } of folders) {
    if (at !== null && !isIn(folder, at)) continue;
    use.files += files;
    use.bytes += bytes;
    use.unreadBytes += unread_bytes;
  }
  return use;
}

/** The way to a folder from its root: both included. Empty for what is in none. */
export function wayTo(at: string | null, roots: readonly string[]): Pick<Use, "path" | "name">[] {
  const root = at === null ? null : outerRoot(at, roots);
  if (at === null || root === null) return [];
  const way = [{ path: root, name: root }];
  let path = root;
  for (const name of at.slice(root.length).split("/").filter(Boolean)) {
    path = path.endsWith("/") ? path + name : `${path}/${name}`;
    way.push({ path, name });
  }
  return way;
}

const NOTHING = { files: 0, bytes: 0, unreadBytes: 0 };

function isIn(folder: string, at: string): boolean {
  return folder === at || folder.startsWith(at.endsWith("/") ? at : `${at}/`);
}

/** Roots may lie in each other: the outermost counts. */
function outerRoot(folder: string, roots: readonly string[]): string | null {
  let found: string | null = null;
  for (const root of roots)
    if (isIn(folder, root) && (found === null || root.length < found.length)) found = root;
  return found;
}

function childOf(at: string, folder: string): string | null {
  if (folder === at || !isIn(folder, at)) return null;
  const start = at.endsWith("/") ? at.length : at.length + 1;
  const end = folder.indexOf("/", start);
  return end === -1 ? folder : folder.slice(0, end);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
