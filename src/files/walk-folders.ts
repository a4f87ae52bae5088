/** Looks through the folders: all of them at first, later those that were changed. */
import { join } from "node:path";
import type { Clock } from "../job/clock.ts";
import type { FolderUse } from "../job/file-keeper-contract.ts";
import type { FileStore } from "../job/file-store-contract.ts";
import type { FileThread } from "./file-thread.ts";
import type { InTurn } from "./in-turn.ts";
import { forgetAll, forgetGone, takeInPart } from "./take-in-part.ts";
import type { FolderPart } from "./worker-messages.ts";

/** Folders in each other: deeper ones are a mistake, or a circle of mounts. */
const MAX_DEPTH = 40;
/** Folders that are looked at; of more the index would take too long to keep up. */
const MAX_FOLDERS = 200_000;
/** So many are asked for at a time whether they were changed. */
const CHANGES_AT_ONCE = 500;
/** A folder that was changed just now may be changed again within the same tick of its file system's clock. */
const SETTLED_MS = 2_000;

interface Known extends FolderUse {
  /** When it was read; null: it has to be read again. */
  mtimeNs: string | null;
}

export interface WalkParts {
  store: FileStore;
  thread: FileThread;
  inTurn: InTurn;
  clock: Clock;
  roots: () => Promise<readonly string[]>;
}

export class FolderWalk {
  readonly #parts: WalkParts;
  readonly #known = new Map<string, Known>();
  readonly #troubles = new Map<string, string>();
  #roots: readonly string[] = [];
  #isComplete = false;

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  get roots(): readonly string[] {
    return this.#roots;
  }

  /** Whether files of the folder are looked through, also before the first look has begun. */
  async includes(folder: string): Promise<boolean> {
    const roots = this.#roots.length > 0 ? this.#roots : await this.#parts.roots();
    return roots.some((root) => isIn(folder, root));
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get troubles(): readonly string[] {
    return [...this.#troubles.values()];
  }

  folders(): FolderUse[] {
    return [...this.#known.values()]
      .map(({ folder, files, bytes, unreadBytes }) => ({ folder, files, bytes, unreadBytes }))
      .sort((one, other) => (one.folder < other.folder ? -1 : 1));
  }

  /** Bytes of a file of the folder were read. */
  noteRead(folder: string, bytes: number): void {
    const known = this.#known.get(folder);
    if (known !== undefined) known.unreadBytes = Math.max(0, known.unreadBytes - bytes);
  }

  lookAgain(folder: string): void {
    const known = this.#known.get(folder);
    if (known !== undefined) known.mtimeNs = null;
  }

  /** All of them. */
  async walk(signal: AbortSignal): Promise<void> {
    this.#roots = outermost(await this.#parts.roots());
    const visited = new Set<string>();
    for (const root of this.#roots) await this.#visit(root, visited, signal);
    if (signal.aborted) return;
    for (const folder of this.#known.keys()) if (!visited.has(folder)) await this.#forget(folder);
    await this.#forgetStrangers(visited, signal);
    this.#isComplete = true;
  }

  /** Those that were changed since, and what is in them. Answers whether there were any. */
  async look(signal: AbortSignal): Promise<boolean> {
    const roots = outermost(await this.#parts.roots());
    if (roots.join("\0") !== this.#roots.join("\0")) {
      await this.walk(signal);
      return true;
    }
    const changed: string[] = [];
    const folders = [...this.#known.keys(), ...roots.filter((root) => !this.#known.has(root))];
    for (let at = 0; at < folders.length && !signal.aborted; at += CHANGES_AT_ONCE) {
      const some = folders.slice(at, at + CHANGES_AT_ONCE);
      const times = await this.#parts.thread.ask({ kind: "changes", folders: some });
      for (const [index, folder] of some.entries()) {
        const time = times[index] ?? null;
        if (time === null || time !== this.#known.get(folder)?.mtimeNs) changed.push(folder);
      }
    }
    const visited = new Set<string>();
    for (const folder of changed) await this.#visit(folder, visited, signal, "new ones only");
    return changed.length > 0;
  }

  async #visit(
    start: string,
    visited: Set<string>,
    signal: AbortSignal,
    below: "all" | "new ones only" = "all",
  ): Promise<void> {
    const queue = [{ folder: start, depth: 0 }];
    for (let next = queue.pop(); next !== undefined && !signal.aborted; next = queue.pop()) {
      const { folder, depth } = next;
      if (visited.has(folder) || depth > MAX_DEPTH) continue;
      if (visited.size >= MAX_FOLDERS) {
        this.#troubles.set("", `Of the folders only ${MAX_FOLDERS} are looked through.`);
        return;
      }
      visited.add(folder);
      for (const name of await this.#read(folder, signal)) {
        const path = join(folder, name);
        if (below === "all" || !this.#known.has(path)) queue.push({ folder: path, depth: depth + 1 });
      }
    }
  }

  /** Answers the names of the folders in it. */
  async #read(folder: string, signal: AbortSignal): Promise<string[]> {
    const { store, thread, clock, inTurn } = this.#parts;
    const known: Known = { folder, files: 0, bytes: 0, unreadBytes: 0, mtimeNs: null };
    const there = new Set<string>();
    let subfolders: string[] = [];
    for (let from: number | null = 0; from !== null;) {
      if (signal.aborted) return [];
      const part: FolderPart = await thread.ask({ kind: "folder", folder, from });
      if (part.trouble !== null) this.#troubles.set(folder, part.trouble);
      // What cannot be looked at just now is not gone.
      if (part.trouble !== null) return [];
      if (from === 0) {
        if (part.mtimeNs === null) {
          await this.#forget(folder);
          return [];
        }
        ({ subfolders } = part);
        const ageMs = clock.now() - Number(BigInt(part.mtimeNs) / 1_000_000n);
        known.mtimeNs = ageMs < SETTLED_MS ? null : part.mtimeNs;
      }
      for (const { name } of part.files) there.add(name);
      const taken = await inTurn(() => takeInPart(folder, part.files, store, clock.now()));
      for (const { size, sha256 } of taken) {
        known.files += 1;
        known.bytes += size;
        if (sha256 === null) known.unreadBytes += size;
      }
      from = part.next;
    }
    this.#troubles.delete(folder);
    await inTurn(() => forgetGone(folder, there, store));
    this.#known.set(folder, known);
    return subfolders;
  }

  async #forget(folder: string): Promise<void> {
    this.#known.delete(folder);
    this.#troubles.delete(folder);
    // A disk that is not mounted just now comes back: what is known of its files is held against it then.
    if (!this.#roots.includes(folder)) await this.#forgetFiles(folder);
  }

  /** Of a folder that was not met. A download may have made it since, and told of its file. */
  async #forgetFiles(folder: string): Promise<void> {
    const { store, inTurn } = this.#parts;
    const isWithin = this.#roots.some((root) => isIn(folder, root));
    await inTurn(() => (isWithin ? forgetGone(folder, new Set(), store) : forgetAll(folder, store)));
  }

  /** Folders of an earlier start that are looked through no more, or are gone since. */
  async #forgetStrangers(visited: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    let folder = await store.folderAfter(null);
    while (folder !== null && !signal.aborted) {
      if (!visited.has(folder) && !this.#isOfMissingRoot(folder)) await this.#forgetFiles(folder);
      folder = await store.folderAfter(folder);
    }
  }

  #isOfMissingRoot(folder: string): boolean {
    return this.#roots.some((root) => !this.#known.has(root) && isIn(folder, root));
  }
}

/** Without those that lie in another one. */
function outermost(folders: readonly string[]): string[] {
  const once = [...new Set(folders)];
  return once.filter((folder) => !once.some((other) => other !== folder && isIn(folder, other)));
}

export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}
