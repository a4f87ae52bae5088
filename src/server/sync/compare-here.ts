/** What of a lock is on this machine already: told by the index of files. */
import type { FileIndex } from "../../job/file-index-contract.ts";
import type { LockEntry } from "../../job/lock-contract.ts";
import type { Compared } from "./compared.ts";

/** Files above this are not read while somebody waits: the job does it. Bytes. */
const READ_AT_ONCE_BYTES = 256 * 1024 * 1024;

export async function compareHere(
  { size, sha256 }: LockEntry,
  destination: string,
  files: FileIndex,
  signal: AbortSignal,
): Promise<Compared> {
  const there = await files.describe(destination);
  const fits = there !== null && (size === null || there.size === size);
  if (fits && sha256 === null)
    return size === null
      ? { state: "same", reason: "a file of this name is there; the lock says nothing more of it" }
      : { state: "same", reason: "its size is right; the lock has no hash of it" };
  if (fits && there !== null) {
    const known =
      there.sha256 ?? (there.size <= READ_AT_ONCE_BYTES ? await files.hashNow(destination, signal) : null);
    if (known === sha256) return { state: "same", reason: null };
    if (known === null) return { state: "check", reason: null };
  }
  const [twin] =
    sha256 === null ? [] : (await files.find({ sha256, size })).filter(({ path }) => path !== destination);
  if (twin !== undefined)
    return {
      state: "linked",
      reason: `the same bytes are at ${twin.path}`,
      twins: [twin.path],
      isFree: there === null,
    };
  return there === null
    ? { state: "missing", reason: null }
    : { state: "different", reason: "another file is there" };
}
