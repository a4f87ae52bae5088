/** All files of one command, several at a time. */
import { join } from "node:path";
import { nameFromUrl } from "../../job/file-name.ts";
import type { TransferStep } from "../../job/job.ts";
import type { Resolved } from "../../job/transfer-contract.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { Claims } from "./claims.ts";
import { TotalCount } from "./count-total.ts";
import type { GetItem } from "./expand-metalinks.ts";
import { FileAtWork } from "./file-at-work.ts";
import { getFile } from "./get-file.ts";
import type { GetParts, GetResult } from "./get-file.ts";
import type { GetReport } from "./report.ts";
import { Schedule } from "./schedule.ts";
import type { ScheduleItem } from "./schedule.ts";

export interface GetAllParts extends GetParts {
  report: GetReport;
  /** Files at once; null: as many as suit them. */
  jobs: number | null;
}

/** Results in the order of the items; null for those that were not begun before it was interrupted. */
export async function getAll(
  items: readonly GetItem[],
  parts: GetAllParts,
  signal: AbortSignal,
): Promise<(GetResult | null)[]> {
  const work = new Work(items, parts, signal);
  const timer = setInterval(() => work.tick(), parts.report.everyMs);
  try {
    return await work.run();
  } finally {
    clearInterval(timer);
  }
}

class Work {
  readonly #items: readonly GetItem[];
  readonly #parts: GetAllParts;
  readonly #signal: AbortSignal;
  readonly #schedule: Schedule;
  readonly #claims = new Claims();
  readonly #total: TotalCount;
  readonly #atWork = new Map<number, FileAtWork>();
  readonly #results: (GetResult | null)[];
  readonly #over = Promise.withResolvers<void>();

  constructor(items: readonly GetItem[], parts: GetAllParts, signal: AbortSignal) {
    this.#items = items;
    this.#parts = parts;
    this.#signal = signal;
    this.#schedule = new Schedule(
      items.map(({ step }) => scheduled(step)),
      parts.jobs,
    );
    this.#total = new TotalCount(items.length, parts.clock);
    this.#results = items.map(() => null);
  }

  async run(): Promise<(GetResult | null)[]> {
    this.#begin();
    await this.#over.promise;
    return this.#results;
  }

  tick(): void {
    const atWork = [...this.#atWork].sort(([a], [b]) => a - b).map(([, file]) => file);
    this.#parts.report.tick({ atWork, total: this.#total.take(atWork) });
  }

  /** Begins what may begin now; it is over when nothing is at work then. */
  #begin(): void {
    while (!this.#signal.aborted) {
      const index = this.#schedule.next();
      if (index === null) break;
      // A fault of ours ends the command, not just this file.
      this.#getOne(index).catch((error: unknown) => this.#over.reject(error));
    }
    if (this.#atWork.size === 0) this.#over.resolve();
  }

  async #getOne(index: number): Promise<void> {
    const { report, clock } = this.#parts;
    const item = this.#items[index] as GetItem;
    const file = new FileAtWork(item.step, index + 1, this.#items.length, clock);
    this.#atWork.set(index, file);
    report.begin(file);
    const result = await this.#fetch(item, index, file);
    this.#results[index] = result;
    this.#atWork.delete(index);
    this.#total.ended(file, result);
    report.end(file, result, exitCodeOfResult(result));
    this.#schedule.ended(index);
    this.#begin();
  }

  async #fetch(item: GetItem, index: number, file: FileAtWork): Promise<GetResult> {
    if (item.kind === "fault") return { kind: "failed", failure: item.failure, path: null, bytesKept: 0 };
    const { report } = this.#parts;
    const watcher = {
      named: (path: string) => this.#claims.claim(path, item.step),
      resolved: (facts: Resolved) => {
        file.named(facts.name);
        this.#schedule.sized(index, facts.size);
        report.resolved(file, facts);
      },
      waiting: report.waiting.bind(report, file),
    };
    return getFile(item.step, file.gauge, watcher, this.#parts, this.#signal);
  }
}

/** Two that will have one name, as far as can be foreseen, come one after the other: the first of the list gets it. */
function scheduled({ url, folder, name }: TransferStep): ScheduleItem {
  const address = new URL(url);
  // What answers to a query often has a name of its own each time.
  const likely = name ?? (address.search === "" ? nameFromUrl(url) : null);
  return { origin: address.origin, queue: join(folder, likely ?? `\0${url}`) };
}

export function exitCodeOfResult(result: GetResult): ExitCode {
  switch (result.kind) {
    case "done":
      return EXIT.done;
    case "failed":
      return exitCodeOf(result.failure.code);
    case "interrupted":
      return EXIT.interrupted;
    default:
      throw result satisfies never;
  }
}
