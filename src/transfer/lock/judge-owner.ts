/** Does the owner of a lock live? Where nothing proves it either way, its heartbeat tells. */
import { uptime } from "node:os";
import { judgeAlive } from "./process-identity.ts";
import type { Owner } from "./lock-owner.ts";
import { isUnreadable } from "./lock-owner.ts";

export type Life =
  | { kind: "dead" }
  /** `provenForMs`: null if it lives for sure; else it counts as living for so long if its heart beats no more. */
  | { kind: "alive"; provenForMs: number | null }
  /** Silent for too long, or its clock makes no sense: to be watched. */
  | { kind: "silent" };

/** An owner writes its name within microseconds; what has none after so long never gets one. Milliseconds. */
const NAMELESS_MS = 5_000;

const DEAD: Life = { kind: "dead" };

/**
 * @param silentFor milliseconds since its last heartbeat, by the clock of the file system
 * @param isHeld whether this thread holds a lock with this token
 */
export async function judgeOwner(
  owner: Owner,
  we: Owner,
  silentFor: () => Promise<number>,
  isHeld: (token: string) => boolean,
  staleMs: number,
): Promise<Life> {
  if (isUnreadable(owner)) {
    const left = NAMELESS_MS - Math.abs(await silentFor());
    return left <= 0 ? DEAD : { kind: "alive", provenForMs: left };
  }
  const verdict = await judgeAlive(owner, we);
  switch (verdict) {
    case "dead":
      return DEAD;
    case "alive":
      if (owner.pid !== we.pid) return { kind: "alive", provenForMs: null };
      // Of our own threads only this one can be seen into.
      if (owner.threadId !== we.threadId) return judgeByHeart(await silentFor(), staleMs);
      return isHeld(owner.token) ? { kind: "alive", provenForMs: null } : DEAD;
    case "rebooted": {
      // Two machines may have one name. Ours did not beat since this one came up: a twin would have.
      const silent = await silentFor();
      return silent > uptime() * 1000 ? DEAD : judgeByHeart(silent, staleMs);
    }
    case "unknown":
      return judgeByHeart(await silentFor(), staleMs);
    default:
      throw verdict satisfies never;
  }
}

/** A heartbeat from the future, too, is one to be watched: the clock of the file system was set back. */
function judgeByHeart(silentMs: number, staleMs: number): Life {
  return Math.abs(silentMs) >= staleMs
    ? { kind: "silent" }
    : { kind: "alive", provenForMs: staleMs - Math.max(0, silentMs) };
}
