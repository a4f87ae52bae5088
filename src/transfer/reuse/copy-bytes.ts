import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { Checksum } from "../../job/job.ts";
import { awaitDigest } from "../hash/await-digest.ts";
import type { Run } from "../transfer-run.ts";
import { REPORT_EVERY_MS } from "../verify/verify-file.ts";

/** One piece of a copy: some milliseconds of a disk. Bytes. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Synced this often: all at once would hold up whoever else writes to the disk. Bytes. */
const SYNC_BYTES = 256 * 1024 * 1024;

/**
 * Copies a file, and hashes what was written, not what was read: it is the copy that gets the name.
 *
 * @returns false if it is not what it was said to be, or the run was stopped
 */
export async function copyBytes(
  run: Run,
  from: FileHandle,
  part: string,
  size: number,
  checksum: Checksum,
): Promise<boolean> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const to = await open(part, flags, 0o666);
  const hash = run.machinery.openHash(checksum.algorithm);
  // While it runs it also keeps a program alive that has nothing else to do than to wait for the worker.
  let timer: NodeJS.Timeout | undefined;
  try {
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, Math.max(1, size)));
    let unsynced = 0;
    for (let at = 0; at < size;) {
      if (run.signal.aborted) return false;
      const { bytesRead } = await from.read(piece, 0, Math.min(piece.length, size - at), at);
      if (bytesRead === 0) return false;
      await writeAll(to, piece, bytesRead, at);
      hash.file(to.fd, at, bytesRead);
      at += bytesRead;
      await run.point("flushed");
      unsynced += bytesRead;
      if (unsynced >= SYNC_BYTES) {
        await to.datasync();
        unsynced = 0;
      }
      run.report.bytes(at, size);
    }
    run.report.stage("verifying");
    timer = setInterval(() => run.report.verified(hash.bytesHashed), REPORT_EVERY_MS);
    return (await awaitDigest(hash, part, run.signal)) === checksum.hex.toLowerCase();
  } finally {
    clearInterval(timer);
    // The worker may still read.
    await hash.close();
    await to.close();
  }
}

async function writeAll(to: FileHandle, piece: Buffer, bytes: number, position: number): Promise<void> {
  for (let at = 0; at < bytes;) {
    const { bytesWritten } = await to.write(piece, at, bytes - at, position + at);
    at += bytesWritten;
  }
}
