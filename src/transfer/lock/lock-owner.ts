/** What a lock says of who holds it. */
import type { ProcessIdentity } from "./process-identity.ts";

export interface Owner extends ProcessIdentity {
  /** Of this one lock: nobody else ever has it. */
  token: string;
}

/** Null if it says nothing that could be understood. */
export function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Owner | null;
    return typeof owner?.token === "string" && typeof owner.pid === "number" ? owner : null;
  } catch {
    return null;
  }
}

export function serializeOwner(owner: Owner): string {
  return `${JSON.stringify(owner)}\n`;
}

/**
 * Of a file without an owner in it: it is being written this very moment (where links are not supported), or
 * power was lost before its content was on the disk. Only its age can tell.
 */
export function unreadableOwner(inode: number): Owner {
  const nobody = { host: "", bootId: null, pidNamespace: null, pid: 0, startedAt: null, threadId: 0 };
  return { token: `unreadable-${inode}`, ...nobody };
}

export function isUnreadable(owner: Owner): boolean {
  return owner.host === "" && owner.pid === 0;
}

/** For people. */
export function describeOwner(owner: Owner, we: Owner): string {
  if (isUnreadable(owner)) return "another download";
  if (owner.host !== we.host) return `process ${owner.pid} on ${owner.host}`;
  return owner.pid === we.pid ? "another download of this program" : `process ${owner.pid}`;
}
