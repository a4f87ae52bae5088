/** What a destination has to be at any moment, whatever was cut off (CONTRACT §7.1 to §7.3). */
import { readdir, readFile, rename, utimes, writeFile } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";

export interface Found {
  /** Names in the folder, sorted. */
  names: string[];
  /** The bytes under the final name, or null. */
  final: Buffer | null;
  /** What the ledger claims. */
  claimed: (readonly [number, number])[];
  /** Broken promises, in words; none should be there. */
  broken: string[];
}

/**
 * Looks at a destination: the final name leads to nothing or to a whole version, the ledger claims bytes that are
 * there, all of one version.
 *
 * @param versions what the object is and was
 * @param before what may lie under the final name from before
 */
export async function lookThrough(
  folder: string,
  name: string,
  versions: readonly Buffer[],
  before: readonly Buffer[] = [],
): Promise<Found> {
  const names = (await readdir(folder)).sort();
  const broken: string[] = [];
  const final = names.includes(name) ? await readFile(join(folder, name)) : null;
  if (final !== null && ![...versions, ...before].some((bytes) => bytes.equals(final))) {
    broken.push(`${final.length} bytes under the final name are of no version`);
  }
  const claimed = names.includes(`${name}.part.json`) ? await readClaims(folder, name, broken) : [];
  // A ledger without a file claims nothing once the file has its final name.
  const part = await readFile(join(folder, `${name}.part`)).catch(() => null);
  if (claimed.length > 0 && part === null && final === null) {
    broken.push(`${JSON.stringify(claimed)} is claimed of a file that is not there`);
  }
  const isOf = (version: Buffer): boolean =>
    claimed.every(([start, end]) => part?.subarray(start, end).equals(version.subarray(start, end)) ?? true);
  if (!versions.some(isOf)) {
    broken.push(`${JSON.stringify(claimed)} is claimed of ${part?.length ?? 0} bytes that are of no version`);
  }
  return { names, final, claimed, broken };
}

async function readClaims(folder: string, name: string, broken: string[]): Promise<Found["claimed"]> {
  const text = await readFile(join(folder, `${name}.part.json`), "utf8");
  try {
    return (JSON.parse(text) as { done: [number, number][] }).done;
  } catch {
    broken.push(`the ledger is damaged: ${text.length} bytes`);
    return [];
  }
}

/** Bytes that a ledger claims. */
export function sumOf(claimed: Found["claimed"]): number {
  return claimed.reduce((sum, [start, end]) => sum + end - start, 0);
}

/**
 * As if the machine had been started again since: locks and what belongs to them are of the boot before, and no
 * younger than it.
 */
export async function bootAgain(folder: string): Promise<void> {
  const before = new Date(Date.now() - (uptime() + 60) * 1000);
  for (const name of await readdir(folder)) {
    if (!/\.lock$|\.claim$/.test(name)) continue;
    const file = join(folder, name);
    const text = await readFile(file, "utf8");
    const owner = parse(text);
    if (owner !== null) await writeFile(file, JSON.stringify({ ...owner, bootId: "the boot before" }));
    await utimes(file, before, before);
    // The name of a draft tells among which processes its number means one: those of that boot.
    const inThatBoot = name.replace(/^(\.haulyard)-[0-9a-f]{8}(-\d+-\d+-)/, "$1-00000000$2");
    await rename(file, join(folder, inThatBoot));
  }
}

function parse(text: string): object | null {
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}
