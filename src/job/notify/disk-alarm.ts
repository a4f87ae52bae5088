/** When a disk that fills up is worth a message. Pure. */

/** Free space has to come back by a fifth beyond the limit before another message: not one for every file that ends. */
const RECOVERY = 1.2;

export interface DiskAlarm {
  /** Whether the disk counts as low from now on. */
  isLow: boolean;
  /** Whether it is to be told. */
  tell: boolean;
}

/** @param wasLow what was told before */
export function judgeDisk(freeBytes: number, limitBytes: number, wasLow: boolean): DiskAlarm {
  const isLow = freeBytes < limitBytes * (wasLow ? RECOVERY : 1);
  return { isLow, tell: isLow && !wasLow };
}
