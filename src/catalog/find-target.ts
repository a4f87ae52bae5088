/** Where files that are asked for go, in the folders that are open to requests. */
import { dirname, join } from "node:path";
import type { Refusal } from "../job/catalog-contract.ts";
import { refusePath } from "../job/file-name.ts";
import { refuse, type PlanContext } from "./read-request.ts";
import { DiskMemory } from "./disk-memory.ts";
import { isBelow, resolveInside, type Root } from "./resolve-inside.ts";

type Folders = Pick<PlanContext, "files" | "models">;

export interface Target {
  kind: "target";
  folder: string;
  /** Null: the path names a folder. */
  name: string | null;
}

/** @param path as a request gives it: in the downloads folder, unless it is absolute in that or in a folder of models */
export async function findTarget(path: string, url: string, folders: Folders): Promise<Target | Refusal> {
  const { files, models } = folders;
  if (path.startsWith("/") && models.rootOf(path) === null && !isBelow(path, files.folder))
    return refuse(
      "path",
      "path_refused",
      `path must stay inside the downloads folder (${files.folder}) or the models folder (${models.folder}): ${JSON.stringify(path)}`,
    );
  const inside = await resolveInside(rootOf(path, folders), path, url, "path");
  if (inside.kind === "refused") return refuse("path", "path_refused", inside.reason);
  const { folder, isFolder } = inside;
  return { kind: "target", folder, name: isFolder ? null : inside.name };
}

/** The inner of two folders that lie in each other is the one that is meant. */
function rootOf(path: string, { files, models }: Folders): Root {
  const ofModels = path.startsWith("/") ? models.rootOf(path) : null;
  const isOfFiles = isBelow(path, files.folder);
  return ofModels === null || (isOfFiles && files.folder.length > ofModels.folder.length) ? files : ofModels;
}

/** Places for the files of a source of many, below one folder. */
export class TargetFolder {
  readonly #root: Root;
  readonly #folder: string;
  /** By folder below: why nothing may be put there, or null. */
  readonly #refusals = new Map<string, string | null>();
  readonly #memory = new DiskMemory();

  private constructor(root: Root, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** @param path of the folder, with or without a slash at its end */
  static async open(path: string, folders: Folders): Promise<TargetFolder | Refusal> {
    const target = await findTarget(`${path.replace(/\/+$/, "")}/`, NO_NAME, folders);
    return target.kind === "target" ? new TargetFolder(rootOf(path, folders), target.folder) : target;
  }

  get folder(): string {
    return this.#folder;
  }

  /** @param path as the source calls it, with `/` between folders */
  async place(path: string): Promise<{ folder: string; name: string } | { reason: string }> {
    const refusal = refusePath(path, "the name");
    if (refusal !== null) return { reason: refusal };
    const below = dirname(path);
    let reason = this.#refusals.get(below);
    if (reason === undefined) {
      reason = await this.#look(below);
      this.#refusals.set(below, reason);
    }
    if (reason !== null) return { reason };
    const full = join(this.#folder, path);
    return { folder: dirname(full), name: full.slice(dirname(full).length + 1) };
  }

  async #look(below: string): Promise<string | null> {
    const folder = join(this.#folder, below);
    const inside = await resolveInside(this.#root, `${folder}/`, NO_NAME, "the folder", this.#memory);
    return inside.kind === "refused" ? inside.reason : null;
  }
}

/** Where a folder is meant no address has a say in the name. */
const NO_NAME = "http://host/";
