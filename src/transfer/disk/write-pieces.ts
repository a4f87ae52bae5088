/** Several pieces of memory to the beginning of a file, one after the other, in one call where the system lets us. */
import { writev, writevSync } from "node:fs";
import { writeFully, writeFullyLater } from "./write-fully.ts";
import type { WriteOutcome } from "./write-fully.ts";

const WRITTEN: WriteOutcome = { kind: "written" };

/** On this thread. */
export function writePieces(fd: number, pieces: readonly Uint8Array[]): WriteOutcome {
  for (const { bytes, position } of piecesAfter(pieces, tryAtOnce(fd, pieces))) {
    const outcome = writeFully(fd, bytes, position);
    if (outcome.kind === "failed") return { ...outcome, written: position + outcome.written };
  }
  return WRITTEN;
}

/** By the thread pool. The bytes must stay as they are until the promise resolves. Never rejects. */
export async function writePiecesLater(fd: number, pieces: readonly Uint8Array[]): Promise<WriteOutcome> {
  const written = await new Promise<number>((resolve) => {
    if (pieces.length === 0) resolve(0);
    else writev(fd, pieces, 0, (error, bytes) => resolve(error === null ? bytes : 0));
  });
  for (const { bytes, position } of piecesAfter(pieces, written)) {
    const outcome = await writeFullyLater(fd, bytes, position);
    if (outcome.kind === "failed") return { ...outcome, written: position + outcome.written };
  }
  return WRITTEN;
}

/** How many bytes are in the file; trouble is met again by who writes the rest. */
function tryAtOnce(fd: number, pieces: readonly Uint8Array[]): number {
  try {
    return pieces.length === 0 ? 0 : writevSync(fd, pieces, 0);
  } catch {
    return 0;
  }
}

/** What is left of the pieces once so many of their bytes are written, and where it belongs. */
function piecesAfter(
  pieces: readonly Uint8Array[],
  written: number,
): { bytes: Uint8Array; position: number }[] {
  const rest: { bytes: Uint8Array; position: number }[] = [];
  let position = 0;
  for (const piece of pieces) {
    const done = Math.min(piece.length, Math.max(0, written - position));
    if (done < piece.length) rest.push({ bytes: piece.subarray(done), position: position + done });
    position += piece.length;
  }
  return rest;
}
