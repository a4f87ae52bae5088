/** What limits the bytes of one run: its own rate, and its share of the one for all. */
import type { TakeBytes } from "../http-answer.ts";
import type { Allowance } from "../sinks/limit-sink.ts";
import type { FullSettings } from "../transfer-settings.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Share } from "./rate-limit.ts";

/**
 * The bandwidth of a run, for all its connections together. Leave it when the run is over; a run that is stopped
 * has left it.
 *
 * @param bytesPerSecond the run's own limit at present
 */
export function limitRun(
  bytesPerSecond: () => number | null,
  { sharedLimit, clock }: Pick<FullSettings, "sharedLimit" | "clock">,
  signal: AbortSignal,
): Share {
  const shares = [new RateLimit(bytesPerSecond, clock).join(), sharedLimit.join()];
  const leave = (): void => {
    signal.removeEventListener("abort", leave);
    for (const share of shares) share.leave();
  };
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  return {
    pieceBytes: () => Math.min(...shares.map((share) => share.pieceBytes())),
    spend: (bytes) => all(shares.map((share) => share.spend(bytes))),
    leave,
  };
}

/** The same for bytes that are lent: they are taken in pieces, each after the one before is paid. */
export function limitTake(take: TakeBytes, allowance: Allowance, signal: AbortSignal): TakeBytes {
  return (bytes) => (bytes.length <= allowance.pieceBytes() ? takePiece(bytes) : takePieces(bytes));

  function takePiece(bytes: Uint8Array): Promise<void> | undefined {
    return all([take(bytes), allowance.spend(bytes.length)]);
  }

  async function takePieces(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !signal.aborted;) {
      const piece = bytes.subarray(at, at + allowance.pieceBytes());
      at += piece.length;
      await takePiece(piece);
    }
  }
}

/** Waits for those there is something to wait for. */
function all(waits: readonly (Promise<void> | undefined)[]): Promise<void> | undefined {
  const real = waits.filter((wait) => wait !== undefined);
  return real.length < 2 ? real[0] : Promise.all(real).then(() => {});
}
