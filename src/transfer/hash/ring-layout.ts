/**
 * What the hash worker and its owner share: a ring of commands, one writer, one reader.
 *
 * The owner writes a command's words, then stores the count of commands given; the worker sees that count, then
 * reads the words. `Atomics` order the two. Nothing else is shared but the memory that is hashed.
 */
import type { ChecksumAlgorithm } from "../../job/job.ts";

/** Their numbers in a command are their places here. */
export const ALGORITHMS = [
  "sha256",
  "sha512",
  "sha1",
  "md5",
  "blake3",
] as const satisfies readonly ChecksumAlgorithm[];

/** Commands that may be under way. Each is a few milliseconds of work at most. */
export const RING_COMMANDS = 32;

export type Command =
  /** A new hash. */
  | { op: "open"; stream: number; algorithm: ChecksumAlgorithm }
  /** Hash a piece of the shared memory. Bytes. */
  | { op: "memory"; stream: number; offset: number; bytes: number }
  /** Hash a piece of a file. The descriptor is the owner's; it must stay open until the command is done. */
  | { op: "file"; stream: number; fd: number; position: number; bytes: number }
  /** Post the digest and forget the stream. */
  | { op: "digest"; stream: number }
  /** Forget the stream. */
  | { op: "drop"; stream: number }
  /** End the worker. */
  | { op: "stop" };

/** What the worker posts. */
export type RingMessage =
  | { kind: "digest"; stream: number; hex: string }
  /** A file could not be read; nothing more comes of this stream. */
  | { kind: "failed"; stream: number; code: string; message: string };

/** Counts of commands, as signed 32-bit integers that wrap around; only their difference matters. */
export const GIVEN = 0;
export const DONE = 1;
const COUNTERS = 2;

const OPS = ["open", "memory", "file", "digest", "drop", "stop"] as const satisfies Command["op"][];
/** Words of one command: op, stream, and three more. Doubles: offsets in files go to 2^53. */
const WORDS = 5;

export interface RingViews {
  counters: Int32Array<SharedArrayBuffer>;
  words: Float64Array<SharedArrayBuffer>;
}

export function newRingBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNTERS * 4 + RING_COMMANDS * WORDS * 8);
}

export function ringViews(buffer: SharedArrayBuffer): RingViews {
  return {
    counters: new Int32Array(buffer, 0, COUNTERS),
    words: new Float64Array(buffer, COUNTERS * 4),
  };
}

/** Writes a command where the `count`th one belongs. */
export function putCommand(words: Float64Array, count: number, command: Command): void {
  words.set([OPS.indexOf(command.op), ...wordsOf(command)], placeOf(count));
}

export function getCommand(words: Float64Array, count: number): Command {
  const place = placeOf(count);
  const [op = 0, stream = 0, a = 0, b = 0, c = 0] = words.subarray(place, place + WORDS);
  const kind = OPS[op];
  switch (kind) {
    case "open":
      return { op: kind, stream, algorithm: ALGORITHMS[a] ?? "sha256" };
    case "memory":
      return { op: kind, stream, offset: a, bytes: b };
    case "file":
      return { op: kind, stream, fd: a, position: b, bytes: c };
    case "digest":
    case "drop":
      return { op: kind, stream };
    case "stop":
      return { op: kind };
    case undefined:
      throw new RangeError(`no command has the number ${op}`);
    default:
      return kind satisfies never;
  }
}

function wordsOf(command: Command): number[] {
  switch (command.op) {
    case "open":
      return [command.stream, ALGORITHMS.indexOf(command.algorithm)];
    case "memory":
      return [command.stream, command.offset, command.bytes];
    case "file":
      return [command.stream, command.fd, command.position, command.bytes];
    case "digest":
    case "drop":
      return [command.stream];
    case "stop":
      return [];
    default:
      return command satisfies never;
  }
}

function placeOf(count: number): number {
  // A wrapped count is negative; the ring's length is a power of two, so its low bits go on counting.
  return (count & (RING_COMMANDS - 1)) * WORDS;
}
