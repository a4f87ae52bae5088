/**
 * Hashes in a worker what this thread has in memory anyway: the worker reads the very bytes that the socket was
 * read into, while this thread goes on with the next ones. Many hashes at once, each over its bytes in order.
 *
 * A hash's state cannot be saved: `node:crypto` does not let go of it. After a restart the prefix that is on the
 * disk is read again (`HashStream.file`).
 */
import { Worker } from "node:worker_threads";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import type { SlotPool } from "../disk/slot-pool.ts";
import { HashStream } from "./hash-stream.ts";
import type { DigestOutcome, Work } from "./hash-stream.ts";
import { DONE, GIVEN, newRingBuffer, putCommand, RING_COMMANDS, ringViews } from "./ring-layout.ts";
import type { Command, RingMessage } from "./ring-layout.ts";

/** The worker's heap holds a few hash objects and nothing else. Megabytes. */
const WORKER_HEAP = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 };

/** What may follow once the worker is gone without having been asked to go. */
const WORKER_GONE = "the worker that hashes is gone";

export class HashRing {
  /** Memory that can be hashed: receive into its slots. */
  readonly pool: SlotPool;
  readonly #ring = newRingBuffer();
  readonly #views = ringViews(this.#ring);
  readonly #streams = new Map<number, HashStream>();
  /** What to do when each of the commands under way is done, the oldest first. */
  readonly #underWay: (() => void)[] = [];
  #worker: Worker | null = null;
  #given = 0;
  #done = 0;
  #nextStream = 1;
  #watching = false;
  /** Why nothing can be hashed any more. */
  #broken: Error | null = null;
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(pool: SlotPool) {
    this.pool = pool;
  }

  /** Whether nothing can be hashed any more: it was closed, or its worker is gone. */
  get isBroken(): boolean {
    return this.#broken !== null;
  }

  /** Begins a hash. The worker starts with the first one. */
  open(algorithm: ChecksumAlgorithm): HashStream {
    this.#startWorker();
    const id = this.#nextStream++;
    const ring = {
      pool: this.pool,
      pump: () => this.#pump(),
      forget: () => void this.#streams.delete(id),
    };
    const stream = new HashStream(ring, algorithm);
    this.#streams.set(id, stream);
    if (this.#broken === null) this.#pump();
    else stream.end(brokenBy(this.#broken));
    return stream;
  }

  /** Ends the worker once it has done what it was given; what was not given by then is not hashed. */
  async close(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#break(new Error("the hash ring is closed"));
      if (this.#worker !== null && !this.#isFull) this.#give({ op: "stop" }, () => {});
      else await this.#worker?.terminate();
    }
    await this.#ended;
  }

  get #isFull(): boolean {
    return this.#underWay.length === RING_COMMANDS;
  }

  #startWorker(): void {
    if (this.#worker !== null || this.#broken !== null) return;
    const workerData = { ring: this.#ring, memory: this.pool.memory.buffer };
    const worker = new Worker(new URL("hash-worker.ts", import.meta.url), {
      name: "hash",
      workerData,
      execArgv: [],
      resourceLimits: WORKER_HEAP,
    });
    this.#worker = worker;
    worker.on("message", (message: RingMessage) => this.#heed(message));
    worker.on("error", (error) => this.#break(new Error(WORKER_GONE, { cause: error })));
    this.#ended = new Promise((resolve) => {
      worker.on("exit", () => {
        this.#break(new Error(WORKER_GONE));
        // Nobody counts commands any more: whatever the worker held is free.
        for (const done of this.#underWay.splice(0)) done();
        Atomics.notify(this.#views.counters, DONE);
        resolve();
      });
    });
  }

  /** Gives the worker as much of what waits as the ring takes, from each stream in turn. */
  #pump(): void {
    if (this.#broken !== null) return;
    let gave = true;
    while (gave && !this.#isFull) {
      gave = false;
      for (const [id, stream] of this.#streams) {
        if (this.#isFull) break;
        const work = stream.next();
        if (work === null) continue;
        gave = true;
        this.#give(commandOf(id, work), () => stream.done(work));
      }
    }
  }

  #give(command: Command, done: () => void): void {
    putCommand(this.#views.words, this.#given, command);
    this.#underWay.push(done);
    this.#given = (this.#given + 1) | 0;
    Atomics.store(this.#views.counters, GIVEN, this.#given);
    Atomics.notify(this.#views.counters, GIVEN);
    void this.#watch();
  }

  /** Follows the worker as long as commands are under way. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    // At work the process stays alive for the worker; `waitAsync` alone would not keep it.
    this.#worker?.ref();
    while (this.#underWay.length > 0) {
      const wait = Atomics.waitAsync(this.#views.counters, DONE, this.#done);
      if (wait.async) await wait.value;
      this.#reap();
      this.#pump();
    }
    this.#watching = false;
    // When it was told to stop, the process waits for it.
    if (!this.#stopping) this.#worker?.unref();
  }

  /** Notes what the worker has done since the last look. */
  #reap(): void {
    const done = Atomics.load(this.#views.counters, DONE);
    while (this.#done !== done) {
      this.#done = (this.#done + 1) | 0;
      this.#underWay.shift()?.();
    }
  }

  #heed({ stream, ...outcome }: RingMessage): void {
    // Whoever has a digest may count on everything before it.
    this.#reap();
    this.#streams.get(stream)?.end(outcome);
  }

  #break(error: Error): void {
    if (this.#broken !== null) return;
    this.#broken = error;
    for (const stream of Array.from(this.#streams.values())) stream.end(brokenBy(error));
  }
}

function brokenBy(error: Error): DigestOutcome {
  return { kind: "failed", code: "broken", message: error.message };
}

function commandOf(stream: number, work: Work): Command {
  switch (work.kind) {
    case "open":
      return { op: "open", stream, algorithm: work.algorithm };
    case "slot":
      return { op: "memory", stream, offset: work.slot.offset + work.start, bytes: work.end - work.start };
    case "file":
      return { op: "file", stream, fd: work.fd, position: work.position, bytes: work.bytes };
    case "digest":
    case "drop":
      return { op: work.kind, stream };
    default:
      return work satisfies never;
  }
}
