/** How quickly each running job went, for the chart in its details. */
import type { LiveJobsStore } from "../../../src/client/create-live-jobs.ts";

const SAMPLE_EVERY_MS = 1_000;
/** Samples kept of a job: ten minutes. */
export const JOB_SAMPLES = 600;
/** Jobs whose samples are kept; the ones that ran last. */
const MOST_JOBS = 200;

/** Epoch seconds, and bytes per second; null in between where nobody looked. */
export interface JobSpeeds {
  times: readonly number[];
  speeds: readonly (number | null)[];
}

export interface SpeedLog {
  /** The same object until the next sample. */
  of(id: string): JobSpeeds;
}

const NONE: JobSpeeds = { times: [], speeds: [] };
/** Longer than this between two samples nobody looked: a page in the background is not asked every second. */
const GAP_SECONDS = 3;

/** Takes the speeds of all that run, as long as somebody follows the live jobs. */
export function createSpeedLog(
  live: Pick<LiveJobsStore, "subscribe" | "getSnapshot">,
  now: () => number = Date.now,
): SpeedLog {
  const logs = new Map<string, JobSpeeds>();
  let sampledAt = 0;
  live.subscribe(() => {
    const at = now();
    const { jobs, link } = live.getSnapshot();
    if (link === "away" || at - sampledAt < SAMPLE_EVERY_MS) return;
    sampledAt = at;
    for (const { id, status, progress } of jobs.values()) {
      if (status !== "RUNNING") continue;
      const log = logs.get(id) ?? NONE;
      // Behind the others: what runs now is what is forgotten last.
      logs.delete(id);
      logs.set(id, withSample(log, at / 1000, progress.bytes_per_second));
    }
    for (const oldest of logs.keys()) {
      if (logs.size <= MOST_JOBS) break;
      logs.delete(oldest);
    }
  });
  return { of: (id) => logs.get(id) ?? NONE };
}

function withSample({ times, speeds }: JobSpeeds, at: number, speed: number): JobSpeeds {
  const last = times.at(-1);
  const gap = last !== undefined && at - last > GAP_SECONDS;
  const more: [number[], (number | null)[]] = gap
    ? [
        [last + 1, at],
        [null, speed],
      ]
    : [[at], [speed]];
  return {
    times: [...times, ...more[0]].slice(-JOB_SAMPLES),
    speeds: [...speeds, ...more[1]].slice(-JOB_SAMPLES),
  };
}
