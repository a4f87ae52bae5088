/**
 * What was typed and not sent outlives the form it is in: a press of Escape or a look at another section loses nothing.
 * Held as long as the page lives and nobody signs out, and nowhere else: a token may be among it.
 */
import { useEffect, useState } from "react";
import type { Dispatch, SetStateAction } from "react";

const kept = new Map<string, unknown>();

/** What was left there. `T` is for whoever wrote it: each form has a name of its own. */
export function keptDraft<T>(name: string | null): T | undefined {
  return name === null ? undefined : (kept.get(name) as T | undefined);
}

export function keepDraft(name: string | null, draft: unknown): void {
  if (name !== null) kept.set(name, draft);
}

export function forgetDraft(name: string | null): void {
  if (name !== null) kept.delete(name);
}

/** A state that is kept from the first change on; null: it is not. */
export function useKeptState<T>(name: string | null, initial: () => T): [T, Dispatch<SetStateAction<T>>] {
  const [first] = useState(() => keptDraft<T>(name) ?? initial());
  const [draft, setDraft] = useState(first);
  useEffect(() => {
    if (draft !== first || keptDraft(name) !== undefined) keepDraft(name, draft);
  }, [draft, first, name]);
  return [draft, setDraft];
}

/** Whoever comes next is somebody else. */
export function forgetDrafts(): void {
  kept.clear();
}
