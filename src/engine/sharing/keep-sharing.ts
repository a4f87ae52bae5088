/** What is to be done again and again so that machines of one site give files to each other. */
import { lstat } from "node:fs/promises";
import type { Clock } from "../../job/clock.ts";
import { stampOf } from "../../job/file-stamp.ts";
import type { FileStamp } from "../../job/file-stamp.ts";
import type { FileIndex } from "../../job/file-index-contract.ts";
import type { SharedFile, SignRequest, UnreadShare } from "../../job/sharing/sharing-contract.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { EngineLog } from "../engine-log.ts";
import { repeat } from "../repeat.ts";

/** Others wait for what was fetched here. */
const READ_MS = 1_000;
/** Machines go away without a word. */
const SETTLE_MS = 2_000;

export interface SharingParts {
  sign: SignRequest;
  /** The SHA-256 of a file of this machine; null: it is not there, or was changed while it was read. */
  hash: FileIndex["hashNow"];
}

interface Parts {
  store: Pick<JobStore, "sharing">;
  clock: Clock;
  log: EngineLog;
  node: string;
  sharing?: SharingParts;
}

export async function keepSharing(
  { store: { sharing }, clock, log, node, sharing: own }: Parts,
  signal: AbortSignal,
): Promise<void> {
  if (own === undefined) return;
  const read = async (): Promise<void> => {
    for (const share of await sharing.unread(node)) {
      const file = await readShare(share, own.hash, signal);
      if (signal.aborted) return;
      if (file === null)
        log.error({ jobId: share.id }, "a file that others wait for cannot be given to them");
      await sharing.publish(share.id, file, clock.now());
    }
  };
  const every = { clock, log, signal };
  await Promise.all([
    repeat("shared files", READ_MS, read, every),
    repeat("sharing", SETTLE_MS, () => sharing.settle(clock.now()), every),
  ]);
}

/** Null: it cannot be given to others. */
async function readShare(
  { destination, checksumState: state }: UnreadShare,
  hash: SharingParts["hash"],
  signal: AbortSignal,
): Promise<SharedFile | null> {
  const before = destination === null ? null : await lookAt(destination);
  if (destination === null || before === null) return null;
  const isKnown = state?.kind === "verified" && state.algorithm === "sha256";
  const sha256 = isKnown ? state.hex : await hash(destination, signal);
  const { inode, size, mtimeNs } = before;
  return sha256 === null ? null : { sha256, stamp: { inode, size, mtimeNs } };
}

/** Null: it is not there, or is a link or no file. */
async function lookAt(path: string): Promise<FileStamp | null> {
  const facts = await lstat(path, { bigint: true }).catch(() => null);
  return facts?.isFile() === true ? stampOf(facts) : null;
}
