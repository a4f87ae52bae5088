/** The models folder of another machine of the installation, as plans see it: what is in it only that machine knows. */
import { posix } from "node:path";
import type { ModelRoots } from "./model-places/model-places.ts";
import type { Root } from "./resolve-inside.ts";
import { isBelow } from "./resolve-inside.ts";

export class NodeModels implements ModelRoots {
  readonly folder: string;
  readonly called = "models folder of that machine";
  readonly isAway = true;
  readonly problems: readonly string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  rootOf(path: string): Root | null {
    return isBelow(path, this.folder) ? this : null;
  }

  kinds(): string[] {
    return [];
  }

  /** Whether a file is there already is seen by the machine itself, before it fetches. */
  async find(): Promise<string | null> {
    return null;
  }

  homeOf(below: string): string {
    return posix.join(this.folder, below);
  }

  async placeOf(below: string): Promise<string> {
    return this.homeOf(below);
  }
}
