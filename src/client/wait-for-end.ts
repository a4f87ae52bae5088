/** Waits until a job has ended, over restarts of the server and proxies that hold its stream back. */
import type { Clock } from "../job/clock.ts";
import type { JobMessage } from "../wire/job-message.ts";
import { ApiError, needsToken } from "./api-error.ts";
import type { Client } from "./create-client.ts";
import { followEvents } from "./follow-events.ts";
import type { PlacedEvent } from "./open-event-stream.ts";
import { hasEnded } from "./poll-jobs.ts";

type WaitClient = Pick<Client, "jobs" | "limit" | "openEventStream">;

/** What a batch says of one job. */
type Word =
  | { kind: "nothing" }
  | { kind: "job"; job: JobMessage }
  | { kind: "removed" }
  /** A snapshot without it: it has ended long ago, or is not there. */
  | { kind: "not listed" };

/** Answers the ended job. Throws ApiError when there is none of this id any more, or the signal's reason. */
export async function waitForEnd(
  client: WaitClient,
  id: string,
  { clock, signal }: { clock: Clock; signal?: AbortSignal | undefined },
): Promise<JobMessage> {
  const now = await client.jobs.get(id, signal);
  if (hasEnded(now)) return now;
  const settled = new AbortController();
  const either = signal === undefined ? settled.signal : AbortSignal.any([signal, settled.signal]);
  const end = Promise.withResolvers<JobMessage>();
  const look = (job: JobMessage): void => (hasEnded(job) ? end.resolve(job) : undefined);
  const following = followEvents(
    client,
    {
      events(batch) {
        for (const event of batch) {
          const word = wordOn(now.id, event);
          if (word.kind === "job") look(word.job);
          if (word.kind === "removed") end.reject(gone(now.id));
          if (word.kind === "not listed") void client.jobs.get(id, either).then(look, end.reject);
        }
      },
      link: (_link, error) => (needsToken(error) ? end.reject(error) : undefined),
    },
    { clock, signal: either },
  );
  // It ends for nothing else than the signal.
  void following.then(() => end.reject(signal?.reason), end.reject);
  try {
    return await end.promise;
  } finally {
    settled.abort();
  }
}

function wordOn(id: string, event: PlacedEvent): Word {
  switch (event.type) {
    case "job":
      return event.data.id === id ? { kind: "job", job: event.data } : { kind: "nothing" };
    case "removed":
      return event.data.id === id ? { kind: "removed" } : { kind: "nothing" };
    case "snapshot": {
      const job = event.data.jobs.find((each) => each.id === id);
      return job === undefined ? { kind: "not listed" } : { kind: "job", job };
    }
    case "progress":
    case "limit":
    case "settings":
    case "groups":
    case "machines":
    case "changed":
      return { kind: "nothing" };
    default:
      throw event satisfies never;
  }
}

function gone(id: string): ApiError {
  return new ApiError(404, "not_found", `The job ${id} was removed before it ended.`);
}
