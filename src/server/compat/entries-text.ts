/**
 * The text of a JSON file of very many entries, as `JSON.stringify(…, null, 2)` has it. It is made a few entries at a
 * time: with 100,000 of them nobody else would get a word in for a second.
 */
import { setImmediate as turn } from "node:timers/promises";

/** Work between two turns of the event loop. Milliseconds. */
const AT_ONCE_MS = 5;
/** Entries between two looks at the time. */
const LOOK_EVERY = 50;

/** What an entry was written as; most of them are the same objects the next time. */
const known = new WeakMap<object, string>();

/** @param values none of them undefined */
export function textOfList(values: Iterable<unknown>): Promise<string> {
  return join("[", values, textOf, "]");
}

/** @param entries no key twice, no value undefined */
export function textOfObject(entries: Iterable<readonly [string, unknown]>): Promise<string> {
  return join("{", entries, ([key, value]) => `${JSON.stringify(key)}: ${textOf(value)}`, "}");
}

async function join<T>(
  open: string,
  items: Iterable<T>,
  write: (item: T) => string,
  close: string,
): Promise<string> {
  const lines: string[] = [];
  let begun = performance.now();
  for (const item of items) {
    lines.push(`  ${write(item)}`);
    if (lines.length % LOOK_EVERY !== 0 || performance.now() - begun < AT_ONCE_MS) continue;
    await turn();
    begun = performance.now();
  }
  return lines.length === 0 ? `${open}${close}\n` : `${open}\n${lines.join(",\n")}\n${close}\n`;
}

function textOf(value: unknown): string {
  const before = typeof value === "object" && value !== null ? known.get(value) : undefined;
  if (before !== undefined) return before;
  // Joined, the text is one piece of memory; `replaceAll` leaves dozens of small ones of each entry, seven times as much.
  const text = JSON.stringify(value, null, 2).split("\n").join("\n  ");
  if (typeof value === "object" && value !== null) known.set(value, text);
  return text;
}
