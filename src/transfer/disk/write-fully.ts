import { write, writeSync } from "node:fs";

export type WriteOutcome =
  | { kind: "written" }
  /** The first `written` bytes are in the file. */
  | { kind: "failed"; error: NodeJS.ErrnoException; written: number };

const WRITTEN: WriteOutcome = { kind: "written" };

/** A write that takes nothing, over and over, is a disk that is full without saying so. */
const EMPTY_WRITES = 3;

/**
 * Writes all of the bytes at their place in the file, on this thread. For a file in the page cache or on a
 * quick disk that costs less than asking the thread pool; the loop stands still for as long.
 */
export function writeFully(fd: number, bytes: Uint8Array, position: number): WriteOutcome {
  let at = 0;
  for (let empty = 0; at < bytes.length;) {
    try {
      // A disk that is nearly full takes a part; the next write says why.
      const written = writeSync(fd, bytes, at, bytes.length - at, position + at);
      at += written;
      if (written > 0) empty = 0;
      else if (++empty === EMPTY_WRITES) return { kind: "failed", error: noProgress(), written: at };
    } catch (error) {
      if (isPassing(error)) continue;
      return { kind: "failed", error: error as NodeJS.ErrnoException, written: at };
    }
  }
  return WRITTEN;
}

/** The same by the thread pool. The bytes must stay as they are until the promise resolves. Never rejects. */
export async function writeFullyLater(
  fd: number,
  bytes: Uint8Array,
  position: number,
): Promise<WriteOutcome> {
  let at = 0;
  for (let empty = 0; at < bytes.length;) {
    const written = await writeOnce(fd, bytes, at, position + at);
    if (typeof written === "number") {
      at += written;
      if (written > 0) empty = 0;
      else if (++empty === EMPTY_WRITES) return { kind: "failed", error: noProgress(), written: at };
    } else if (!isPassing(written)) {
      return { kind: "failed", error: written, written: at };
    }
  }
  return WRITTEN;
}

function writeOnce(
  fd: number,
  bytes: Uint8Array,
  at: number,
  position: number,
): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    write(fd, bytes, at, bytes.length - at, position, (error, written) => resolve(error ?? written));
  });
}

/** A signal came in between, nothing else. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EINTR";
}

function noProgress(): NodeJS.ErrnoException {
  return Object.assign(new Error("ENOSPC: the disk takes no more bytes, write"), {
    code: "ENOSPC",
    syscall: "write",
  });
}
