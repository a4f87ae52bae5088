/** What work costs this thread, whatever else the machine has to do, and however slow it is. */
import { expect } from "vitest";

/** What the reference work takes on the machine the budgets of the tests were written on. Milliseconds. */
const REFERENCE_MS = 35;
/** Other work in caches and collections of garbage get in between: one of so many has to be within the budget. */
const TRIES = 5;

/** Processor time of this thread. Milliseconds. */
export async function costOf(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/**
 * The work takes no longer than `ms` of processor time on the machine the budgets were written on, and on a slower one
 * as much longer as other work does. Budgets are ten times what is usual: they are there for what grows in squares.
 */
export async function expectQuick(ms: number, work: () => unknown): Promise<void> {
  const costs: number[] = [];
  let budget = ms;
  for (let tries = 0; tries < TRIES; tries += 1) {
    costs.push(await costOf(work));
    if (Math.min(...costs) < budget) return;
    budget = ms * (await slowness());
  }
  expect(Math.min(...costs), `processor time in ms, of ${budget}`).toBeLessThan(budget);
}

/** How many times longer work takes here; 1 on a machine that is as quick, or quicker. */
async function slowness(): Promise<number> {
  const costs = [await costOf(referenceWork), await costOf(referenceWork), await costOf(referenceWork)];
  return Math.max(1, Math.min(...costs) / REFERENCE_MS);
}

/** Of the kind that parsers do: characters, strings, small objects. */
function referenceWork(): number {
  const text = "a line of text, 1234 bytes; and=more\n".repeat(20_000);
  const found: { at: number; word: string }[] = [];
  for (const match of text.matchAll(/[a-z]+|\d+/g)) found.push({ at: match.index, word: match[0] });
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return JSON.stringify(found).length + sum;
}
