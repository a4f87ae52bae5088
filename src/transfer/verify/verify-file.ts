/** Before the final name: length, content, hash (CONTRACT §7.2). */
import { basename } from "node:path";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { Checksum, ChecksumState } from "../../job/job.ts";
import { checkContent, HEAD_BYTES } from "../judge/check-content.ts";
import type { PartFile } from "../part/part-file.ts";
import type { Listed } from "../sidecar/pick-checksum.ts";
import type { SearchResult } from "../sidecar/search-sidecars.ts";
import type { Run } from "../transfer-run.ts";

/** How often the page is told how far the hash is. */
export const REPORT_EVERY_MS = 200;

export type Verification =
  | { kind: "right"; state: ChecksumState }
  | { kind: "wrong"; failure: Failure }
  | { kind: "stopped" };

/** @param lengthTold somebody said how long the file is */
export async function verifyFile(
  run: Run,
  path: string,
  part: PartFile,
  lengthTold: boolean,
): Promise<Verification> {
  run.report.stage("verifying");
  await run.point("verifying");
  const size = part.ledger.facts.size ?? part.bytesWritten;
  const onDisk = await part.lengthOnDisk();
  if (onDisk !== size) {
    return wrong(failure("disk_failed", `${path}.part has ${onDisk} bytes, ${size} were written to it.`));
  }
  const head = await part.read(0, Math.min(HEAD_BYTES, size));
  const content = checkContent({ name: basename(path), head, size, contentType: null, url: null });
  if (content !== null) return wrong(content);
  const expected = run.step.checksum ?? part.ledger.checksum;
  return expected === null
    ? verifyByList(run, path, part, lengthTold)
    : compare(run, path, part, { checksum: expected, size: null });
}

/** Nobody told the hash so far; a list beside the file may. */
async function verifyByList(
  run: Run,
  path: string,
  part: PartFile,
  lengthTold: boolean,
): Promise<Verification> {
  const found = await run.search.result(part.bytesWritten);
  if (run.signal.aborted) return { kind: "stopped" };
  if (found.kind !== "listed") return { kind: "right", state: unverified(found, lengthTold) };
  const compared = await compare(run, path, part, found.listed);
  if (compared.kind !== "wrong") return compared;
  // In folders where files change under their names (`current/`) the list was read before it changed, too.
  const now = await run.search.renewed(part.bytesWritten);
  if (run.signal.aborted) return { kind: "stopped" };
  return now.kind === "listed" ? compare(run, path, part, now.listed) : compared;
}

/** Nobody publishes a hash, or nobody could be asked for it. */
export function unverified(found: SearchResult, lengthTold: boolean): ChecksumState {
  const plain = lengthTold
    ? "No hash is known for this file."
    : "The server gave neither a hash nor the length: the file may be cut short.";
  const more = found.kind === "trouble" ? ` ${found.label} could not be read: ${found.failure.message}` : "";
  return { kind: "unverified", reason: plain + more };
}

/** @param expected hash, and size where it was published with the hash */
async function compare(
  run: Run,
  path: string,
  part: PartFile,
  { checksum, size }: Listed,
): Promise<Verification> {
  if (size !== null && size !== part.bytesWritten) {
    const message = `${basename(path)} has ${part.bytesWritten} bytes, expected ${size} (${checksum.origin}).`;
    return wrong(failure("size_mismatch", message));
  }
  const hex = await hashPart(run, part, checksum);
  if (hex === null) return { kind: "stopped" };
  await run.point("verified");
  if (hex !== checksum.hex.toLowerCase()) return wrong(mismatch(checksum, hex, path));
  return { kind: "right", state: verified(checksum) };
}

function wrong(why: Failure): Verification {
  return { kind: "wrong", failure: why };
}

export function verified({ algorithm, hex, origin }: Checksum): ChecksumState {
  return { kind: "verified", algorithm, hex: hex.toLowerCase(), origin };
}

function mismatch({ algorithm, hex, origin }: Checksum, got: string, path: string): Failure {
  const message = `${basename(path)} has the ${algorithm} ${got}, expected ${hex} (${origin}).`;
  return failure("checksum_mismatch", message);
}

/** Hash of all bytes; most were hashed as they came. Null if the run was stopped. */
async function hashPart(run: Run, part: PartFile, { algorithm }: Checksum): Promise<string | null> {
  if (part.hash === null || part.hash.algorithm !== algorithm) part.startHash(algorithm);
  const report = (): void => run.report.verified(part.hash?.bytesHashed ?? 0);
  const timer = setInterval(report, REPORT_EVERY_MS);
  try {
    const hex = await part.digest(run.signal);
    if (hex !== null) report();
    return hex;
  } finally {
    clearInterval(timer);
  }
}
