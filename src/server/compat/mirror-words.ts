/** What the JSON files have in common besides how they are written. */
import type { Engine } from "../../engine/engine-contract.ts";
import type { MirrorFile } from "./mirror-file.ts";

/** Entries named one by one; the file itself has them all. */
const MAX_NAMED = 5;
/** Longest piece of an entry that is repeated, in characters: it came from outside. */
const MAX_SHOWN = 120;

/** Entries that stay in a file as they are, and why, in one sentence. */
export function tellLeft(what: string, left: readonly string[]): string {
  const more = left.length > MAX_NAMED ? `; and ${left.length - MAX_NAMED} more` : "";
  return `${what} were left as they are: ${left.slice(0, MAX_NAMED).join("; ")}${more}.`;
}

export function shorten(text: string): string {
  const clean = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return clean.length > MAX_SHOWN ? `${clean.slice(0, MAX_SHOWN)}…` : clean;
}

/** Says to mirrors that there may be something new whenever a job has changed or moved. */
export async function touchOnChange(
  mirrors: readonly MirrorFile[],
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const touch = (): void => mirrors.forEach((mirror) => mirror.touch());
  // From a place that is named: the engine may not have been started yet, and would begin at the beginning.
  const cursor = await engine.cursor();
  // Begun anew after the store was away: who knows what has happened since.
  touch();
  for await (const _ of engine.feed(cursor, signal)) touch();
}

export function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
