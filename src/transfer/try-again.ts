import type { Failure } from "../job/failure.ts";
import { pauseBeforeRetry } from "./pause-before-retry.ts";
import type { Run } from "./transfer-run.ts";

export type NextTry =
  /** At the same address, after a pause. */
  | "again"
  /** At the next mirror, at once. */
  | "moved"
  | "over";

/** @param failures requests to this address in a row that brought nothing, this one included */
export async function tryAgain(run: Run, why: Failure, failures: number): Promise<NextTry> {
  if (await pauseBeforeRetry(run, why, failures)) return "again";
  return run.addresses.moveOn(why) ? "moved" : "over";
}
