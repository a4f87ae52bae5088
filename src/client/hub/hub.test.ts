import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import { ApiError, needsToken, Unreachable } from "../api-error.ts";
import { createClient } from "../create-client.ts";
import { createLiveJobs } from "../create-live-jobs.ts";
import type { LiveJobsStore } from "../create-live-jobs.ts";
import { followEvents } from "../follow-events.ts";
import { makeJob } from "../testing/make-job.ts";
import { json, startScriptedServer, stream } from "../testing/scripted-server.ts";
import type { Handler, ScriptedServer } from "../testing/scripted-server.ts";
import { createStreamHub } from "./create-stream-hub.ts";
import type { Member, StreamHub } from "./create-stream-hub.ts";
import { followHub } from "./follow-hub.ts";
import type { ConnectHub } from "./follow-hub.ts";
import type { HubMessage } from "./hub-messages.ts";
import { packError, unpackError } from "./pack-error.ts";

const job = makeJob();
const event = (type: string, data: unknown, id?: number): string =>
  `event: ${type}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
const snapshot = event("snapshot", { jobs: [job] }, 5);

interface Tab {
  live: LiveJobsStore;
  /** As a tab that is closed in order does. */
  leave: () => void;
  /** From now on nothing that is sent to it arrives, and nothing it sends leaves. */
  die: () => void;
  /** Whether it had to follow the server by itself. */
  alone: () => boolean;
}

let server: ScriptedServer;
let clock: FakeClock;
let hub: StreamHub | null;
let tabs: Tab[];
let token: string | null;

const newHub = (): StreamHub =>
  createStreamHub({
    clock,
    follow: (session, follower, options) => followEvents(createClient(session), follower, options),
  });

/** Every message is cloned, as it is between tabs, and comes a moment later. */
function openTab(): Tab {
  let dead = false;
  let alone = false;
  const later = (act: () => void): void =>
    queueMicrotask(() => {
      if (!dead) act();
    });
  const connect: ConnectHub = (onMessage) => {
    const member: Member = {
      send: (message: HubMessage) => {
        const copy = structuredClone(message);
        later(() => onMessage(copy));
      },
    };
    return {
      send: (message) => {
        const copy = structuredClone(message);
        const at = hub;
        later(() => at?.take(member, copy));
      },
      close: () => {},
    };
  };
  const session = () => ({ baseUrl: server.url, token });
  const live = createLiveJobs(createClient(session()), {
    clock,
    follow: async (follower, options) => {
      alone = !(await followHub(connect, session, follower, options));
    },
  });
  const leave = live.subscribe(() => {});
  const tab = { live, leave, die: () => (dead = true), alone: () => alone };
  tabs.push(tab);
  return tab;
}

/** Lets the clock run only where something is to happen because time passes. */
async function until(what: string, so: () => boolean, stepMs = 0): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (so()) return;
    await new Promise((again) => setTimeout(again, 2));
    if (stepMs > 0) await clock.advance(stepMs, stepMs);
  }
  throw new Error(`${what} did not happen; links: ${tabs.map(({ live }) => live.getSnapshot().link).join()}`);
}

const shown = ({ live }: Tab): string | undefined => live.getSnapshot().jobs.get(job.id)?.status;
const isLive = ({ live }: Tab): boolean => live.getSnapshot().link === "live" && live.getSnapshot().ready;
const streams = (): number => server.count("GET /events");

/** Answers, and writes to every stream that is open from then on. */
function openStreams(): { handler: Handler; write: (text: string) => void; open: () => number } {
  const writers = new Set<(text: string) => void>();
  return {
    handler: (request, response, body) => {
      stream(snapshot)(request, response, body);
      const write = (text: string): void => void response.write(text);
      writers.add(write);
      response.on("close", () => writers.delete(write));
    },
    write: (text) => {
      for (const write of writers) write(text);
    },
    open: () => writers.size,
  };
}

beforeEach(async () => {
  server = await startScriptedServer();
  clock = new FakeClock();
  hub = newHub();
  tabs = [];
  token = null;
});

afterEach(async () => {
  for (const tab of tabs) tab.leave();
  hub?.stop();
  await server.goAway();
});

it("eight tabs hear everything over one stream, also who comes late", async () => {
  const events = openStreams();
  server.routes["GET /events"] = events.handler;
  for (let count = 0; count < 7; count++) openTab();
  await until("seven are live", () => tabs.every(isLive));
  events.write(event("job", makeJob({ status: "PAUSED" }), 6));
  await until("all see the pause", () => tabs.every((tab) => shown(tab) === "PAUSED"));
  const late = openTab();
  await until("the late one sees it, too", () => isLive(late) && shown(late) === "PAUSED");
  // An old word that is repeated does not take it back.
  events.write(event("job", job, 6) + event("job", makeJob({ status: "COMPLETE" }), 7));
  await until("all see the end", () => tabs.every((tab) => shown(tab) === "COMPLETE"));
  expect(streams()).toBe(1);
});

it("the stream ends with the last tab, and a tab that died is no tab", async () => {
  const events = openStreams();
  server.routes["GET /events"] = events.handler;
  const [first, second] = [openTab(), openTab()];
  await until("both are live", () => tabs.every(isLive));
  second.die();
  first.leave();
  const isForgotten = (): boolean => {
    events.write(":\n\n");
    return events.open() === 0;
  };
  await until("the dead one is forgotten", isForgotten, 100);
});

it("a hub that dies is replaced: a tab that hears nothing any more goes to the new one", async () => {
  const events = openStreams();
  server.routes["GET /events"] = events.handler;
  openTab();
  await until("live", () => tabs.every(isLive));
  const old = hub;
  hub = newHub();
  old?.stop();
  const hearsTheNewOne = (): boolean => {
    events.write(event("job", makeJob({ status: "PAUSED" }), 6));
    return tabs.every((tab) => shown(tab) === "PAUSED");
  };
  await until("the tab hears the new one", hearsTheNewOne, 100);
});

it("where no hub answers, the tab is told to follow by itself", async () => {
  hub = null;
  const tab = openTab();
  await until("given up", tab.alone, 100);
});

it("a token that is wanted reaches every tab as the error it is, and the right one of any tab opens all", async () => {
  const events = openStreams();
  const refusal = { success: false, message: "A token is needed.", code: "unauthorized" };
  server.routes["GET /events"] = (request, response, body) =>
    (request.headers.authorization === "Bearer right" ? events.handler : json(401, refusal))(
      request,
      response,
      body,
    );
  server.routes["GET /jobs"] = json(401, refusal);
  const [one] = [openTab(), openTab()];
  await until("both are refused", () => tabs.every(({ live }) => needsToken(live.getSnapshot().error)), 20);
  token = "right";
  one.live.retryNow();
  await until("both are live", () => tabs.every(isLive));
});

it("errors are the same on the other side", () => {
  const refused = new ApiError(403, "forbidden", "No.", "to", { advice: "Ask.", page: "https://a.example/" });
  const away = new Unreachable("http://u:p@127.0.0.1:1", "refused");
  for (const error of [refused, away, new Error("else")]) {
    const there = unpackError(structuredClone(packError(error)));
    expect(there).toEqual(error);
    expect(there.constructor).toBe(error.constructor);
  }
});
