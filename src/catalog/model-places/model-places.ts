/** Where ComfyUI looks for models, and where a new one goes: its models folder, and those named beside it. */
import { basename, join } from "node:path";
import { DiskMemory } from "../disk-memory.ts";
import type { Inside, Root } from "../resolve-inside.ts";
import { isBelow, resolveInside } from "../resolve-inside.ts";
import type { ExtraFolder } from "./read-extra-paths.ts";
import { presentName } from "./read-extra-paths.ts";

/** Kinds that ComfyUI looks up in several folders of its own (folder_paths.py), in its order. */
const OWN_FOLDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["text_encoders", ["text_encoders", "clip"]],
  ["diffusion_models", ["unet", "diffusion_models"]],
  ["controlnet", ["controlnet", "t2i_adapter"]],
]);

/** Their folders → the kind. */
const KIND_OF_FOLDER: ReadonlyMap<string, string> = new Map(
  [...OWN_FOLDERS].flatMap(([kind, folders]) => folders.map((folder) => [folder, kind] as const)),
);

interface Spot {
  /** What of it may not be left. */
  root: Root;
  folder: string;
}

/** What plans ask of them, of this machine's and of an instance's. */
export interface ModelRoots extends Root {
  readonly problems: readonly string[];
  /** Looks what is there, where that takes a while. Answers what could not be seen: sentences. */
  open?(signal: AbortSignal): Promise<readonly string[]>;
  rootOf(path: string): Root | null;
  kinds(folders: readonly string[]): string[];
  homeOf(below: string): string;
  find(below: string, memory?: DiskMemory): Promise<string | null>;
  placeOf(below: string, memory?: DiskMemory): Promise<string>;
}

/** Paths come from outside: no more first folders are kept in mind than there are kinds of models. */
const MAX_FOLDERS_KEPT = 200;

/** The models folder is the root that relative paths are read in. */
export class ModelPlaces implements ModelRoots {
  readonly folder: string;
  readonly called = "models folder";
  /** Folders named beside it; each is a root of its own. */
  readonly extra: readonly Root[];
  /** What of the file that names them cannot be used: sentences. */
  readonly problems: readonly string[];
  /** The folders of models: the models folder and those named beside it. */
  readonly ofModels: readonly string[];
  /** Links inside one root may lead into another. */
  readonly beside: readonly string[];
  /** Folders for whatever a download names them for: no model goes there by itself. */
  readonly #others: readonly Root[];
  readonly #spots = new Map<string, Spot[]>();
  /** Kinds whose first place is one that a section says is the default. */
  readonly #defaults = new Map<string, Spot>();
  /** What `#foldersFor` found. */
  readonly #folders = new Map<string, readonly Spot[]>();

  constructor(
    folder: string,
    extra: readonly ExtraFolder[] = [],
    problems: readonly string[] = [],
    others: readonly string[] = [],
  ) {
    this.folder = folder;
    this.problems = problems;
    const folders = [...new Set(extra.map((each) => each.folder))];
    this.ofModels = [folder, ...folders];
    this.beside = [...this.ofModels, ...others];
    this.#others = others.map((each) => ({
      folder: each,
      called: "folder of HAULYARD_ROOTS",
      beside: this.beside,
    }));
    this.extra = folders.map((each) => ({ folder: each, called: "folder of models", beside: this.beside }));
    const roots = new Map(this.extra.map((root) => [root.folder, root]));
    for (const { kind, folder: each, isDefault } of extra) {
      const root = roots.get(each);
      if (root !== undefined) this.#add(kind, { root, folder: each }, isDefault);
    }
  }

  /** As `add_model_folder_path` of folder_paths.py. */
  #add(kind: string, spot: Spot, isDefault: boolean): void {
    const spots = this.#spots.get(kind) ?? this.#own(kind);
    const others = spots.filter(({ folder }) => folder !== spot.folder);
    if (isDefault) {
      this.#spots.set(kind, [spot, ...others]);
      this.#defaults.set(kind, spot);
    } else this.#spots.set(kind, others.length < spots.length ? spots : [...spots, spot]);
  }

  #own(kind: string): Spot[] {
    const folders = OWN_FOLDERS.get(kind) ?? [kind];
    return folders.map((each) => ({ root: this, folder: join(this.folder, each) }));
  }

  /** The root that an absolute path is in: of roots in each other the inner one. Null: in none. */
  rootOf(path: string): Root | null {
    let best: Root | null = null;
    for (const root of [this, ...this.extra, ...this.#others])
      if (isBelow(path, root.folder) && (best === null || root.folder.length > best.folder.length))
        best = root;
    return best;
  }

  /** Kinds of models, as their folders are called now. */
  kinds(folders: readonly string[]): string[] {
    return [...new Set([...folders.map(kindOf), ...this.#spots.keys()])];
  }

  /**
   * Where a file may lie: first where a new one goes, then in the order in which ComfyUI looks.
   *
   * @param below the models folder: `vae/x.safetensors`
   */
  #optionsFor(below: string): Spot[] {
    const end = below.indexOf("/");
    if (end === -1) return [{ root: this, folder: join(this.folder, below) }];
    const rest = below.slice(end + 1);
    return this.#foldersFor(below.slice(0, end)).map(({ root, folder }) => ({
      root,
      folder: within(folder, rest),
    }));
  }

  /** Where files of a folder of the models folder may lie: asked for every model of a catalogue. */
  #foldersFor(first: string): readonly Spot[] {
    const known = this.#folders.get(first);
    if (known !== undefined) return known;
    const kind = kindOf(first);
    const written: Spot = { root: this, folder: join(this.folder, first) };
    const home = this.#defaults.get(kind) ?? written;
    const all = [home, ...(this.#spots.get(kind) ?? this.#own(kind)), written];
    const once = [...new Map(all.map((spot) => [spot.folder, spot])).values()];
    if (this.#folders.size < MAX_FOLDERS_KEPT) this.#folders.set(first, once);
    return once;
  }

  /** Where a new file goes. */
  homeOf(below: string): string {
    return this.#optionsFor(below)[0]?.folder ?? join(this.folder, below);
  }

  /** Where a file of the models folder, or of a folder that ComfyUI takes for the same, lies. Null: it is in none. */
  async find(below: string, memory = new DiskMemory()): Promise<string | null> {
    for (const { root, folder: path } of this.#optionsFor(below)) {
      if ((await memory.kindOf(path)) !== "file") continue;
      const inside = await resolveInside(root, path, "http://host/", "path", memory);
      if (inside.kind === "inside") return path;
    }
    return null;
  }

  /** Where the file lies, or goes where there is none. */
  async placeOf(below: string, memory = new DiskMemory()): Promise<string> {
    return (await this.find(below, memory)) ?? this.homeOf(below);
  }

  /**
   * What `resolveInside` says of a path of the catalogue, and then: in which of the folders it lies or belongs.
   *
   * @param path relative to the models folder, or absolute in any of the folders
   */
  async resolve(path: string, url: string, field: string, memory: DiskMemory): Promise<Inside> {
    const written = path.startsWith("/") ? this.rootOf(path) : null;
    if (written !== null && written !== this) return resolveInside(written, path, url, field, memory);
    const inside = await resolveInside(this, path, url, field, memory);
    if (inside.kind === "refused" || inside.name === null) return inside;
    const full = within(inside.folder, inside.name);
    const below = full.slice(this.folder === "/" ? 1 : this.folder.length + 1);
    if (this.#optionsFor(below).length === 1) return inside;
    const place = await this.placeOf(below, memory);
    const root = this.rootOf(place);
    if (place === full || root === null) return inside;
    return resolveInside(root, place, `http://host/${encodeURIComponent(basename(place))}`, field, memory);
  }
}

/** `unet` and `diffusion_models` are folders of one kind. */
export function kindOf(folder: string): string {
  return KIND_OF_FOLDER.get(folder) ?? presentName(folder);
}

/** `join`, without its work where there is none: most paths have no dots and no empty parts. */
function within(folder: string, rest: string): string {
  const isPlain = !/(?:^|\/)\.{0,2}(?:\/|$)/.test(rest) && !folder.endsWith("/");
  return isPlain ? `${folder}/${rest}` : join(folder, rest);
}
