import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import { waitFor } from "../../test/world/haulyard.ts";
import type { JobDraft } from "../job/job.ts";
import { SNAPSHOT_ENDED_JOBS, SnapshotEvent } from "../wire/events.ts";
import { JobMessage } from "../wire/job-message.ts";
import { HEARTBEAT_MS, STUCK_MS } from "./event-stream.ts";
import { EventReader } from "./testing/read-events.ts";
import { send, sendBytes } from "./testing/send.ts";
import { socketsOf } from "./testing/sockets.ts";
import { soon } from "./testing/soon.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestOptions, TestServer } from "./testing/test-server.ts";

const started: TestServer[] = [];
const readers: EventReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  for (const server of started.splice(0)) await server[Symbol.asyncDispose]();
});

async function start(options: TestOptions = {}): Promise<TestServer> {
  const server = await startServer({ localJobs: 0, ...options });
  started.push(server);
  return server;
}

async function open(
  server: TestServer,
  path?: string,
  headers?: Record<string, string>,
): Promise<EventReader> {
  const reader = await EventReader.open(server.url, path, headers);
  readers.push(reader);
  return reader;
}

function draft(name: string): JobDraft {
  const url = `http://origin.test/${name}`;
  const step = {
    kind: "transfer",
    url,
    mirrors: [],
    folder: "/tmp",
    name,
    size: null,
    checksum: null,
  } as const;
  return {
    source: { kind: "url", url },
    place: { kind: "node", name: "here" },
    steps: [{ ...step, headers: {}, ifExists: "refuse" }],
    name,
    destination: `/tmp/${name}`,
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
  };
}

async function addJobs(server: TestServer, count: number, prefix = "job"): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { job } = await server.engine.submit(draft(`${prefix}-${index}`));
    ids.push(job.id);
  }
  return ids;
}

/** Until the kernel's buffers are full and nothing moves any more. */
async function stuck(port: number): Promise<void> {
  let last = 0;
  let still = 0;
  await waitFor(
    "a standstill",
    async () => {
      const unsent = (await socketsOf(port))[0]?.unsent ?? 0;
      still = unsent > 0 && unsent === last ? still + 1 : 0;
      last = unsent;
      return still;
    },
    (times) => times >= 5,
  );
}

/** The jobs a client would have that applies what came in order. */
function replay(events: EventReader["events"]): Map<unknown, unknown> {
  const jobs = new Map<unknown, unknown>();
  for (const { type, data } of events) {
    if (type === "snapshot") {
      jobs.clear();
      for (const job of data["jobs"] as Record<string, unknown>[]) jobs.set(job["id"], job["status"]);
    } else if (type === "job") jobs.set(data["id"], data["status"]);
    else if (type === "removed") jobs.delete(data["id"]);
  }
  return jobs;
}

describe("the event stream", () => {
  it("begins with the headers that keep proxies and caches out of the way", async () => {
    const server = await start();
    const reader = await open(server);
    await reader.until("a first byte", () => reader.asides.length > 0);
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
    });
    expect(reader.asides[0]).toMatch(/^retry: \d+$/);
  });

  it("says what else was changed, and nothing of what was refused or only looked at", async () => {
    const server = await start();
    const reader = await open(server, "/events?snapshot=1");
    await reader.until("the snapshot", () => reader.events.length > 0);
    await send(server.url, "/hosts");
    await send(server.url, "/hosts", { method: "POST", body: {} });
    await send(server.url, "/reload_config", { method: "POST" });
    await reader.until("a change", () => reader.of("changed").length > 0);
    expect(reader.of("changed").map(({ data }) => data)).toEqual([{ what: "models" }]);
  });

  it("gives a snapshot when asked, then what changes, each with the place to go on from", async () => {
    const server = await start();
    const [first = ""] = await addJobs(server, 3);
    const reader = await open(server, "/events?snapshot=1");
    await reader.until("the snapshot", () => reader.events.length === 1);
    expect(reader.events[0]?.type).toBe("snapshot");
    expect(SnapshotEvent.parse(reader.events[0]?.data).jobs).toHaveLength(3);

    await send(server.url, `/jobs/${first}/pause`, { method: "POST" });
    await send(server.url, `/jobs/${first}`, { method: "DELETE" });
    await reader.until("both events", () => reader.of("removed").length === 1);
    expect(reader.of("job").map(({ data }) => JobMessage.parse(data).id)).toEqual(
      expect.arrayContaining([first]),
    );
    expect(reader.of("removed")[0]?.data).toEqual({ id: first });
    const ids = reader.events.map(({ id }) => Number(id));
    expect(ids.every(Number.isInteger)).toBe(true);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it("says nothing of the past to a client that asks for nothing", async () => {
    const server = await start();
    await addJobs(server, 2, "before");
    const reader = await open(server);
    await reader.until("the head", () => reader.asides.length > 0);
    const [after] = await addJobs(server, 1, "after");
    await reader.until("an event", () => reader.events.length > 0);
    expect(reader.events.map(({ data }) => data["id"])).toEqual([after]);
  });

  it.each(["header", "query"])("repeats what was missed after a cut connection, told by %s", async (how) => {
    const server = await start();
    const first = await open(server, "/events?snapshot=1");
    await addJobs(server, 5, "seen");
    await first.until("five events", () => first.of("job").length === 5);
    const lastId = first.lastId;
    first.close();

    const missed = await addJobs(server, 7, "missed");
    await server.engine.act(missed[0] ?? "", "remove");
    const again =
      how === "header"
        ? await open(server, "/events?snapshot=1", { "last-event-id": lastId })
        : await open(server, `/events?last_event_id=${lastId}`);
    await again.until(
      "what was missed",
      () => again.of("removed").length === 1 && again.of("job").length >= 6,
    );
    expect(again.of("snapshot")).toEqual([]);
    expect(new Set(replay([...first.events, ...again.events]).keys())).toEqual(
      new Set((await server.engine.list({ sort: "newest", limit: 100 })).jobs.map(({ id }) => id)),
    );
  });

  it("gives a snapshot to a client whose position is from another database", async () => {
    const server = await start();
    await addJobs(server, 2);
    const reader = await open(server, "/events", { "last-event-id": "999999" });
    await reader.until("the snapshot", () => reader.of("snapshot").length === 1);
    expect(replay(reader.events).size).toBe(2);
  });

  it("gives a snapshot to a client that was away for so long that its changes are forgotten", async () => {
    const first = await start();
    await addJobs(first, 5);
    await first.stop();
    const database = new DatabaseSync(join(first.folder, "haulyard.db"));
    database.exec("DELETE FROM changes WHERE cursor < (SELECT max(cursor) FROM changes)");
    database.close();
    const again = await start({ folder: first.folder });
    const reader = await open(again, "/events", { "last-event-id": "1" });
    await reader.until("the snapshot", () => reader.of("snapshot").length === 1);
    expect(replay(reader.events).size).toBe(5);
    await addJobs(again, 1, "later");
    await reader.until("an event", () => reader.of("job").length === 1);
    expect(replay(reader.events).size).toBe(6);
  });

  it("loses nothing while a thousand changes happen and the client is cut off again and again", async () => {
    const server = await start();
    const seen: EventReader["events"] = [];
    let lastId: string | null = null;
    let done = false;
    const changing = (async () => {
      for (let round = 0; round < 300; round += 1) {
        const { job } = await server.engine.submit(draft(`busy-${round}`));
        await server.engine.act(job.id, "pause");
        // Others get their turn, as they would if the disk were slower.
        await new Promise((resolve) => setImmediate(resolve));
        if (round % 2 === 0) await server.engine.act(job.id, "resume");
        await (round % 5 === 0 ? server.engine.act(job.id, "remove") : server.engine.act(job.id, "cancel"));
      }
      done = true;
    })();
    let connections = 0;
    while (!done || Number(lastId) < (await server.engine.cursor())) {
      const path = lastId === null ? "/events?snapshot=1" : "/events";
      const reader: EventReader = await open(
        server,
        path,
        lastId === null ? {} : { "last-event-id": lastId },
      );
      connections += 1;
      await reader.until(
        "some events",
        () => reader.events.length >= 40 || (done && reader.events.length > 0),
      );
      reader.close();
      seen.push(...reader.events);
      lastId = reader.lastId;
    }
    await changing;
    expect(await server.engine.cursor()).toBeGreaterThanOrEqual(1000);
    expect(connections).toBeGreaterThan(3);
    const jobs = new Map<unknown, unknown>();
    for (const job of (await server.engine.list({ sort: "newest", limit: 1000 })).jobs) {
      jobs.set(job.id, job.state.kind.toUpperCase());
    }
    expect(jobs.size).toBe(240);
    expect(replay(seen)).toEqual(jobs);
  });

  it("waits for a slow client and misses nothing", async () => {
    const server = await start();
    const reader = await open(server, "/events?snapshot=1");
    await reader.until("the snapshot", () => reader.events.length === 1);
    reader.pause();
    // Far more than the buffers of both sockets take.
    const text = "n".repeat(40_000);
    const ids = new Set<unknown>();
    for (let index = 0; index < 400; index += 1) {
      const name = `${index}`;
      const { job } = await server.engine.submit({ ...draft(name), name: `${name} ${text}` });
      ids.add(job.id);
    }
    await stuck(server.port);
    expect(reader.of("job").length).toBeLessThan(ids.size);
    reader.resume();
    await reader.until(
      "all events",
      () => new Set(reader.of("job").map(({ data }) => data["id"])).size === ids.size,
    );
    expect(new Set(reader.of("job").map(({ data }) => data["id"]))).toEqual(ids);
  });

  it("cuts off a client that takes nothing for a minute", async () => {
    const clock = new FakeClock();
    const server = await start({ clock });
    const reader = await open(server, "/events?snapshot=1");
    await reader.until("the snapshot", () => reader.events.length === 1);
    reader.pause();
    const text = "n".repeat(40_000);
    for (let index = 0; index < 400; index += 1) {
      await server.engine.submit({ ...draft(`${index}`), name: text });
    }
    await stuck(server.port);
    await clock.advance(STUCK_MS - 1_000, 10_000);
    expect(await socketsOf(server.port)).toHaveLength(1);
    await clock.advance(2_000, 1_000);
    await waitFor(
      "the end",
      () => socketsOf(server.port),
      (sockets) => sockets.length === 0,
    );
  });

  it("sends a heartbeat every quarter of a minute", async () => {
    const clock = new FakeClock();
    const server = await start({ clock });
    const reader = await open(server);
    await reader.until("the head", () => reader.asides.length > 0);
    await addJobs(server, 1);
    await reader.until("an event", () => reader.events.length === 1);
    await clock.advance(3 * HEARTBEAT_MS + 1, 5_000);
    await addJobs(server, 1, "later");
    await reader.until("another event", () => reader.events.length === 2);
    expect(reader.asides.filter((line) => line.startsWith(":"))).toHaveLength(3);
  });

  it("tells the progress of running jobs without a place to go on from", async () => {
    const server = await start({ localJobs: 1 });
    const reader = await open(server, "/events?snapshot=1");
    await addJobs(server, 1);
    const run = await server.transfers.begun(0);
    run.move(400);
    await reader.until("progress", () => reader.of("progress").length > 0);
    const [event] = reader.of("progress");
    expect(event?.id).toBeNull();
    expect(event?.data).toMatchObject({
      jobs: [{ progress: { percent: 40, bytes_done: 400, bytes_total: 1000 } }],
    });
    run.complete();
    await reader.until("the end", () => [...replay(reader.events).values()][0] === "COMPLETE");
  });

  it("holds all open jobs and the newest ended ones in a snapshot, each once", async () => {
    const server = await start();
    const ended = await addJobs(server, SNAPSHOT_ENDED_JOBS + 20, "ended");
    for (const id of ended) await server.engine.act(id, "cancel");
    const waiting = await addJobs(server, 1100, "waiting");
    const reader = await open(server, "/events?snapshot=1");
    await reader.until("the snapshot", () => reader.events.length === 1);
    const ids = SnapshotEvent.parse(reader.events[0]?.data).jobs.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids)).toEqual(new Set([...waiting, ...ended.slice(20)]));
  });

  it("ends with the server, and lets the server end", async () => {
    const server = await start();
    const reader = await open(server, "/events?snapshot=1");
    await reader.until("the snapshot", () => reader.events.length === 1);
    // Waited for, the stream would keep it for ever.
    await server.stop();
    await reader.until("the end", () => reader.ended);
  });

  it("is refused to whoever is one too many, and open again when one has left", async () => {
    const server = await start({ settings: { maxStreams: 5 } });
    const all = await Promise.all(Array.from({ length: 5 }, () => open(server)));
    const refused = await send(server.url, "/events");
    expect(refused.status).toBe(503);
    expect(refused.json).toMatchObject({ success: false, code: "unavailable" });
    all[0]?.close();
    await soon(async () => (await open(server)).status).toBe(200);
  });

  it("is not written into by what else comes over its connection", async () => {
    const server = await start();
    const head = "GET /events?snapshot=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const came = await sendBytes(server.port, `${head}NONSENSE\r\n\r\n`);
    expect(came).not.toContain("400 Bad Request");
  });

  it("holds back secrets", async () => {
    const server = await start();
    const reader = await open(server, "/events?snapshot=1");
    const source = "http://127.0.0.1:1/a.bin?token=hunter2&x=1";
    await send(server.url, "/jobs", { method: "POST", body: { source, headers: { "X-Token": "hunter2" } } });
    await reader.until("the job", () => reader.of("job").length > 0);
    expect(JSON.stringify(reader.events)).not.toContain("hunter2");
    expect(JSON.stringify(reader.events)).toContain("x=1");
  });
});
