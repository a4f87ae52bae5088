/** The worker's side of the ring: takes commands in order, hashes, posts digests. */
import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { createHasher } from "./hasher.ts";
import type { Hasher } from "./hasher.ts";
import { DONE, getCommand, GIVEN, ringViews } from "./ring-layout.ts";
import type { Command, RingMessage } from "./ring-layout.ts";

const { ring, memory } = workerData as { ring: SharedArrayBuffer; memory: SharedArrayBuffer };
const { counters, words } = ringViews(ring);
const shared = new Uint8Array(memory);

/** One read of a file that is hashed behind the writes. Bytes. */
const READ_BYTES = 256 * 1024;
const piece = Buffer.allocUnsafeSlow(READ_BYTES);

const hashes = new Map<number, Hasher>();

let running = true;
for (let done = 0; running;) {
  const given = Atomics.load(counters, GIVEN);
  if (given === done) {
    // Nothing to do: sleeps in the kernel until a command is given.
    Atomics.wait(counters, GIVEN, given);
    continue;
  }
  obey(getCommand(words, done));
  done = (done + 1) | 0;
  Atomics.store(counters, DONE, done);
  Atomics.notify(counters, DONE);
}

function obey(command: Command): void {
  switch (command.op) {
    case "open":
      hashes.set(command.stream, createHasher(command.algorithm));
      return;
    case "memory":
      hashes.get(command.stream)?.update(shared.subarray(command.offset, command.offset + command.bytes));
      return;
    case "file":
      return hashFile(command);
    case "digest": {
      const hash = hashes.get(command.stream);
      hashes.delete(command.stream);
      if (hash !== undefined) post({ kind: "digest", stream: command.stream, hex: hash.digest() });
      return;
    }
    case "drop":
      hashes.delete(command.stream);
      return;
    case "stop":
      running = false;
      return;
    default:
      return command satisfies never;
  }
}

function hashFile({ stream, fd, position, bytes }: Command & { op: "file" }): void {
  const hash = hashes.get(stream);
  if (hash === undefined) return;
  for (let at = 0; at < bytes;) {
    const read = readSome(fd, Math.min(READ_BYTES, bytes - at), position + at);
    if (typeof read !== "number") {
      hashes.delete(stream);
      return post({ kind: "failed", stream, ...read });
    }
    hash.update(piece.subarray(0, read));
    at += read;
  }
}

/** How many bytes came into `piece`, at least one, or why none did. */
function readSome(fd: number, bytes: number, position: number): number | { code: string; message: string } {
  for (;;) {
    try {
      const read = readSync(fd, piece, 0, bytes, position);
      return read > 0 ? read : { code: "EOF", message: `the file ends at ${position}` };
    } catch (error) {
      const { code = "unknown", message } = error as NodeJS.ErrnoException;
      if (code !== "EINTR") return { code, message };
    }
  }
}

function post(message: RingMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
  parentPort?.postMessage(message);
}
