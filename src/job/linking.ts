/** Other names of a file, made once it is in its place, and a mark that all files of a set have theirs. */
import type { Step } from "./job.ts";

export interface Linking {
  /** Absolute paths of symbolic links to the file; what is in each is relative, so that all can be moved together. */
  links: readonly string[];
  mark: Mark | null;
}

/** A small file with `text`, written once all of `needs` are there, by whichever file of the set comes last. */
export interface Mark {
  /** Absolute. */
  path: string;
  text: string;
  /** Absolute; `needs` are below it. */
  folder: string;
  /** Links, in the order their files are asked for. */
  needs: readonly string[];
}

/** True if what these steps do makes every link and mark that those are to make. */
export function coversLinking(steps: readonly Step[], wanted: readonly Step[]): boolean {
  const made = new Set(namesOf(steps));
  return namesOf(wanted).every((name) => made.has(name));
}

function namesOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind !== "transfer" || step.linking === undefined) return [];
    const { links, mark } = step.linking;
    return mark === null ? [...links] : [...links, mark.path];
  });
}
