/** The events of a server for a loop: taken as quickly as the loop goes, over any break of the connection. */
import type { Clock } from "../job/clock.ts";
import { ApiError } from "./api-error.ts";
import type { Client } from "./create-client.ts";
import { pauseBefore } from "./follow-events.ts";
import type { PlacedEvent } from "./open-event-stream.ts";

/** Asked too often: the one refusal that is over by itself. */
const TOO_MANY = 429;
const SERVER_FAULTS = 500;

/** Ends when the signal aborts. Throws ApiError for what another try would not change. */
export async function* pullEvents(
  client: Pick<Client, "openEventStream">,
  { clock, signal, random = Math.random }: { clock: Clock; signal: AbortSignal; random?: () => number },
): AsyncGenerator<PlacedEvent, void, undefined> {
  let after: string | null = null;
  let retryMs: number | null = null;
  let failures = 0;
  while (!signal.aborted) {
    let worked = false;
    try {
      for await (const batch of client.openEventStream({ after, clock, signal })) {
        worked = true;
        retryMs = batch.retryMs;
        if (batch.lastEventId !== "") after = batch.lastEventId;
        yield* batch.events;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status < SERVER_FAULTS && error.status !== TOO_MANY) throw error;
    }
    failures = worked ? 0 : failures + 1;
    await clock.sleep(pauseBefore({ failures, retryMs }, random), signal);
  }
}
