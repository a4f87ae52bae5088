/** What a lock says of who holds it. */
import { createHash } from "node:crypto";
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

const DRAFT = /^\.haulyard-(?:(?<numbering>[0-9a-f]{8})-(?<pid>\d+)-(?<startedAt>\d+)-)?[0-9a-f-]{36}\.lock$/;

/**
 * A draft is created before it is written, and a kill may come in between: its name tells already which process it
 * was, to those who count processes the same way.
 */
export function draftName(owner: Owner): string {
  const who = `${numberingOf(owner)}-${owner.pid}-${owner.startedAt ?? 0}`;
  return `.haulyard-${who}-${owner.token}.lock`;
}

export function isDraft(name: string): boolean {
  return DRAFT.test(name);
}

/** Null if the name tells nothing: another machine's, or of an earlier version. */
export function ownerByName(name: string, we: Owner): Owner | null {
  const { numbering, pid, startedAt } = DRAFT.exec(name)?.groups ?? {};
  if (numbering !== numberingOf(we)) return null;
  return { ...we, token: name, pid: Number(pid), startedAt: startedAt === "0" ? null : String(startedAt) };
}

/** The last answer of `numberingOf`: it is asked for one and the same with every lock. */
let numbered = { who: "", numbering: "" };

/** Eight hexadecimal digits, the same for all processes among which a pid means one. */
function numberingOf({ host, bootId, pidNamespace }: ProcessIdentity): string {
  const who = JSON.stringify([host, bootId, pidNamespace]);
  if (numbered.who !== who)
    numbered = { who, numbering: createHash("sha256").update(who).digest("hex").slice(0, 8) };
  return numbered.numbering;
}
