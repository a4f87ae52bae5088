import type { Failure } from "../../job/failure.ts";
import { pauseBeforeRetry } from "./pause-before-retry.ts";
import type { Run } from "../transfer-run.ts";

export type NextTry =
  /** At the same address, after a pause. */
  | "again"
  /** At the next mirror, at once. */
  | "moved"
  | "over";

/** While a mirror is left, one more try is for a hiccup; who waits longer waits for nothing. */
const TRIES_BEFORE_MIRROR = 2;

/** @param failures requests to this address in a row that brought nothing, this one included */
export async function tryAgain(run: Run, why: Failure, failures: number): Promise<NextTry> {
  const { addresses } = run;
  const mirrorFirst = addresses.hasNext && (failures >= TRIES_BEFORE_MIRROR || why.retryAt !== null);
  if (!mirrorFirst && (await pauseBeforeRetry(run, why, failures))) return "again";
  return addresses.moveOn(why) ? "moved" : "over";
}
