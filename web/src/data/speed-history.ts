/** The total speed of the last minutes, for the curve in the header. */
import type { LiveJobsStore } from "../../../src/client/create-live-jobs.ts";
import { sumUp } from "./totals.ts";

/** Time between two samples: the server tells progress twice a second. */
const SAMPLE_EVERY_MS = 1_000;
/** Samples kept: a minute and a half. */
export const SPEED_SAMPLES = 90;

export interface SpeedHistory {
  subscribe(listener: () => void): () => void;
  /** Bytes per second, oldest first; the same array until the next sample. */
  getSnapshot(): readonly number[];
}

/** Samples while somebody looks. A page in the background is not sampled: its curve goes on later. */
export function createSpeedHistory(live: LiveJobsStore): SpeedHistory {
  let samples: readonly number[] = [];
  let timer: ReturnType<typeof setInterval> | null = null;
  const listeners = new Set<() => void>();

  const sample = (): void => {
    const { jobs, link } = live.getSnapshot();
    // What was known last is not how fast it is now.
    if (link === "away") return;
    const speed = sumUp(jobs.values()).bytesPerSecond;
    // A curve that is flat at nothing does not change by another nothing.
    if (speed === 0 && samples.every((known) => known === 0)) {
      if (samples.length === 0) return;
      samples = [];
    } else {
      samples = [...samples.slice(1 - SPEED_SAMPLES), speed];
    }
    for (const listener of listeners) listener();
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      timer ??= setInterval(sample, SAMPLE_EVERY_MS);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
    getSnapshot: () => samples,
  };
}
