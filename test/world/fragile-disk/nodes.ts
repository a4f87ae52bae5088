/** Files and folders of a fragile disk: as they are, and as a power cut would leave them. */
import { Pages } from "./pages.ts";
import type { Cut } from "./power-cut.ts";

export const ROOT_ID = 1;

interface Common {
  /** By which the kernel asks. */
  id: number;
  /** What stat(2) says; a folder's copy after a power cut keeps its files' numbers. */
  ino: number;
  mode: number;
  links: number;
  /** Milliseconds. */
  changedAt: number;
  /** The last it was given. */
  name: string;
  /** The folder right below the root that it was made in: what is forgotten together. */
  home: string;
}

export interface FileNode extends Common {
  kind: "file";
  pages: Pages;
}

/** One change of names, all of it or nothing. */
interface NameChange {
  order: number;
  /** Null takes the name away. */
  names: readonly (readonly [string, number | null])[];
}

export interface FolderNode extends Common {
  kind: "folder";
  names: Map<string, number>;
  lasting: Map<string, number>;
  changes: NameChange[];
}

export type Node = FileNode | FolderNode;

export class Nodes {
  readonly #nodes = new Map<number, Node>();
  #lastId = ROOT_ID;
  #lastOrder = 0;

  constructor() {
    this.#nodes.set(ROOT_ID, this.#folder(ROOT_ID, "", ""));
  }

  get(id: number): Node | undefined {
    return this.#nodes.get(id);
  }

  makeFile(mode: number, name: string, home: string): FileNode {
    const id = this.#nextId();
    const file: FileNode = {
      kind: "file",
      id,
      ino: id,
      mode,
      links: 0,
      changedAt: Date.now(),
      name,
      home,
      pages: new Pages(),
    };
    this.#nodes.set(id, file);
    return file;
  }

  makeFolder(name: string, home: string): FolderNode {
    const folder = this.#folder(this.#nextId(), name, home);
    this.#nodes.set(folder.id, folder);
    return folder;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #folder(id: number, name: string, home: string): FolderNode {
    const names = { names: new Map<string, number>(), lasting: new Map<string, number>(), changes: [] };
    return {
      kind: "folder",
      id,
      ino: id,
      mode: 0o40755,
      links: 2,
      changedAt: Date.now(),
      name,
      home,
      ...names,
    };
  }

  /** One change of names in a folder; counts the links of what they lead to. */
  rename(folder: FolderNode, names: NameChange["names"]): void {
    this.#lastOrder += 1;
    folder.changes.push({ order: this.#lastOrder, names });
    for (const [name, id] of names) {
      const before = this.#nodes.get(folder.names.get(name) ?? 0);
      if (before !== undefined) before.links -= 1;
      if (id === null) folder.names.delete(name);
      else folder.names.set(name, id);
      const now = id === null ? undefined : this.#nodes.get(id);
      if (now === undefined) continue;
      now.links += 1;
      now.name = name;
    }
    folder.changedAt = Date.now();
  }

  syncNames(folder: FolderNode): void {
    folder.lasting = new Map(folder.names);
    folder.changes = [];
  }

  /** As after a while without any trouble: everything in a folder is on the disk. */
  settle(folder: FolderNode): void {
    for (const id of folder.names.values()) {
      const node = this.#nodes.get(id);
      if (node?.kind === "file") node.pages.sync();
    }
    this.syncNames(folder);
  }

  /** How old and how new the changes of names are that no sync of the folder has made lasting. */
  changesOf(folder: FolderNode): { oldest: number; newest: number } {
    const orders = folder.changes.map(({ order }) => order);
    return { oldest: orders.at(0) ?? 0, newest: orders.at(-1) ?? 0 };
  }

  /** A folder of files as a power cut now would leave it, under another name. It has no folders in it. */
  copyAfterCut(folder: FolderNode, into: string, cut: Cut): void {
    const names = new Map(folder.lasting);
    for (const change of folder.changes) {
      if (!cut.keepsName(change.order)) continue;
      for (const [name, id] of change.names) {
        if (id === null) names.delete(name);
        else names.set(name, id);
      }
    }
    const copy = this.makeFolder(into, into);
    const copies = new Map<number, number>();
    for (const [name, id] of names) {
      const node = this.#nodes.get(id);
      if (node?.kind !== "file") continue;
      const file = copies.get(id) ?? this.#copyFile(node, into, cut);
      copies.set(id, file);
      this.rename(copy, [[name, file]]);
    }
    this.syncNames(copy);
    this.rename(this.root, [[into, copy.id]]);
  }

  #copyFile(file: FileNode, home: string, cut: Cut): number {
    const copy = this.makeFile(file.mode, file.name, home);
    copy.ino = file.ino;
    copy.changedAt = file.changedAt;
    copy.pages = file.pages.afterPowerCut(cut);
    return copy.id;
  }

  get root(): FolderNode {
    return this.#nodes.get(ROOT_ID) as FolderNode;
  }

  /** Frees the memory of a folder below the root, and of all that ever was in it. */
  forget(home: string): void {
    this.rename(this.root, [[home, null]]);
    this.syncNames(this.root);
    for (const [id, node] of this.#nodes) if (node.home === home) this.#nodes.delete(id);
  }
}
