/** Which cards are chosen: one by one, or from one to another. Pure. */

export interface Selection {
  chosen: ReadonlySet<string>;
  /** Where a range begins: what was chosen or left last. */
  from: string | null;
}

export const NOTHING: Selection = { chosen: new Set(), from: null };

export function toggle({ chosen }: Selection, path: string): Selection {
  const next = new Set(chosen);
  if (!next.delete(path)) next.add(path);
  return { chosen: next, from: path };
}

/** Everything between the last one and this one, in the order of the page, both included. */
export function extendTo(selection: Selection, path: string, shown: readonly string[]): Selection {
  const start = selection.from === null ? -1 : shown.indexOf(selection.from);
  const end = shown.indexOf(path);
  if (start === -1 || end === -1) return choose(selection, [path], path);
  const [low, high] = start < end ? [start, end] : [end, start];
  return choose(selection, shown.slice(low, high + 1), path);
}

export function choose({ chosen }: Selection, paths: readonly string[], from: string | null): Selection {
  return { chosen: new Set([...chosen, ...paths]), from };
}

/** Cards that are gone cannot be installed; those that only the filter hides stay chosen. */
export function withoutGone(selection: Selection, there: ReadonlySet<string>): Selection {
  const left = [...selection.chosen].filter((path) => there.has(path));
  return left.length === selection.chosen.size ? selection : { ...selection, chosen: new Set(left) };
}
