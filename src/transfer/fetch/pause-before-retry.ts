import type { Failure } from "../../job/failure.ts";
import { pauseMs } from "../../job/retry-policy.ts";
import type { Run } from "../transfer-run.ts";

/**
 * Waits as long as the server asks, or as the back-off says.
 *
 * @param failures requests in a row that brought nothing, this one included; 0 if it brought something
 * @returns false at once when it is not worth trying again within this run
 */
export async function pauseBeforeRetry(
  { settings, report, signal }: Pick<Run, "settings" | "report" | "signal">,
  why: Failure,
  failures: number,
): Promise<boolean> {
  const { clock, limits, random } = settings;
  if (!why.retryable || failures >= limits.failuresInARow) return false;
  const askedMs = why.retryAt === null ? 0 : why.retryAt - clock.now();
  if (askedMs > limits.longestWaitMs) return false;
  const waitMs = Math.max(askedMs, pauseMs(Math.max(0, failures - 1), random()));
  report.stage("waiting", 0, `${why.message} Next try in ${Math.ceil(waitMs / 1000)} s.`);
  await clock.sleep(waitMs, signal);
  return true;
}
