/** A job for an instance goes to the machine that still has a connection there, if that has time for it. Pure. */

/** A free place on an instance is kept so long for the machine that ran the last job there: for three of its looks. */
const AFFINITY_MS = 3_000;

/** Its connection is open for so long after the last job, as `IDLE_LIMIT_MS` of the shell says. Then any machine is as good. */
const WARM_MS = 60_000;

/** A machine with so many jobs at work is full: what its connection would save is less than what waiting for it costs. */
const FULL_RUNS = 100;

/** Whether a machine that ran the last job there, at `ranAt`, is to be waited for. */
export function isWorthAWait(ranAt: number, running: number, now: number): boolean {
  return isWarm(ranAt, now) && running < FULL_RUNS;
}

export function isWarm(ranAt: number, now: number): boolean {
  return now - ranAt < WARM_MS;
}

/** Whether others leave the job to it still. @param waitsSince when the job came, or its next try was due */
export function isKept(ranAt: number, waitsSince: number, now: number): boolean {
  return Math.max(ranAt, waitsSince) + AFFINITY_MS > now;
}
