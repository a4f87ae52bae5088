/** A folder of its own, a transfer, and everything a run said: what the tests of transfers stand on. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../job/clock.ts";
import type { Failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import type { ProgressReport } from "../../job/progress.ts";
import type { Resolved, TransferOptions, TransferOutcome } from "../../job/transfer-contract.ts";
import type { Transfer } from "../create-transfer.ts";
import { createTransfer } from "../create-transfer.ts";
import type { TransferSettings } from "../transfer-settings.ts";

/**
 * Real time, but waits cost none: each sleep moves the clock on by what it should have taken. On one that stands, all
 * else takes no time: what is measured by it is the same on every machine.
 */
export class HastyClock implements Clock {
  /** Every wait asked for, in order. Milliseconds. */
  readonly sleeps: number[] = [];
  readonly #time: () => number;
  #ahead = 0;

  constructor(time: () => number = Date.now) {
    this.#time = time;
  }

  static standing(): HastyClock {
    const now = Date.now();
    return new HastyClock(() => now);
  }

  now(): number {
    return this.#time() + this.#ahead;
  }

  async sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.#ahead += ms;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export interface RunSpec extends Partial<Omit<TransferStep, "kind">> {
  url: string;
}

export interface RunResult {
  outcome: TransferOutcome;
  resolved: Resolved[];
  reports: ProgressReport[];
}

export interface RunExtras extends Partial<TransferOptions> {
  resolved?: (facts: Resolved) => Failure | null;
  progress?: (report: Readonly<ProgressReport>) => void;
}

export class Bench implements AsyncDisposable {
  readonly folder: string;
  readonly clock: HastyClock;
  readonly transfer: Transfer;

  constructor(folder: string, settings: TransferSettings) {
    this.folder = folder;
    this.clock = new HastyClock();
    this.transfer = createTransfer({ clock: this.clock, ...settings });
  }

  step({ url, ...rest }: RunSpec): TransferStep {
    const name = url.split(/[?#]/)[0]?.split("/").at(-1) ?? "file";
    return {
      kind: "transfer",
      url,
      mirrors: [],
      folder: this.folder,
      name,
      size: null,
      checksum: null,
      headers: {},
      ifExists: "refuse",
      ...rest,
    };
  }

  async run(spec: RunSpec, extras: RunExtras = {}): Promise<RunResult> {
    const resolved: Resolved[] = [];
    const reports: ProgressReport[] = [];
    const { resolved: answer, progress, ...options } = extras;
    const outcome = await this.transfer.run(
      this.step(spec),
      {
        resolved: async (facts) => {
          resolved.push(facts);
          return answer?.(facts) ?? null;
        },
        progress: (report) => {
          reports.push({ ...report });
          progress?.(report);
        },
      },
      {
        signal: new AbortController().signal,
        reservedBytes: async () => 0,
        limitBytesPerSecond: () => null,
        connections: 1,
        ...options,
      },
    );
    return { outcome, resolved, reports };
  }

  /** Runs and stops as soon as so many bytes are there. */
  runUntil(spec: RunSpec, bytes: number, extras: RunExtras = {}): Promise<RunResult> {
    const controller = new AbortController();
    return this.run(spec, {
      ...extras,
      signal: controller.signal,
      progress: (report) => {
        if (report.bytesDone >= bytes) controller.abort();
      },
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** SHA-256 of a file, in hexadecimal. */
  async hash(name: string): Promise<string> {
    return createHash("sha256")
      .update(await readFile(this.path(name)))
      .digest("hex");
  }

  /** Names in the folder, sorted: nothing is left behind that should not be. */
  async names(): Promise<string[]> {
    return (await readdir(this.folder)).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transfer.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** @param root where the folder is made; one in memory saves the time of real syncs where many runs count */
export async function createBench(settings: TransferSettings = {}, root = tmpdir()): Promise<Bench> {
  return new Bench(await mkdtemp(join(root, "haulyard-transfer-")), settings);
}

/** Requests that brought the file: those that compared a few bytes of it in the end are left out. */
export function fetching<R extends { range: string | null }>(requests: readonly R[]): R[] {
  return requests.filter(({ range }) => {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    return start === undefined || Number(last) - Number(start) >= 64 * 1024 || start === "0";
  });
}

/** A step's checksum of a hash that a test knows. */
export function sha256(hex: string): NonNullable<TransferStep["checksum"]> {
  return { algorithm: "sha256", hex, origin: "the test" };
}
