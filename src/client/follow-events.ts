/**
 * Keeps up with the server: the event stream as long as there is one, `GET /jobs` every two seconds
 * where a proxy in between lets no stream through, and again and again while the server is away.
 */
import { systemClock } from "../job/clock.ts";
import type { Clock } from "../job/clock.ts";
import type { Client } from "./create-client.ts";
import type { PlacedEvent } from "./open-event-stream.ts";
import { pollJobs } from "./poll-jobs.ts";

/** `live`: the stream; `polling`: by asking again and again; `away`: no server answers. */
export type Link = "connecting" | "live" | "polling" | "away";

/** Time between two polls: fast enough for a bar, slow enough for a phone. */
export const POLL_EVERY_MS = 2_000;
/** Streams in a row that bring nothing before polling begins: one cut is not worth it. */
export const STREAM_FAILURES_BEFORE_POLLING = 2;
/** First pause between connections; doubles with every one in a row that brings nothing. */
const FIRST_PAUSE_MS = 500;
/** Longest pause: a server that is back should be seen soon. */
const LONGEST_PAUSE_MS = 15_000;
/** A server that says nothing of it wants at least this between two connections. */
const SHORTEST_PAUSE_MS = 50;

export interface Follower {
  /** Never an empty batch; the events are in order. */
  events(batch: readonly PlacedEvent[]): void;
  /** Called when the link changes; `error` is why the server is away (ApiError, Unreachable). */
  link(link: Link, error: Error | null): void;
}

export interface FollowOptions {
  signal: AbortSignal;
  clock?: Clock;
  /** 0 to 1, for the jitter that keeps many pages from coming back in the same instant. */
  random?: () => number;
  /** Called with a function that cuts the present pause short. */
  onPause?: (cutShort: () => void) => void;
}

/** Where the follower stands. */
interface Standing {
  /** Where to go on from; null before the first snapshot. */
  after: string | null;
  /** Streams in a row that brought nothing. */
  failures: number;
  /** Pause the server asked for between connections. */
  retryMs: number | null;
  /** Ends the polling that fills in for the stream, while there is one. */
  polling: AbortController | null;
}

type FollowClient = Pick<Client, "jobs" | "limit" | "openEventStream">;

interface Parts {
  client: FollowClient;
  follower: Follower;
  standing: Standing;
  clock: Clock;
  signal: AbortSignal;
}

/** Follows until the signal aborts; then resolves. Rejects for bugs only. */
export async function followEvents(
  client: FollowClient,
  follower: Follower,
  options: FollowOptions,
): Promise<void> {
  const clock = options.clock ?? systemClock;
  const { signal } = options;
  const standing: Standing = { after: null, failures: 0, retryMs: null, polling: null };
  const told = { events: follower.events.bind(follower), link: tellChanges(follower) };
  const parts: Parts = { client, follower: told, standing, clock, signal };
  let lastPolling: Promise<void> | null = null;
  told.link("connecting", null);
  while (!signal.aborted) {
    const error = await readStream(parts);
    if (signal.aborted) break;
    if (standing.polling === null && standing.failures > 0) told.link("away", error);
    if (standing.polling === null && standing.failures >= STREAM_FAILURES_BEFORE_POLLING)
      lastPolling = keepPolling(parts);
    await pause(clock, pauseBefore(standing, options.random ?? Math.random), options);
  }
  stopPolling(standing);
  await lastPolling;
}

/** Reads one connection to its end. Answers why it brought nothing, or null if it worked for a while. */
async function readStream({ client, follower, standing, clock, signal }: Parts): Promise<Error | null> {
  let worked = false;
  let reason = new Error("The event stream ended before it began.");
  try {
    for await (const batch of client.openEventStream({ after: standing.after, clock, signal })) {
      // Live only now: a proxy may answer for the server and then hold back every byte.
      worked = true;
      stopPolling(standing);
      standing.retryMs = batch.retryMs;
      if (batch.lastEventId !== "") standing.after = batch.lastEventId;
      if (batch.events.length > 0) follower.events(batch.events);
      follower.link("live", null);
    }
  } catch (error) {
    reason = toErrorObject(error);
  }
  standing.failures = worked ? 0 : standing.failures + 1;
  return worked ? null : reason;
}

/** Asks for all jobs every two seconds, while the stream goes on being tried. */
async function keepPolling({ client, follower, standing, clock, signal }: Parts): Promise<void> {
  const stop = new AbortController();
  standing.polling = stop;
  const either = AbortSignal.any([signal, stop.signal]);
  while (!either.aborted) {
    try {
      const { events, lastEventId } = await pollJobs(client, either);
      if (either.aborted) return; // the stream was quicker and knows more
      standing.after = lastEventId;
      follower.events(events);
      follower.link("polling", null);
    } catch (error) {
      if (either.aborted) return;
      follower.link("away", toErrorObject(error));
    }
    await clock.sleep(POLL_EVERY_MS, either);
  }
}

function stopPolling(standing: Standing): void {
  standing.polling?.abort();
  standing.polling = null;
}

function toErrorObject(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Half of the step to the whole of it; a stream that worked and was cut is taken up again at once. */
export function pauseBefore(
  { failures, retryMs }: Pick<Standing, "failures" | "retryMs">,
  random: () => number,
): number {
  const first = retryMs ?? FIRST_PAUSE_MS;
  const step = Math.min(first * 2 ** Math.max(0, failures - 1), Math.max(first, LONGEST_PAUSE_MS));
  return Math.max(SHORTEST_PAUSE_MS, Math.round(step / 2 + (step / 2) * random()));
}

async function pause(clock: Clock, ms: number, { signal, onPause }: FollowOptions): Promise<void> {
  const cut = new AbortController();
  onPause?.(() => cut.abort());
  await clock.sleep(ms, AbortSignal.any([signal, cut.signal]));
}

/** Passes a link on only when it is another one, or away for another reason. */
function tellChanges(follower: Follower): Follower["link"] {
  let last: string | null = null;
  return (link, error) => {
    const key = `${link} ${error?.message ?? ""}`;
    if (key === last) return;
    last = key;
    follower.link(link, error);
  };
}
