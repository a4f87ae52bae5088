import type { Readable } from "node:stream";
import { failure } from "../job/failure.ts";
import { classifyNetworkError } from "./classify-network-error.ts";
import type { BodyEnd, TakeBytes } from "./http-answer.ts";

/** How often silence is looked for, as a part of the longest silence allowed. */
const LOOKS_PER_STALL = 4;

/**
 * Gives the chunks of a stream to `take`, one after the other, waiting where it asks for it.
 * Silence counts only while the server is the one waited for: a slow disk is no stall.
 */
export async function deliverStream(
  stream: Readable,
  take: TakeBytes,
  signal: AbortSignal,
  { host, stallMs }: { host: string; stallMs: number },
): Promise<BodyEnd> {
  let silentSince: number | null = performance.now();
  let stalled = false;
  const stop = (): void => void stream.destroy();
  const watch = setInterval(() => {
    if (silentSince === null || performance.now() - silentSince < stallMs) return;
    stalled = true;
    stop();
  }, stallMs / LOOKS_PER_STALL);
  signal.addEventListener("abort", stop, { once: true });
  // What `take` rejects with must not pass for trouble of the network.
  const taken: { error: unknown }[] = [];
  try {
    if (signal.aborted) return { kind: "aborted" };
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      silentSince = null;
      try {
        const wait = take(chunk);
        if (wait !== undefined) await wait;
      } catch (error) {
        taken.push({ error });
        throw error;
      }
      if (signal.aborted) return { kind: "aborted" };
      silentSince = performance.now();
    }
    if (signal.aborted) return { kind: "aborted" };
    return stalled ? silence(host, stallMs) : { kind: "ended" };
  } catch (error) {
    if (taken[0] !== undefined) throw taken[0].error;
    if (signal.aborted) return { kind: "aborted" };
    if (stalled) return silence(host, stallMs);
    return { kind: "broken", failure: classifyNetworkError(error, host) };
  } finally {
    clearInterval(watch);
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function silence(host: string, stallMs: number): BodyEnd {
  const seconds = Math.round(stallMs / 1000);
  return { kind: "broken", failure: failure("stalled", `${host} sent nothing for ${seconds} s.`) };
}
