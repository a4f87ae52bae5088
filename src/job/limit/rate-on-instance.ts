/** What limits leave one file that a tool on an instance fetches. */

export interface InstanceRates {
  /** Of the job alone; null for none, as below. Bytes per second. */
  job: number | null;
  /** Of all downloads from its server. */
  origin: number | null;
  /** Of the instance. */
  instance: number | null;
  /** How many jobs the instance may be at. */
  jobsAtATime: number;
}

/**
 * Bytes per second, or null for no limit. Pure.
 *
 * A tool is told once, and knows nothing of the others there: so each gets the part it would have if as many ran as may.
 */
export function rateOnInstance({ job, origin, instance, jobsAtATime }: InstanceRates): number | null {
  const part = instance === null ? null : Math.max(1, Math.floor(instance / Math.max(1, jobsAtATime)));
  const rates = [job, origin, part].filter((rate) => rate !== null);
  return rates.length === 0 ? null : Math.min(...rates);
}
