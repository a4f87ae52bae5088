/** What a disk that loses power has written of what it was not yet told to make lasting. */

export type CutKind =
  /** All of it: no more than a kill. */
  | "kept"
  /** Nothing of it. */
  | "lost"
  /** All up to a moment. */
  | "prefix"
  /** Any of it, in no order: what POSIX allows. */
  | "any";

export const CUT_KINDS: readonly CutKind[] = ["kept", "lost", "prefix", "any"];

export interface Cut {
  /** Of so many changes in a row, how many are in force. */
  upTo(changes: number): number;
  keepsPage(change: number): boolean;
  /** @param order which change it was of all that were ever made on the disk */
  keepsName(order: number): boolean;
}

/**
 * @param oldest order of the oldest change that is not lasting
 * @param newest order of the newest one
 */
export function cutPower(kind: CutKind, random: () => number, oldest: number, newest: number): Cut {
  const moment = oldest + random() * (newest - oldest + 1);
  const some = (): boolean => random() < 0.5;
  switch (kind) {
    case "kept":
      return { upTo: (changes) => changes, keepsPage: () => true, keepsName: () => true };
    case "lost":
      return { upTo: () => 0, keepsPage: () => false, keepsName: () => false };
    case "prefix":
      return {
        upTo: (changes) => Math.floor(random() * (changes + 1)),
        keepsPage: some,
        keepsName: (order) => order <= moment,
      };
    case "any":
      return { upTo: (changes) => Math.floor(random() * (changes + 1)), keepsPage: some, keepsName: some };
    default:
      throw kind satisfies never;
  }
}

/** 0 to 1, always the same for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
