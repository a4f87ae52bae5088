/** The refusal of a guess that comes too soon after the wrong ones before it. */
import { RequestError } from "../request-error.ts";

/** @param waitMs 0: it may come */
export function wantPatience(waitMs: number, guesses: string): void {
  if (waitMs <= 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  throw new RequestError(
    "too_many_tries",
    `There were too many wrong ${guesses}; the next one is looked at in ${seconds} s.`,
    null,
    { headers: { "retry-after": String(seconds) } },
  );
}
