/** What one request found out about the disk; a later one asks the disk again. */
import { readdir, stat } from "node:fs/promises";

export type EntryKind = "file" | "folder" | "other" | "absent";

/** So many entries of a folder are looked at one by one; from then on reading all of it is cheaper. */
const LOOKS_BEFORE_LISTING = 8;

export class DiskMemory {
  readonly #escapes = new Map<string, Promise<string | null>>();
  readonly #looks = new Map<string, number>();
  readonly #listings = new Map<string, Promise<ReadonlyMap<string, EntryKind | "link">>>();

  /** Why a folder may not be used, or null; asked once for each. */
  escapeOf(folder: string, ask: () => Promise<string | null>): Promise<string | null> {
    const known = this.#escapes.get(folder);
    if (known !== undefined) return known;
    const asked = ask();
    this.#escapes.set(folder, asked);
    return asked;
  }

  /** What is there, links followed. */
  async kindOf(path: string): Promise<EntryKind> {
    const folder = path.slice(0, Math.max(1, path.lastIndexOf("/")));
    const looks = (this.#looks.get(folder) ?? 0) + 1;
    this.#looks.set(folder, looks);
    if (looks <= LOOKS_BEFORE_LISTING) return lookAt(path);
    let listing = this.#listings.get(folder);
    if (listing === undefined) this.#listings.set(folder, (listing = list(folder)));
    const kind = (await listing).get(path.slice(path.lastIndexOf("/") + 1)) ?? "absent";
    return kind === "link" ? lookAt(path) : kind;
  }
}

async function lookAt(path: string): Promise<EntryKind> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) return "absent";
  return facts.isFile() ? "file" : facts.isDirectory() ? "folder" : "other";
}

async function list(folder: string): Promise<ReadonlyMap<string, EntryKind | "link">> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return new Map(
    entries.map((entry) => [
      entry.name,
      entry.isFile() ? "file" : entry.isDirectory() ? "folder" : entry.isSymbolicLink() ? "link" : "other",
    ]),
  );
}
