/** How a file of a lock stands on a place. */
import type { SyncFile } from "../../wire/lock.ts";

export interface Compared {
  state: SyncFile["state"];
  reason: string | null;
  /** Absolute paths of files there that have the same bytes, or may have. */
  twins?: readonly string[];
  /** Nothing has the name. */
  isFree?: boolean;
}
