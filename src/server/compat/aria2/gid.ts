/**
 * aria2 names a download by 16 hexadecimal digits, its GID. A job's GID is made of the digits of its id that are
 * random: the same for ever, without anything being kept.
 */
import { randomBytes } from "node:crypto";
import type { JobId } from "../../../job/job.ts";
import { RpcError } from "./rpc-error.ts";

const GID = /^[0-9a-f]{16}$/;
/** aria2 takes the beginning of a GID for the whole, if only one begins so. */
const GID_START = /^[0-9a-f]{1,16}$/;

/** Left out are the digits of version and variant (RFC 9562 §4), which are the same in every id. */
export function gidOf(id: JobId): string {
  const digits = id.replaceAll("-", "");
  return digits.slice(0, 12) + digits.slice(13, 16) + digits.slice(17, 18);
}

/** An id for a job that is to have this GID. */
export function jobIdFor(gid: string): JobId {
  const rest = randomBytes(7).toString("hex");
  // Version 4, and the variant of RFC 9562.
  return [
    gid.slice(0, 8),
    gid.slice(8, 12),
    `4${gid.slice(12, 15)}`,
    `8${gid.slice(15)}${rest.slice(0, 2)}`,
    rest.slice(2),
  ].join("-");
}

/** A GID somebody chose for a new download, in lower case; null if it is none. */
export function readNewGid(text: string): string | null {
  const gid = text.toLowerCase();
  return GID.test(gid) && gid !== "0".repeat(16) ? gid : null;
}

/** What somebody wrote for a GID, in lower case. */
export function readGidStart(text: string): string {
  const start = text.toLowerCase();
  if (!GID_START.test(start)) throw new RpcError(`Invalid GID ${text.slice(0, 64)}`);
  return start;
}
