import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import { ApiError } from "./api-error.ts";
import { Haulyard } from "./haulyard.ts";
import { makeJob } from "./testing/make-job.ts";
import { json, startScriptedServer, stream } from "./testing/scripted-server.ts";
import type { Handler, ScriptedServer } from "./testing/scripted-server.ts";

const job = makeJob();
const ended = makeJob({ status: "COMPLETE" });
const event = (type: string, data: unknown, id: number): string =>
  `event: ${type}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
const snapshot = (id: number, ...jobs: unknown[]): string => event("snapshot", { jobs }, id);

/** One connection after the other, each answered by the next of these. */
function inTurn(...handlers: Handler[]): Handler {
  let turn = 0;
  return (...given) => handlers[Math.min(turn++, handlers.length - 1)]?.(...given);
}

/** Sends these texts and closes. */
const cutAfter =
  (...texts: string[]): Handler =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "text/event-stream" }).end(texts.join(""));

let server: ScriptedServer;
let clock: FakeClock;
let haulyard: Haulyard;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.goAway());
beforeEach(() => {
  server.routes = {};
  server.seen.length = 0;
  clock = new FakeClock();
  haulyard = new Haulyard(server.url, { clock });
});

/** Lets the clock run until the promise has settled. */
async function whileTimePasses<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const noted = promise.finally(() => (settled = true));
  noted.catch(() => undefined);
  while (!settled) {
    await new Promise((again) => setTimeout(again, 2));
    await clock.advance(100, 100);
  }
  return noted;
}

describe("the events of a loop", () => {
  it("go on behind the last one that was taken when the connection is cut", async () => {
    server.routes["GET /events"] = inTurn(
      cutAfter(snapshot(5, job), event("job", job, 6)),
      stream(event("removed", { id: job.id }, 7)),
    );
    const seen: string[] = [];
    const leave = new AbortController();
    const loop = (async () => {
      for await (const { type } of haulyard.events(leave.signal)) {
        seen.push(type);
        if (type === "removed") leave.abort();
      }
    })();
    await whileTimePasses(loop);
    expect(seen).toEqual(["snapshot", "job", "removed"]);
    expect(server.seen.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "6"]);
  });

  it("go on when a server comes back that was away", async () => {
    const refusing = json(500, { success: false, message: "Later.", code: "internal" });
    server.routes["GET /events"] = inTurn(refusing, refusing, stream(snapshot(1, job)));
    const first = await whileTimePasses(haulyard.events().next());
    expect(first.value).toMatchObject({ type: "snapshot", cursor: 1 });
  });

  it("end with the refusal where asking again would not help", async () => {
    server.routes["GET /events"] = json(401, { success: false, message: "Who?", code: "unauthorized" });
    await expect(whileTimePasses(haulyard.events().next())).rejects.toThrow("Who?");
  });

  it("end without a word when the signal aborts", async () => {
    server.routes["GET /events"] = stream();
    const leave = new AbortController();
    const next = haulyard.events(leave.signal).next();
    leave.abort();
    expect(await whileTimePasses(next)).toEqual({ done: true, value: undefined });
  });
});

describe("waiting for the end of a job", () => {
  const path = `GET /jobs/${job.id}`;

  it("is over at once for one that has ended", async () => {
    server.routes[path] = json(200, ended);
    expect(await haulyard.finished(job.id)).toEqual(ended);
    expect(server.count("GET /events")).toBe(0);
  });

  it("takes the end from the events, over a cut connection", async () => {
    server.routes[path] = json(200, job);
    server.routes["GET /events"] = inTurn(cutAfter(snapshot(1, job)), stream(event("job", ended, 2)));
    expect(await whileTimePasses(haulyard.finished(job.id))).toMatchObject({ status: "COMPLETE" });
  });

  it("asks for the job itself where the snapshot does not list it any more", async () => {
    server.routes[path] = inTurn(json(200, job), json(200, ended));
    server.routes["GET /events"] = stream(snapshot(9));
    expect(await whileTimePasses(haulyard.finished(job.id))).toMatchObject({ status: "COMPLETE" });
  });

  it("ends with `not_found` when the job is removed", async () => {
    server.routes[path] = json(200, job);
    server.routes["GET /events"] = stream(snapshot(1, job), event("removed", { id: job.id }, 2));
    const failure = await whileTimePasses(haulyard.finished(job.id)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 404, code: "not_found" });
  });

  it("ends with the refusal when the key is revoked meanwhile", async () => {
    server.routes[path] = json(200, job);
    server.routes["GET /events"] = json(401, { success: false, message: "Who?", code: "unauthorized" });
    await expect(whileTimePasses(haulyard.finished(job.id))).rejects.toThrow("Who?");
  });

  it("ends with the reason of the signal", async () => {
    server.routes[path] = json(200, job);
    server.routes["GET /events"] = stream(snapshot(1, job));
    const leave = new AbortController();
    const waiting = haulyard.finished(job.id, leave.signal);
    leave.abort(new Error("Enough."));
    await expect(whileTimePasses(waiting)).rejects.toThrow("Enough.");
  });
});
