/** The models folder of an instance, as plans see it: `$UI_HOME/models`, and what a scan says that is in it. */
import { posix } from "node:path";
import type { Hosts } from "../job/host-contract.ts";
import type { ModelRoots } from "./model-places/model-places.ts";
import { kindOf } from "./model-places/model-places.ts";
import type { Root } from "./resolve-inside.ts";
import { isBelow } from "./resolve-inside.ts";

export class AwayModels implements ModelRoots {
  readonly folder: string;
  readonly called = "models folder of the instance";
  readonly isAway = true;
  readonly problems: readonly string[] = [];
  readonly #scan: Hosts["scan"];
  readonly #hostId: string;
  /** Paths that are absolute may lead anywhere in `$UI_HOME`. */
  readonly #home: Root;
  #files: ReadonlySet<string> = new Set();

  constructor(home: string, hostId: string, scan: Hosts["scan"]) {
    this.folder = posix.join(home, "models");
    this.#home = { folder: home, called: "$UI_HOME of the instance", isAway: true };
    this.#hostId = hostId;
    this.#scan = scan;
  }

  /** Looks what is there. Answers what could not be seen: sentences. */
  async open(signal: AbortSignal): Promise<readonly string[]> {
    const answer = await this.#scan(this.#hostId, signal);
    if (answer.kind !== "scanned")
      return ["The instance did not say what it has: each file is looked for when it is fetched."];
    const { files, more } = answer.inventory;
    this.#files = new Set(files.map(({ path }) => path));
    return more
      ? ["The instance has more models than are looked through: some may be taken for missing."]
      : [];
  }

  rootOf(path: string): Root | null {
    if (isBelow(path, this.folder)) return this;
    return isBelow(path, this.#home.folder) ? this.#home : null;
  }

  /** @param _folders those of this machine say nothing */
  kinds(_folders: readonly string[]): string[] {
    return [...new Set([...this.#files].map((path) => path.split("/")[0] ?? ""))];
  }

  /** Folders of one kind are the same to ComfyUI. */
  async find(below: string): Promise<string | null> {
    const [first = "", ...rest] = below.split("/");
    const found = [below, ...this.#alike(first).map((folder) => posix.join(folder, ...rest))].find((path) =>
      this.#files.has(path),
    );
    return found === undefined ? null : posix.join(this.folder, found);
  }

  homeOf(below: string): string {
    return posix.join(this.folder, below);
  }

  async placeOf(below: string): Promise<string> {
    return (await this.find(below)) ?? this.homeOf(below);
  }

  #alike(folder: string): string[] {
    const kind = kindOf(folder);
    return this.kinds([]).filter((each) => kindOf(each) === kind);
  }
}
