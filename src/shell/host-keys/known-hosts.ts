/**
 * Our own `known_hosts`: what people have accepted, and nothing else. OpenSSH reads it, only we write it.
 *
 * Lines we do not understand stay as they are: a person may have put `@cert-authority` or `@revoked` there.
 */
import { readFile } from "node:fs/promises";
import { replaceFile } from "../../disk/replace-file.ts";
import { formatKeyLine, parseKeyLine } from "./key-lines.ts";
import type { KeyLine } from "./key-lines.ts";

/** The keys kept under this name. */
export async function readKnownKeys(path: string, name: string): Promise<KeyLine[]> {
  return (await readLines(path)).flatMap((line) => {
    const key = parseKeyLine(line);
    return key?.name === name ? [key] : [];
  });
}

/** All that are kept. */
export async function readAllKeys(path: string): Promise<KeyLine[]> {
  return (await readLines(path)).flatMap((line) => parseKeyLine(line) ?? []);
}

/** These lines are all the keys there are; lines that are not ours stay. */
export async function replaceKeys(path: string, lines: readonly string[]): Promise<void> {
  await inTurn(path, async () => {
    const before = await readLines(path);
    const after = [...before.filter((line) => parseKeyLine(line) === null), ...lines];
    if (after.join("\n") !== before.join("\n")) await writeLines(path, after);
  });
}

/** From now on these keys, and no others, are the keys of the names they bear. */
export async function trustKeys(path: string, keys: readonly KeyLine[]): Promise<void> {
  await change(path, new Set(keys.map((key) => key.name)), keys);
}

/** Forgets a host: the next connection asks again. */
export async function forgetKeys(path: string, name: string): Promise<void> {
  await change(path, new Set([name]), []);
}

/** One writer at a time per file; other processes do not write to our data folder (its lock sees to that). */
const queues = new Map<string, Promise<void>>();

function change(path: string, names: ReadonlySet<string>, keys: readonly KeyLine[]): Promise<void> {
  return inTurn(path, async () => {
    const lines = await readLines(path);
    const others = lines.filter((line) => !names.has(parseKeyLine(line)?.name ?? ""));
    if (others.length === lines.length && keys.length === 0) return;
    await writeLines(path, [...others, ...keys.map(formatKeyLine)]);
  });
}

function inTurn(path: string, work: () => Promise<void>): Promise<void> {
  const before = queues.get(path) ?? Promise.resolve();
  const done = before.then(work);
  // The next one goes on whatever became of this one.
  const settled = done.catch(() => {});
  queues.set(path, settled);
  void settled.then(() => {
    if (queues.get(path) === settled) queues.delete(path);
  });
  return done;
}

async function readLines(path: string): Promise<string[]> {
  try {
    const text = await readFile(path, "utf8");
    return text.split("\n").filter((line) => line !== "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Whole or not at all, after a power loss too: a lost line would ask anew, a half one could trust nobody. */
async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await replaceFile(path, [...lines, ""].join("\n"), { mode: 0o600 });
}
