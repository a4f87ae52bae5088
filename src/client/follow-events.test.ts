import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import { Status } from "../wire/job-message.ts";
import { needsToken, Unreachable } from "./api-error.ts";
import { createClient } from "./create-client.ts";
import { createLiveJobs } from "./create-live-jobs.ts";
import type { LiveJobsStore } from "./create-live-jobs.ts";
import type { Link } from "./follow-events.ts";
import { SILENCE_MS } from "./open-event-stream.ts";
import { makeJob } from "./testing/make-job.ts";
import { json, startScriptedServer, stream } from "./testing/scripted-server.ts";
import type { Handler, ScriptedServer } from "./testing/scripted-server.ts";

const job = makeJob();
const done = makeJob({ status: "COMPLETE" });

function event(type: string, data: unknown, id?: number): string {
  return `event: ${type}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
const snapshot = (id: number, ...jobs: unknown[]): string => event("snapshot", { jobs }, id);

const counts = Object.fromEntries(Status.options.map((status) => [status, 0]));

/** What `GET /jobs` answers: the same page for every filter that fits. */
function jobsAnswer(eventId: string, ...jobs: (typeof job)[]): Handler {
  return (request, response, body) => {
    const statuses = new URL(request.url ?? "", "http://x").searchParams.get("status")?.split(",") ?? [];
    const fitting = jobs.filter(({ status }) => statuses.includes(status));
    json(200, { jobs: fitting, next: null, counts, event_id: eventId })(request, response, body);
  };
}

let server: ScriptedServer;
let clock: FakeClock;
let live: LiveJobsStore;
let links: Link[];
let leave: () => void;

function follow(token: string | null = null): void {
  live = createLiveJobs(createClient({ baseUrl: server.url, token }), { clock, random: () => 1 });
  links = [];
  leave = live.subscribe(() => {
    const { link } = live.getSnapshot();
    if (links.at(-1) !== link) links.push(link);
  });
}

/** Lets the clock run, 100 ms at a time, until it is so. */
async function until(what: string, so: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (so()) return;
    await new Promise((again) => setTimeout(again, 2));
    await clock.advance(100, 100);
  }
  throw new Error(
    `${what} did not happen; links: ${links.join(" → ")}; ${live.getSnapshot().error?.message}`,
  );
}

const lines = (): string[] => server.seen.map(({ line }) => line);
const statusShown = (): string | undefined => live.getSnapshot().jobs.get(job.id)?.status;

beforeEach(async () => {
  server = await startScriptedServer();
  clock = new FakeClock();
});

afterEach(async () => {
  leave();
  await server.goAway();
});

describe("the stream", () => {
  it("begins with a snapshot and shows every event after it", async () => {
    server.routes["GET /events"] = stream(snapshot(5, job), event("job", done, 6));
    follow();
    expect(live.getSnapshot()).toMatchObject({ link: "connecting", ready: false });
    await until("complete", () => statusShown() === "COMPLETE");
    expect(live.getSnapshot()).toMatchObject({ link: "live", ready: true, error: null });
    expect(lines()).toEqual(["GET /events?snapshot=1"]);
  });

  it("goes on from the last event after a cut, and a cut that heals at once is not shown", async () => {
    let open: ServerResponse | undefined;
    server.routes["GET /events"] = (request, response, body) => {
      open = response;
      stream(snapshot(5, job))(request, response, body);
    };
    follow();
    await until("live", () => live.getSnapshot().link === "live");
    server.routes["GET /events"] = stream(event("job", done, 6));
    open?.destroy();
    await until("complete", () => statusShown() === "COMPLETE");
    expect(server.seen[1]).toMatchObject({ line: "GET /events", headers: { "last-event-id": "5" } });
    expect(links).toEqual(["connecting", "live"]);
  });

  it("is given up after 45 seconds without a byte, and not while heartbeats come", async () => {
    let open: ServerResponse | undefined;
    server.routes["GET /events"] = (request, response, body) => {
      open ??= response;
      stream(snapshot(5, job))(request, response, body);
    };
    follow();
    await until("live", () => live.getSnapshot().link === "live");
    for (let beat = 0; beat < 4; beat++) {
      await clock.advance(SILENCE_MS - 5_000);
      open?.write(": beat\n\n");
      await new Promise((heard) => setTimeout(heard, 30));
    }
    expect(server.count("GET /events")).toBe(1);
    await clock.advance(SILENCE_MS + 1_000);
    await until("second connection", () => server.count("GET /events") === 2);
    expect(open?.destroyed).toBe(true);
  });

  it("is closed when nobody looks any more, and opened again for the next who does", async () => {
    let closed = 0;
    server.routes["GET /events"] = (request, response, body) => {
      response.on("close", () => (closed += 1));
      stream(snapshot(5, job))(request, response, body);
    };
    follow();
    await until("live", () => live.getSnapshot().link === "live");
    leave();
    await until("closed", () => closed === 1);
    leave = live.subscribe(() => {});
    await until("opened again", () => server.count("GET /events?snapshot=1") === 2);
  });

  it("sends the token, and says when it is not enough", async () => {
    const refusal = { success: false, message: "Give the token.", code: "unauthorized" };
    for (const route of ["GET /events", "GET /jobs"]) server.routes[route] = json(401, refusal);
    follow("wrong");
    await until("away", () => live.getSnapshot().link === "away");
    expect(needsToken(live.getSnapshot().error)).toBe(true);
    expect(server.seen[0]?.headers.authorization).toBe("Bearer wrong");
  });
});

describe("a server that goes away and comes back", () => {
  it("is shown as away, with the jobs as they were, then goes on where it stopped", async () => {
    server.routes["GET /events"] = stream(snapshot(5, job));
    follow();
    await until("live", () => live.getSnapshot().link === "live");
    await server.goAway();
    await until("away", () => live.getSnapshot().link === "away");
    expect(live.getSnapshot().error).toBeInstanceOf(Unreachable);
    expect(live.getSnapshot().error?.message).toContain(`No server answers at ${server.url}`);
    expect(statusShown()).toBe("RUNNING");

    server.routes["GET /events"] = stream(event("job", done, 6));
    server.routes["GET /jobs"] = jobsAnswer("5", job);
    await server.comeBack();
    await until("complete", () => statusShown() === "COMPLETE");
    expect(live.getSnapshot()).toMatchObject({ link: "live", error: null });
    expect(server.seen.at(-1)?.headers["last-event-id"]).toBe("5");
  });

  it("is tried again at once when a person asks, without waiting for the pause to end", async () => {
    await server.goAway();
    follow();
    await until("away", () => live.getSnapshot().link === "away");
    await clock.advance(60_000);
    server.routes["GET /events"] = stream(snapshot(1, job));
    await server.comeBack();
    live.retryNow();
    for (let turn = 0; turn < 500 && live.getSnapshot().link !== "live"; turn++)
      await new Promise((again) => setTimeout(again, 2));
    expect(live.getSnapshot().link).toBe("live");
  });
});

describe("a proxy that lets no stream through", () => {
  it("makes it ask for all jobs every two seconds, and return to the stream when that works", async () => {
    server.routes["GET /jobs"] = jobsAnswer("7", job);
    follow(); // and /events answers 404 with a page
    await until("polling", () => live.getSnapshot().link === "polling");
    expect(statusShown()).toBe("RUNNING");
    server.routes["GET /jobs"] = jobsAnswer("8", done);
    await until("complete", () => statusShown() === "COMPLETE");
    expect(links.at(-1)).toBe("polling");

    server.routes["GET /events"] = stream(event("job", makeJob({ status: "PAUSED" }), 9));
    await until("live", () => live.getSnapshot().link === "live");
    expect(server.seen.at(-1)?.headers["last-event-id"]).toBe("8");
    const asked = server.count("GET /jobs");
    expect(statusShown()).toBe("PAUSED");
    await clock.advance(10_000);
    await new Promise((settled) => setTimeout(settled, 30));
    expect(server.count("GET /jobs")).toBe(asked);
  });

  it("is not waited for: polling goes on while a stream is open that brings nothing", async () => {
    server.routes["GET /jobs"] = jobsAnswer("7", job);
    server.routes["GET /events"] = stream(); // answered, and every byte held back
    follow();
    await until("polling", () => live.getSnapshot().link === "polling");
    await until("a third stream held open", () => server.count("GET /events") >= 3);
    const asked = server.count("GET /jobs");
    const tried = server.count("GET /events");
    await until("five polls", () => server.count("GET /jobs") >= asked + 10);
    expect(server.count("GET /events")).toBeLessThanOrEqual(tried + 1);
  });

  it("asks for the limit for all as well, and does without where the server knows of none", async () => {
    server.routes["GET /jobs"] = jobsAnswer("7", job);
    follow();
    await until("polling", () => live.getSnapshot().link === "polling");
    expect(live.getSnapshot().limit).toBeNull();
    const now = { bytes_per_second: null, window: null, until: null };
    const limit = { limit_rate: "none", source: "setting", setting: "none", changed_at: null, now };
    server.routes["GET /limit-rate"] = json(200, limit);
    await until("the limit", () => live.getSnapshot().limit !== null);
    expect(live.getSnapshot().limit).toEqual(limit);
  });

  it("or spoils it: an event that is none of ours counts as no stream", async () => {
    server.routes["GET /jobs"] = jobsAnswer("7", job);
    server.routes["GET /events"] = stream('event: job\ndata: {"id": 1}\n\n');
    follow();
    await until("polling", () => live.getSnapshot().link === "polling");
    expect(live.getSnapshot().ready).toBe(true);
  });
});

describe("a queue of thousands", () => {
  it("is put together from all its pages", async () => {
    const jobs = Array.from({ length: 2500 }, (_, n) =>
      makeJob({ id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`, status: "PENDING" }),
    );
    server.routes["GET /jobs"] = (request, response, body) => {
      const { searchParams } = new URL(request.url ?? "", "http://x");
      const from = Number(searchParams.get("cursor") ?? 0);
      const to = from + Number(searchParams.get("limit"));
      const open = searchParams.get("status")?.includes("PENDING") === true;
      const page = open ? jobs.slice(from, to) : [];
      const next = open && to < jobs.length ? String(to) : null;
      json(200, { jobs: page, next, counts, event_id: "3" })(request, response, body);
    };
    follow();
    await until("polling", () => live.getSnapshot().link === "polling");
    expect(live.getSnapshot().jobs.size).toBe(2500);
  });
});
