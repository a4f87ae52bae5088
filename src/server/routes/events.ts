/** Everything that happens, as it happens. */
import { z } from "zod";
import type { Engine, FeedItem } from "../../engine/engine-contract.ts";
import { ENDED_KINDS } from "../../job/job-state.ts";
import type { JobStateKind } from "../../job/job-state.ts";
import type { Job, JobId } from "../../job/job.ts";
import { SNAPSHOT_ENDED_JOBS } from "../../wire/events.ts";
import { toGroupMessage } from "../../wire/groups.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import type { AccessKeeper } from "../access/access-keeper.ts";
import type { App } from "../app.ts";
import type { ChangeBoard } from "../change-board.ts";
import { encodeEvent, EventEncoder } from "../encode-events.ts";
import { openEventStream } from "../event-stream.ts";
import type { EventStream } from "../event-stream.ts";
import { askerOf } from "../guard-requests.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { errors } from "./describe.ts";
import { StreamPlaces } from "../stream-places.ts";
import { toMachinesEvent } from "../../wire/waiting-message.ts";
import { toLimitMessage } from "./limits.ts";
import { tellJobs } from "./tell-job.ts";

type Given = Pick<ServerParts, "engine" | "clock" | "settings">;
type Telling = Pick<ServerParts, "engine" | "clock"> & { encoder: EventEncoder };

/** Jobs of a snapshot read at once. */
const PAGE_LENGTH = 500;

const OPEN_KINDS: readonly JobStateKind[] = ["running", "pending", "paused", "blocked"];

const EventQuery = z.object({
  snapshot: z.enum(["0", "1"]).optional().describe("1: a `snapshot` event comes first"),
  last_event_id: z
    .string()
    .max(64)
    .optional()
    .describe("As the header Last-Event-ID, for clients that cannot set it"),
});

const DESCRIPTION = `Server-Sent Events. \`job\` (a job as it is now) and \`removed\` carry an \`id\`; give the last one as
\`Last-Event-ID\` and everything missed comes first. \`progress\` comes at most twice a second and is not repeated.
\`limit\` is the limit for all downloads together, once at the beginning and whenever it changes.
\`groups\` carries the groups that moved, and the ids of those that are gone, at most once a second; not repeated.
\`machines\` says which machines of the queue take up jobs, and which instances none of them serves: once at the
beginning and whenever that changes. Jobs wait for another reason then, without an event of their own.
\`settings\` says that settings were changed: \`GET /settings\` has them.
\`changed\` says what else was changed here: \`hosts\`, \`access\`, \`channels\`, \`models\` or \`images\`; ask for it again.
\`snapshot\` holds all jobs that have not ended and the newest ended ones; it comes when asked for and no position
is given, and whenever too much was missed to repeat it.`;

export function serveEvents(app: App, given: Given, keeper: AccessKeeper, board: ChangeBoard): void {
  const { engine, clock } = given;
  const parts: Telling = { engine, clock, encoder: new EventEncoder(given) };
  const closing = new AbortController();
  const places = new StreamPlaces(given.settings.maxStreams);
  app.addHook("preClose", async () => closing.abort());

  app.route({
    method: "GET",
    url: "/events",
    exposeHeadRoute: false,
    config: { sameOrigin: true },
    schema: {
      tags: ["jobs"],
      operationId: "followEvents",
      summary: "Follow everything that happens",
      description: DESCRIPTION,
      produces: ["text/event-stream"],
      querystring: EventQuery,
      headers: z.object({ "last-event-id": z.string().max(64).optional() }),
      response: { 200: z.string().describe("A stream that does not end."), ...errors(400, 503) },
    },
    handler: async (request, reply) => {
      const after = await startOf(request.headers["last-event-id"] ?? request.query.last_event_id, engine);
      const asker = askerOf(request);
      // Who left while we asked would never give the place back: the socket says so only once.
      if (reply.raw.destroyed || request.raw.destroyed) {
        reply.hijack();
        return;
      }
      const giveBack = places.take(asker);
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const over = AbortSignal.any([closing.signal, gone.signal]);
      const signal = AbortSignal.any([over, keeper.hold(asker, over)]);
      reply.hijack();
      try {
        const stream = openEventStream(reply.raw, reply.getHeaders(), { clock, signal });
        await follow(
          { ...parts, board },
          stream,
          { after, wantsSnapshot: request.query.snapshot === "1" },
          signal,
        );
      } catch (error) {
        // The answer has begun: all that is left is to end it, so that the client comes back.
        request.log.error({ err: error }, "an event stream broke off");
      } finally {
        giveBack();
        gone.abort();
        reply.raw.end();
      }
    },
  });
}

interface Start {
  /** Position to go on from; null: none given; "ahead": one this store has not reached, so another store's. */
  after: number | "ahead" | null;
  wantsSnapshot: boolean;
}

async function startOf(id: string | undefined, engine: Engine): Promise<Start["after"]> {
  if (id === undefined || id === "") return null;
  const after = /^[0-9]{1,15}$/.test(id) ? Number(id) : Number.NaN;
  if (!Number.isSafeInteger(after))
    throw new RequestError(
      "bad_request",
      "Last-Event-ID must be the id of an event, another text came.",
      "Last-Event-ID",
    );
  return after > (await engine.cursor()) ? "ahead" : after;
}

async function follow(
  parts: Telling & { board: ChangeBoard },
  stream: EventStream,
  start: Start,
  signal: AbortSignal,
): Promise<void> {
  const { engine, board } = parts;
  const from = typeof start.after === "number" ? start.after : await engine.cursor();
  if (start.after === "ahead" || (start.after === null && start.wantsSnapshot))
    await stream.sendSnapshot(readSnapshot(parts, signal), from);
  // What comes while another event is written waits for its end: a snapshot is written piece by piece.
  const waiting = new Set<string>();
  let writing = false;
  const tell = (): void => {
    for (const what of waiting) void stream.send(encodeEvent({ type: "changed", data: { what } }, null));
    waiting.clear();
  };
  const leave = board.follow((what) => {
    waiting.add(what);
    if (!writing) tell();
  });
  try {
    for await (const item of engine.feed(from, signal, { groups: true, machines: true })) {
      writing = true;
      await sendItem(stream, item, parts, signal);
      writing = false;
      tell();
    }
  } finally {
    leave();
  }
}

async function sendItem(
  stream: EventStream,
  item: FeedItem,
  parts: Telling,
  signal: AbortSignal,
): Promise<void> {
  switch (item.kind) {
    case "job":
    case "progress":
      return stream.send(parts.encoder.encode(item));
    case "removed":
      return stream.send(encodeEvent({ type: "removed", data: { id: item.id } }, item.cursor));
    case "limit":
      return stream.send(
        encodeEvent({ type: "limit", data: toLimitMessage(parts.engine.overallLimit()) }, null),
      );
    case "settings":
      return stream.send(encodeEvent({ type: "settings", data: {} }, null));
    case "machines":
      return stream.send(encodeEvent({ type: "machines", data: toMachinesEvent(item.machines) }, null));
    case "gap":
      return stream.sendSnapshot(readSnapshot(parts, signal), item.cursor);
    case "groups": {
      const data = { groups: item.groups.map(toGroupMessage), removed: [...item.gone] };
      return stream.send(encodeEvent({ type: "groups", data }, null));
    }
    default:
      throw item satisfies never;
  }
}

/**
 * The jobs in pages. They change while the pages are read: the position a snapshot carries was read
 * before it, so the changes in between follow as events and set right what the pages missed.
 */
async function* readSnapshot(parts: Telling, signal: AbortSignal): AsyncGenerator<JobMessage[]> {
  const { engine } = parts;
  const seen = new Set<JobId>();
  let after: string | null = null;
  do {
    const page = await engine.list({
      kinds: OPEN_KINDS,
      sort: "newest",
      limit: PAGE_LENGTH,
      ...(after === null ? {} : { after }),
    });
    yield unseen(page.jobs);
    after = page.next;
  } while (after !== null && !signal.aborted);
  const ended = await engine.list({ kinds: ENDED_KINDS, sort: "newest", limit: SNAPSHOT_ENDED_JOBS });
  yield unseen(ended.jobs);

  function unseen(jobs: readonly Job[]): JobMessage[] {
    const fresh = jobs.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    return tellJobs(fresh, parts);
  }
}
