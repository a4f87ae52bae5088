/** Left free beside every download: what the file system and its other users need to breathe. Bytes. */
export const SPACE_MARGIN_BYTES = 32 * 1024 * 1024;

/** A command that waits for space. */
export interface SpaceWait {
  /** When it was seen waiting first, this time; null while it is at work. */
  since: number | null;
  /** What was free then. Bytes. */
  freeAtFirst: number;
  /** How often it was woken, and its disk became full again. */
  woken: number;
}

/** Woken in vain, a command waits twice as long as before: one that deletes what it could not finish would run for ever. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Whether a command has a chance that it did not have: what it still needs is free, and either somebody has made
 * space since it waits, or it has waited long enough. Nobody knows what most commands need.
 */
export function mayGoOn(
  { since, freeAtFirst, woken }: SpaceWait,
  { free, remaining, now }: { free: number; remaining: number; now: number },
): boolean {
  if (since === null || free < remaining + SPACE_MARGIN_BYTES) return false;
  if (free - freeAtFirst >= SPACE_MARGIN_BYTES) return true;
  return now - since >= Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(woken, 10));
}
