/** Drafts and claims of processes that died before they could take them away. */
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Owner } from "./lock-owner.ts";
import { isDraft, isUnreadable, ownerByName } from "./lock-owner.ts";
import { readOwner } from "./lock-place.ts";
import { judgeAlive } from "./process-identity.ts";

const CLAIM = /^\.haulyard-(.+)\.claim$/;

/**
 * Takes away what provably nobody needs any more, and what is so old that nobody can. Trouble is no reason to
 * fail: the next one sweeps again.
 *
 * @param oldMs a draft or claim lives for milliseconds
 */
export async function sweepLeftovers(folder: string, we: Owner, oldMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (!names.some((name) => isDraft(name) || CLAIM.test(name))) return;
  const owners = new Map<string, Owner>();
  for (const name of names) {
    if (!isDraft(name) && !CLAIM.test(name) && !name.endsWith(".part.lock")) continue;
    const owner = await readOwner(join(folder, name)).catch(() => null);
    if (owner !== null) owners.set(name, isUnreadable(owner) ? (ownerByName(name, we) ?? owner) : owner);
  }
  // A claim that is taken away may free the one on it.
  for (let count = Infinity; owners.size < count;) {
    count = owners.size;
    for (const [name, owner] of owners) {
      if (name.endsWith(".part.lock") || isClaimed(name, owners)) continue;
      if (!(await isLeft(join(folder, name), owner, we, oldMs))) continue;
      await unlink(join(folder, name)).catch(() => {});
      owners.delete(name);
    }
  }
}

/** A claim means something as long as there is what it claims: taken away, a second one could be laid on it. */
function isClaimed(name: string, owners: ReadonlyMap<string, Owner>): boolean {
  const claimed = CLAIM.exec(name)?.[1];
  return claimed !== undefined && [...owners.values()].some(({ token }) => token === claimed);
}

async function isLeft(path: string, owner: Owner, we: Owner, oldMs: number): Promise<boolean> {
  const verdict = isUnreadable(owner) ? "unknown" : await judgeAlive(owner, we);
  if (verdict === "dead") return true;
  if (verdict === "alive") return false;
  const facts = await stat(path).catch(() => null);
  return facts !== null && Math.abs(Date.now() - facts.mtimeMs) > oldMs;
}
