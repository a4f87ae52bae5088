/** Reads a file for its hashes, slowly: downloads and machines come first. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Clock } from "../../job/clock.ts";
import type { Hashes } from "./image-book.ts";

/** What `node:crypto` counts, and catalogues name. */
export type HashName = "sha256" | "sha512" | "sha1" | "md5";

const CHUNK_BYTES = 1024 * 1024;
/** After each piece it rests so many times as long as the piece took: a third of a core, and of the disk. */
const REST_RATIO = 2;
/** The least rest: others get their turn. */
const LEAST_REST_MS = 1;

/** Null if it was stopped, or the file changed its length meanwhile. Rejects as the file system does. */
export async function hashFile(
  path: string,
  size: number,
  names: readonly HashName[],
  clock: Clock,
  signal: AbortSignal,
): Promise<Hashes | null> {
  const hashes = names.map((name) => createHash(name));
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    let at = 0;
    while (!signal.aborted) {
      const began = performance.now();
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) break;
      for (const hash of hashes) hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
      await clock.sleep(Math.max(LEAST_REST_MS, REST_RATIO * (performance.now() - began)), signal);
    }
    if (signal.aborted || at !== size) return null;
    return Object.fromEntries(names.map((name, index) => [name, hashes[index]?.digest("hex") ?? ""]));
  } finally {
    await handle.close();
  }
}
