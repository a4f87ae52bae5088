import type { Clock } from "../../job/clock.ts";
import type { TransferStep } from "../../job/job.ts";
import { cleanText } from "../screen/clean-text.ts";
import { Gauge } from "./gauge.ts";
import { expectedName } from "./words.ts";

/** One of the files of a command, from its beginning to its end. */
export class FileAtWork {
  /** From 1, as the list has it. */
  readonly index: number;
  readonly count: number;
  readonly step: TransferStep;
  readonly gauge: Gauge;
  readonly beganAt: number;
  #name: string | null = null;

  constructor(step: TransferStep, index: number, count: number, clock: Clock) {
    this.step = step;
    this.index = index;
    this.count = count;
    this.gauge = new Gauge(clock);
    this.beganAt = clock.now();
  }

  /** What it is called on a screen: a guess until the server has said so. */
  get name(): string {
    return (this.#name ??= expectedName(this.step));
  }

  named(name: string): void {
    this.#name = cleanText(name);
  }
}
