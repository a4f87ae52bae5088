/** Where a file can be had: its address and its mirrors. */
import type { Clock } from "../../job/clock.ts";
import type { Failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import { addressesOf, failsEverywhere, stepAt } from "../../job/mirrors.ts";
import { planRetry } from "../../job/retry-policy.ts";

/** When one fails the next is tried at once; when all have failed there is a pause. */
export class Addresses {
  readonly #step: TransferStep;
  /** Those still worth trying; the first is the present one. */
  #left: string[];
  /** Of the present round, not tried yet. */
  #fresh: number;
  /** Rounds in a row in which no byte came. */
  #failures = 0;

  constructor(step: TransferStep) {
    this.#step = step;
    this.#left = [...addressesOf(step)];
    this.#fresh = this.#left.length;
  }

  step(): TransferStep {
    return stepAt(this.#step, this.#left[0] ?? this.#step.url);
  }

  /** When to try the next address, or null if none is left. */
  planNext(
    failure: Failure,
    { bytesCame, hopeless }: { bytesCame: boolean; hopeless: boolean },
    { clock, random }: { clock: Clock; random: () => number },
  ): number | null {
    if (failsEverywhere(failure.code)) return null;
    const [present, ...others] = this.#left;
    this.#left = present === undefined || hopeless || !failure.retryable ? others : [...others, present];
    if (this.#left.length === 0) return null;
    if (bytesCame) this.#failures = 0;
    this.#fresh -= 1;
    if (this.#fresh > 0) return clock.now();
    this.#fresh = this.#left.length;
    const again = failure.retryable ? failure : { ...failure, retryable: true };
    const retryAt = planRetry(again, this.#failures, clock.now(), random());
    this.#failures += 1;
    return retryAt;
  }
}
