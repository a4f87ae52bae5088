/** The write side of Server-Sent Events (WHATWG HTML §9.2). */
import type { ServerResponse } from "node:http";
import type { Clock } from "../job/clock.ts";

/** A comment this often keeps proxies and clients from taking silence for death. */
export const HEARTBEAT_MS = 15_000;
/** Pause before a browser connects again. */
const RETRY_MS = 1_000;
/** A client that takes nothing for this long is cut off; it can go on where it was. */
export const STUCK_MS = 60_000;

export interface EventStream {
  /** Writes events as they are, and waits until the client has room for more. */
  send(events: Buffer): Promise<void>;
  /** Writes a snapshot piece by piece, so that a long queue is never one string. */
  sendSnapshot(jobs: AsyncIterable<readonly unknown[]>, id: number): Promise<void>;
}

/** Begins the answer. Heartbeats go on until the signal aborts. */
export function openEventStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string | number | string[] | undefined>>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): EventStream {
  response.writeHead(200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    // nginx holds back small answers otherwise.
    "x-accel-buffering": "no",
  });
  const write = async (text: string | Buffer): Promise<void> => {
    if (signal.aborted || response.write(text)) return;
    await room(response, clock, signal);
  };
  response.write(`retry: ${RETRY_MS}\n\n`);
  void beat(response, clock, signal);

  return {
    send: write,
    async sendSnapshot(pages, id) {
      // Lines of data are joined with a line feed, which JSON allows between its parts.
      await write(`id: ${id}\nevent: snapshot\ndata: {"jobs":[\n`);
      let comma = "";
      for await (const page of pages) {
        if (page.length === 0) continue;
        await write(page.map((job) => `data: ${separate()}${JSON.stringify(job)}\n`).join(""));
      }
      await write("data: ]}\n\n");

      function separate(): string {
        const before = comma;
        comma = ",";
        return before;
      }
    },
  };
}

/** A comment is one line and ends no event, so it may stand between the lines of one. */
async function beat(response: ServerResponse, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, signal);
    if (signal.aborted) return;
    if (!response.writableNeedDrain) response.write(":\n");
  }
}

/** Until the client has taken what was written. */
async function room(response: ServerResponse, clock: Clock, signal: AbortSignal): Promise<void> {
  const drained = new AbortController();
  const done = (): void => drained.abort();
  response.once("drain", done).once("close", done);
  await clock.sleep(STUCK_MS, AbortSignal.any([signal, drained.signal]));
  response.off("drain", done).off("close", done);
  if (!drained.signal.aborted && !signal.aborted) response.destroy();
}
