/** Which bars a case reaches. */
import type { Case } from "./cases.ts";
import type { Cost } from "./measure.ts";
import type { Measured } from "./measure-case.ts";

/** Promised for any size and number of connections. Bytes. */
const MOST_MEMORY_BYTES = 150_000_000;

export interface Verdict {
  /** What is promised. */
  bar: string;
  /** What was measured. */
  got: string;
  reached: boolean;
}

export function judgeCase({ bars, frugal }: Case, measured: readonly Measured[]): Verdict[] {
  const own = measured.find(({ contender }) => contender.peer === null);
  if (own === undefined) return [];
  const wall = medianOf(own, "wallSeconds");
  const verdicts = Object.entries(bars).flatMap(([peer, times]): Verdict[] => {
    const peers = measured.filter(({ contender }) => contender.peer === peer);
    if (peers.length === 0) return [];
    const ratio = Math.min(...peers.map((each) => medianOf(each, "wallSeconds"))) / wall;
    const bar = `${times.toFixed(2)}× as quick as ${peer}`;
    return [{ bar, got: `${ratio.toFixed(2)}×`, reached: ratio >= times }];
  });
  const memory = medianOf(own, "peakBytes");
  verdicts.push({
    bar: "less than 150 MB of memory",
    got: `${Math.round(memory / 1e6)} MB`,
    reached: memory < MOST_MEMORY_BYTES,
  });
  const curl = measured.find(({ contender }) => contender.peer === "curl");
  if (frugal && curl !== undefined) {
    const ratio = medianOf(own, "cpuSeconds") / medianOf(curl, "cpuSeconds");
    verdicts.push({ bar: "no more CPU time than curl", got: `${ratio.toFixed(2)}×`, reached: ratio <= 1 });
  }
  return verdicts;
}

export function medianOf({ costs }: Pick<Measured, "costs">, figure: keyof Cost): number {
  return median(costs.map((cost) => cost[figure]));
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
