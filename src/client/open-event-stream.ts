/** One connection to `GET /events`: opens it, checks the answer, gives batches of checked events. */
import { z } from "zod";
import type { Clock } from "../job/clock.ts";
import { ChangedEvent, ProgressEvent, RemovedEvent, SettingsEvent, SnapshotEvent } from "../wire/events.ts";
import type { ServerEvent } from "../wire/events.ts";
import { LimitMessage } from "../wire/limits.ts";
import { GroupsEvent } from "../wire/groups.ts";
import { MachinesEvent } from "../wire/waiting-message.ts";
import { JobMessage } from "../wire/job-message.ts";
import { ApiError, Unreachable } from "./api-error.ts";
import { EventParser } from "./parse-events.ts";
import type { StreamEvent } from "./parse-events.ts";
import { addressOf, headersOf, reasonOf, toError } from "./send-request.ts";
import type { Connection } from "./send-request.ts";

/** Silence after which a connection is taken for dead; the server sends a heartbeat far more often. */
export const SILENCE_MS = 45_000;

export interface EventStreamRequest {
  /** Where to go on from; null asks for a snapshot first. */
  after: string | null;
  clock: Clock;
  signal: AbortSignal;
}

/** An event with its place in the order of changes. */
export type PlacedEvent = ServerEvent & {
  /** Position in the stream of changes; null where the server numbers it differently. */
  cursor: number | null;
};

export interface EventBatch {
  events: PlacedEvent[];
  /** What to ask `after` next time. */
  lastEventId: string;
  /** Pause before the next connection that the server asked for, or null. */
  retryMs: number | null;
}

/**
 * Yields a batch for every chunk that came, an empty one for a heartbeat. Ends when the server closes.
 * Throws ApiError, Unreachable (also for silence and cut connections), or the signal's reason.
 */
export async function* openEventStream(
  connection: Connection,
  request: EventStreamRequest,
): AsyncGenerator<EventBatch, void, undefined> {
  const hangUp = new AbortController();
  const signal = AbortSignal.any([request.signal, hangUp.signal]);
  try {
    const body = await open(connection, request, hangUp, signal);
    const parser = new EventParser(request.after ?? "");
    while (true) {
      const chunk = await inTime(request, hangUp, connection, body.read());
      if (chunk.done) return;
      const events = parser.push(chunk.value).flatMap(toServerEvent);
      yield { events, lastEventId: parser.lastEventId, retryMs: parser.retryMs };
    }
  } finally {
    // However the reading ends, the connection must not stay open behind it.
    hangUp.abort();
  }
}

async function open(
  connection: Connection,
  request: EventStreamRequest,
  hangUp: AbortController,
  signal: AbortSignal,
): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const query = request.after === null ? { snapshot: 1 } : {};
  const headers: Record<string, string> = { ...headersOf(connection), accept: "text/event-stream" };
  if (request.after !== null) headers["last-event-id"] = request.after;
  const url = addressOf(connection.baseUrl, "/events", query);
  const asked = connection.fetch(url, { headers, signal, cache: "no-store" });
  const response = await inTime(request, hangUp, connection, asked);
  if (!response.ok) {
    const text = await inTime(request, hangUp, connection, response.text());
    throw toError(connection, response.status, text);
  }
  const type = response.headers.get("content-type") ?? "";
  if (response.body === null || !type.startsWith("text/event-stream")) {
    const came = `expected an event stream, got '${type}'`;
    throw new ApiError(response.status, "bad_answer", `GET /events: ${came}.`);
  }
  return response.body.getReader();
}

/** Waits for what the server owes us, but not longer than a living connection stays silent. */
async function inTime<T>(
  { clock, signal }: EventStreamRequest,
  hangUp: AbortController,
  connection: Connection,
  promise: Promise<T>,
): Promise<T> {
  const settled = new AbortController();
  let silent = false;
  void clock.sleep(SILENCE_MS, settled.signal).then(() => {
    if (settled.signal.aborted) return;
    silent = true;
    hangUp.abort();
  });
  try {
    return await promise;
  } catch (cause) {
    signal.throwIfAborted();
    const why = silent ? `nothing came for ${SILENCE_MS / 1000} s` : reasonOf(cause);
    throw new Unreachable(connection.baseUrl, why, cause);
  } finally {
    settled.abort();
  }
}

const SCHEMAS = {
  snapshot: SnapshotEvent,
  job: JobMessage,
  removed: RemovedEvent,
  progress: ProgressEvent,
  limit: LimitMessage,
  settings: SettingsEvent,
  groups: GroupsEvent,
  machines: MachinesEvent,
  changed: ChangedEvent,
} as const satisfies Record<ServerEvent["type"], z.ZodType>;

/** The event as the wire schema has it. Types we do not know belong to a newer server: left out. */
function toServerEvent({ type, data, lastEventId }: StreamEvent): PlacedEvent[] {
  if (!Object.hasOwn(SCHEMAS, type)) return [];
  const known = type as ServerEvent["type"];
  let read: ReturnType<(typeof SCHEMAS)[typeof known]["safeParse"]>;
  try {
    read = SCHEMAS[known].safeParse(JSON.parse(data));
  } catch {
    throw new ApiError(200, "bad_answer", `GET /events sent a '${type}' that is not JSON.`);
  }
  if (!read.success)
    throw new ApiError(
      200,
      "bad_answer",
      `GET /events sent a wrong '${type}': ${z.prettifyError(read.error)}`,
    );
  return [{ type: known, data: read.data, cursor: toCursor(lastEventId) } as PlacedEvent];
}

/** An event id as a position in the stream of changes, or null if it is none. */
export function toCursor(lastEventId: string): number | null {
  return /^[0-9]{1,15}$/.test(lastEventId) ? Number(lastEventId) : null;
}
