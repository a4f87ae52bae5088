/** What the palette offers for what was typed. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { matches, wordsOf } from "../data/group-jobs.ts";

export interface PaletteCommand {
  id: string;
  label: string;
  /** Other words people may type for it. */
  also?: string;
}

export type PaletteEntry<C extends PaletteCommand> =
  | { kind: "command"; id: string; label: string; command: C }
  | { kind: "job"; id: string; label: string; job: JobMessage };

/** Jobs shown at most: who wants more searches the list. */
export const MOST_JOBS = 8;

/** All commands that match, then jobs by name, newest first; without words the commands alone. */
export function paletteEntries<C extends PaletteCommand>(
  typed: string,
  commands: readonly C[],
  jobs: Iterable<JobMessage>,
): PaletteEntry<C>[] {
  const words = wordsOf(typed);
  const entries: PaletteEntry<C>[] = commands
    .filter(({ label, also = "" }) => holdsAll(`${label} ${also}`, words))
    .map((command) => ({ kind: "command", id: command.id, label: command.label, command }));
  if (words.length === 0) return entries;
  const found = [...jobs].filter((job) => matches(job, words)).toSorted((a, b) => b.sequence - a.sequence);
  for (const job of found.slice(0, MOST_JOBS))
    entries.push({ kind: "job", id: `job-${job.id}`, label: job.name, job });
  return entries;
}

function holdsAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
