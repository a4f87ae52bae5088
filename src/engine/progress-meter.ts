import type { Clock } from "../job/clock.ts";
import type { JobId } from "../job/job.ts";
import type { Progress, ProgressReport } from "../job/progress.ts";
import { advance } from "../job/progress.ts";
import { SpeedWindow } from "../job/speed-window.ts";

interface Gauge {
  progress: Progress;
  latest: ProgressReport | null;
  /** Fresh starts of this run that `progress` already counts. */
  restartsTaken: number;
  window: SpeedWindow;
  /** Whether this run was seen to move bytes: its first report decides if it began from nothing. */
  began: boolean;
  /** Grows with every change of `progress`: lets readers ask for what moved since. */
  version: number;
}

export interface Moved {
  version: number;
  jobs: readonly { id: JobId; progress: Progress }[];
}

/**
 * Turns the flood of reports of running transfers into progress: the newest report of each job is
 * kept, and `settle` makes facts of it as often as its caller likes (twice a second).
 */
export class ProgressMeter {
  readonly #clock: Clock;
  readonly #gauges = new Map<JobId, Gauge>();
  #version = 0;
  /** What moved since a version: hundreds of followers ask for the same, and are given the very same list. */
  readonly #moved = new Map<number, Moved>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(id: JobId, progress: Progress): void {
    this.#gauges.set(id, {
      progress,
      latest: null,
      restartsTaken: 0,
      window: new SpeedWindow(),
      began: false,
      version: this.#version,
    });
  }

  end(id: JobId): void {
    this.#gauges.delete(id);
    // Nobody is told of its progress after they were told of its end.
    this.#moved.clear();
  }

  /** Takes a report in; cheap, called for every buffer. The report may be reused by its owner. */
  take(id: JobId, report: Readonly<ProgressReport>): void {
    const gauge = this.#gauges.get(id);
    if (gauge === undefined) return;
    if (gauge.latest === null) gauge.latest = { ...report };
    else Object.assign(gauge.latest, report);
  }

  /** Makes progress of the latest reports. Answers the jobs whose progress changed. */
  settle(): { id: JobId; progress: Progress }[] {
    const now = this.#clock.now();
    const moved: { id: JobId; progress: Progress }[] = [];
    this.#version += 1;
    this.#moved.clear();
    for (const [id, gauge] of this.#gauges) {
      if (gauge.latest === null) continue;
      const progress = settleGauge(gauge, gauge.latest, now);
      if (same(progress, gauge.progress)) continue;
      gauge.progress = progress;
      gauge.version = this.#version;
      moved.push({ id, progress });
    }
    return moved;
  }

  progressOf(id: JobId): Progress | null {
    return this.#gauges.get(id)?.progress ?? null;
  }

  /** What changed after `version`, and the version to ask from next time. The same list for all who ask at once. */
  movedSince(version: number): Moved {
    if (version >= this.#version) return { version: this.#version, jobs: [] };
    const known = this.#moved.get(version);
    if (known !== undefined) return known;
    const jobs = [...this.#gauges]
      .filter(([, gauge]) => gauge.version > version)
      .map(([id, { progress }]) => ({ id, progress }));
    const moved = { version: this.#version, jobs };
    this.#moved.set(version, moved);
    return moved;
  }
}

function settleGauge(gauge: Gauge, report: ProgressReport, now: number): Progress {
  // The count begins at 0 again when a run goes on at another address.
  let freshStarts = Math.max(0, report.restarts - gauge.restartsTaken);
  gauge.restartsTaken = report.restarts;
  if (!gauge.began && report.stage === "downloading") {
    gauge.began = true;
    // The partial of an earlier run is gone: an honest zero instead of bytes nobody has.
    if (freshStarts === 0 && report.bytesDone === 0 && gauge.progress.bytesDone > 0) freshStarts = 1;
  }
  const moving = report.stage === "downloading";
  // Only what comes over the line: a resumed file's bytes are there at once and would look like a miracle.
  if (moving) gauge.window.add(report.bytesDone, now);
  const speed = moving ? gauge.window.bytesPerSecond(now) : 0;
  return advance(gauge.progress, report, freshStarts, speed, now);
}

function same(a: Progress, b: Progress): boolean {
  return (Object.keys(a) as (keyof Progress)[]).every((key) => a[key] === b[key]);
}
