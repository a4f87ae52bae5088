/** What limits the bytes of one run: its own rate, and its shares of its server's and of the one for all. */
import type { FullSettings } from "../transfer-settings.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Share } from "./rate-limit.ts";

/**
 * The bandwidth of a run, for all its connections together. Leave it when the run is over; a run that is stopped
 * has left it.
 *
 * @param bytesPerSecond the run's own limit at present
 * @param url the address that was asked for: what redirects and mirrors bring counts for its host, too
 * @param isBeyondLimit whether the one for all does not count for it at present
 */
export function limitRun(
  bytesPerSecond: () => number | null,
  { sharedLimit, originLimits, clock }: Pick<FullSettings, "sharedLimit" | "originLimits" | "clock">,
  url: string,
  signal: AbortSignal,
  isBeyondLimit?: () => boolean,
): Share {
  const shares = [
    new RateLimit(bytesPerSecond, clock).join(),
    originLimits.join(url),
    sharedLimit.join(isBeyondLimit),
  ];
  let isLeft = false;
  const leave = (): void => {
    if (isLeft) return;
    isLeft = true;
    signal.removeEventListener("abort", leave);
    for (const share of shares) share.leave();
  };
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  return {
    pieceBytes: () => Math.min(...shares.map((share) => share.pieceBytes())),
    spend: (bytes) => all(shares.map((share) => share.spend(bytes))),
    isHeld: () => shares.some((share) => share.isHeld()),
    leave,
  };
}

/** Waits for those there is something to wait for. */
function all(waits: readonly (Promise<void> | undefined)[]): Promise<void> | undefined {
  const real = waits.filter((wait) => wait !== undefined);
  return real.length < 2 ? real[0] : Promise.all(real).then(() => {});
}
