/** What the event stream's snapshot says, put together from `GET /jobs`. */
import { SNAPSHOT_ENDED_JOBS } from "../wire/events.ts";
import type { JobMessage, Status } from "../wire/job-message.ts";
import { ApiError } from "./api-error.ts";
import type { Client } from "./create-client.ts";
import { toCursor } from "./open-event-stream.ts";
import type { PlacedEvent } from "./open-event-stream.ts";

export const OPEN_STATUSES = [
  "PENDING",
  "RUNNING",
  "PAUSED",
  "HOST_VERIFICATION_NEEDED",
] as const satisfies Status[];
export const ENDED_STATUSES = ["COMPLETE", "FAILED", "CANCELLED"] as const satisfies Status[];

/** Largest page the server gives. */
const PAGE_JOBS = 1000;
/** Pages of one poll at most: a queue of more than 20,000 jobs is shown up to there while only polling works. */
const MAX_PAGES = 20;

export function hasEnded(job: Pick<JobMessage, "status">): boolean {
  return (ENDED_STATUSES as readonly Status[]).includes(job.status);
}

/** All jobs that are not ended and the newest ended ones, as of `lastEventId` or a little later; and the limit. */
export async function pollJobs(
  client: Pick<Client, "jobs" | "limit">,
  signal: AbortSignal,
): Promise<{ events: PlacedEvent[]; lastEventId: string }> {
  const jobs = new Map<string, JobMessage>();
  let lastEventId: string | null = null;
  let cursor: string | null | undefined;
  for (let page = 0; page < MAX_PAGES && cursor !== null; page++) {
    const ask = { status: [...OPEN_STATUSES], limit: PAGE_JOBS, ...(cursor === undefined ? {} : { cursor }) };
    const open = await client.jobs.list(ask, signal);
    for (const job of open.jobs) jobs.set(job.id, job);
    lastEventId ??= open.event_id;
    cursor = open.next;
  }
  // After the open ones: a job that ends between the calls is met twice, and not missed.
  const ended = await client.jobs.list({ status: [...ENDED_STATUSES], limit: SNAPSHOT_ENDED_JOBS }, signal);
  for (const job of ended.jobs) jobs.set(job.id, job);
  // The position of the first call is the oldest: the stream repeats whatever changed since.
  const from = lastEventId ?? ended.event_id;
  const snapshot: PlacedEvent = {
    type: "snapshot",
    data: { jobs: [...jobs.values()] },
    cursor: toCursor(from),
  };
  return { events: [snapshot, ...(await askForLimit(client, signal))], lastEventId: from };
}

/** A server that knows nothing of limits is not away for that. */
async function askForLimit({ limit }: Pick<Client, "limit">, signal: AbortSignal): Promise<PlacedEvent[]> {
  try {
    return [{ type: "limit", data: await limit.get(signal), cursor: null }];
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
