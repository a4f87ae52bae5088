import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import { systemClock } from "../../job/clock.ts";
import type { Clock } from "../../job/clock.ts";
import { Http1Client } from "./http1-client.ts";
import type { ClientOutcome } from "./http1-client.ts";
import { parseProxy } from "./proxy.ts";
import { TEST_AUTHORITY } from "./testing/certificates.ts";
import { CollectingSink } from "../sinks/testing/collecting-sink.ts";
import { serveHttpProxy } from "./testing/proxy-server.ts";
import { closeRawServers, serveRaw } from "./testing/raw-server.ts";
import type { RawServer } from "./testing/raw-server.ts";

const never = new AbortController().signal;
const clients: Http1Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await closeRawServers();
});

function newClient(clock: Clock = systemClock): Http1Client {
  const limits = { headTimeoutMs: 10_000, idleTimeoutMs: 10_000 };
  const tls = { ca: TEST_AUTHORITY };
  const client = new Http1Client({
    clock,
    connectTimeoutMs: 10_000,
    limits,
    tls,
    userAgent: "haulyard/test",
  });
  clients.push(client);
  return client;
}

function send(client: Http1Client, server: RawServer, path = "/", signal = never): Promise<ClientOutcome> {
  const url = new URL(path, `http://127.0.0.1:${server.port}`);
  return client.send({ method: "GET", url, fields: [], proxy: null }, signal);
}

async function get(client: Http1Client, server: RawServer, path = "/"): Promise<string> {
  const outcome = await send(client, server, path);
  if (outcome.kind !== "answer") return JSON.stringify(outcome);
  const sink = new CollectingSink();
  const end = await outcome.body.receive(sink, never);
  return end.kind === "ended" ? sink.body.toString() : JSON.stringify(end);
}

function say(socket: Socket, body: string, more = ""): void {
  socket.write(`HTTP/1.1 200 OK\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`);
}

describe("the client", () => {
  test("uses one connection for one request after another, and several for several at once", async () => {
    const server = await serveRaw((socket, _, count) => void setTimeout(() => say(socket, `${count}`), 20));
    const client = newClient();
    expect(await get(client, server)).toBe("1");
    expect(await get(client, server)).toBe("2");
    expect(server.sockets).toHaveLength(1);
    expect((await Promise.all([1, 2, 3].map(() => get(client, server)))).sort()).toEqual(["3", "4", "5"]);
    expect(server.sockets).toHaveLength(3);
    expect(client.idle).toBe(3);
  });

  test("asks for the path and the query, and names the host with its port", async () => {
    const server = await serveRaw((socket) => say(socket, "ok"));
    await get(newClient(), server, "/a%20b/č?x=y z#fragment");
    expect(server.requests[0]).toBe(`GET /a%20b/%C4%8D?x=y%20z HTTP/1.1\r\nHost: 127.0.0.1:${server.port}`);
  });

  test("does not mix the connections of different origins", async () => {
    const first = await serveRaw((socket) => say(socket, "first"));
    const second = await serveRaw((socket) => say(socket, "second"));
    const client = newClient();
    for (let round = 0; round < 2; round++) {
      expect(await get(client, first)).toBe("first");
      expect(await get(client, second)).toBe("second");
    }
    expect([first.sockets.length, second.sockets.length]).toEqual([1, 1]);
  });

  test.each(["closes it", "resets it"])(
    "sends a request again when the server %s, an idle connection, just then",
    async (how) => {
      const server = await serveRaw((socket, _, count) => {
        if (count !== 2) return say(socket, `${count}`);
        if (how === "closes it") socket.end();
        else socket.resetAndDestroy();
      });
      const client = newClient();
      expect(await get(client, server)).toBe("1");
      expect(await get(client, server)).toBe("3");
      expect(server.sockets).toHaveLength(2);
    },
  );

  test("does not send a request again and again to a server that closes every connection", async () => {
    const server = await serveRaw((socket) => socket.end());
    expect(await send(newClient(), server)).toMatchObject({
      trouble: { fault: { code: "closed_before_head" } },
    });
    expect(server.requests).toHaveLength(1);
  });

  test("does not send a request again when its answer was bad, also on an old connection", async () => {
    const server = await serveRaw((socket, _, count) => {
      if (count === 1) say(socket, "fine");
      else socket.write("nonsense");
    });
    const client = newClient();
    await get(client, server);
    expect(await send(client, server)).toMatchObject({ trouble: { fault: { code: "not_http" } } });
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ["after four seconds", "", 4_000],
    ["a second before the server does, if that is earlier", "Keep-Alive: timeout=3, max=100\r\n", 2_000],
  ])("leaves an idle connection %s", async (_, field, ms) => {
    const clock = new FakeClock();
    const server = await serveRaw((socket) => say(socket, "ok", field));
    const client = newClient(clock);
    await get(client, server);
    await clock.advance(ms - 600);
    expect(client.idle).toBe(1);
    await clock.advance(1_000);
    expect(client.idle).toBe(0);
    while (server.sockets[0]?.destroyed !== true) await sleep(5);
  });

  test("does not keep a connection of a server that waits a second or less", async () => {
    const server = await serveRaw((socket) => say(socket, "ok", "Keep-Alive: timeout=1\r\n"));
    const client = newClient();
    await get(client, server);
    expect(client.idle).toBe(0);
  });

  test("forgets an idle connection that the server leaves", async () => {
    const server = await serveRaw((socket) => say(socket, "ok"));
    const client = newClient();
    await get(client, server);
    expect(client.idle).toBe(1);
    server.sockets[0]?.end();
    while (client.idle > 0) await sleep(5);
  });

  test("reads a short body it does not want, and leaves a long one with its connection", async () => {
    const server = await serveRaw((socket, _, count) =>
      say(socket, "x".repeat(count === 1 ? 1000 : 1_000_000)),
    );
    const client = newClient();
    const short = await send(client, server);
    if (short.kind === "answer") short.body.discard();
    while (client.idle === 0) await sleep(5);
    const long = await send(client, server);
    if (long.kind === "answer") long.body.discard();
    while (server.sockets[0]?.destroyed !== true) await sleep(5);
    expect(server.sockets).toHaveLength(1);
    expect(client.idle).toBe(0);
  });

  test("discards a body only as long as nobody has received it", async () => {
    const server = await serveRaw((socket) => say(socket, "hello"));
    const client = newClient();
    const outcome = await send(client, server);
    if (outcome.kind !== "answer") throw new Error(outcome.kind);
    await outcome.body.receive(new CollectingSink(), never);
    outcome.body.discard();
    expect(client.idle).toBe(1);
  });

  test("closes everything it has, at work or idle", async () => {
    const server = await serveRaw((socket, _, count) => {
      if (count === 1) say(socket, "idle");
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nat work");
    });
    const client = newClient();
    const first = await send(client, server);
    const second = await send(client, server);
    if (first.kind !== "answer" || second.kind !== "answer") throw new Error("no answers");
    await first.body.receive(new CollectingSink(), never);
    expect(server.sockets).toHaveLength(2);
    client.close();
    while (server.sockets.some((socket) => !socket.destroyed)) await sleep(5);
  });

  test("whoever waits for an answer when it is closed is told at once", async () => {
    const server = await serveRaw((socket, _, count) => {
      if (count === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nat work");
    });
    const client = newClient();
    const first = await send(client, server);
    if (first.kind !== "answer") throw new Error("no answer");
    const body = first.body.receive(new CollectingSink(), never);
    const second = send(client, server);
    while (server.requests.length < 2) await sleep(5);
    client.close();
    expect(await Promise.all([body, second])).toEqual([{ kind: "aborted" }, { kind: "aborted" }]);
  });

  test("refuses what cannot be sent without asking anybody", async () => {
    const server = await serveRaw((socket) => say(socket, "ok"));
    const url = new URL(`http://127.0.0.1:${server.port}/`);
    const outcome = await newClient().send(
      { method: "GET", url, fields: [["X", "a\r\nb"]], proxy: null },
      never,
    );
    expect(outcome).toMatchObject({ trouble: { kind: "request" } });
    expect(server.sockets).toHaveLength(0);
  });

  test("stops at once, before the connection and before the head", async () => {
    const server = await serveRaw(() => {});
    const client = newClient();
    const stop = new AbortController();
    const outcome = send(client, server, "/", stop.signal);
    while (server.requests.length === 0) await sleep(5);
    stop.abort();
    expect(await outcome).toEqual({ kind: "aborted" });
    expect(await send(client, server, "/", stop.signal)).toEqual({ kind: "aborted" });
    expect(server.requests).toHaveLength(1);
  });

  test("gives a plain request to an HTTP proxy whole, with the login for the proxy, and reuses the connection", async () => {
    const origin = await serveRaw((socket, _, count) => say(socket, `answer ${count}`));
    const proxy = await serveHttpProxy({ login: "me:secret" });
    const client = newClient();
    const url = new URL(`http://user:word@localhost:${origin.port}/file?x=1#fragment`);
    const request = {
      method: "GET",
      url,
      fields: [],
      proxy: parseProxy(`http://me:secret@127.0.0.1:${proxy.port}`),
    } as const;
    const outcome = await client.send(request, never);
    if (outcome.kind !== "answer") throw new Error(JSON.stringify(outcome));
    const sink = new CollectingSink();
    await outcome.body.receive(sink, never);
    expect(sink.body.toString()).toBe("answer 1");
    expect(proxy.requests[0]).toBe(
      `GET http://localhost:${origin.port}/file?x=1 HTTP/1.1\r\nHost: localhost:${origin.port}\r\nProxy-Authorization: Basic ${btoa("me:secret")}`,
    );
    // The login for the proxy is the proxy's alone.
    expect(origin.requests[0]).not.toContain("secret");
    expect(client.idle).toBe(1);
  });

  test("brings many small files over few connections", async () => {
    const server = await serveRaw((socket, request) => say(socket, `body of ${request.split(" ")[1]}`));
    const client = newClient();
    const paths = Array.from({ length: 500 }, (_, index) => `/${index}`);
    const bodies: string[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let path = paths.pop(); path !== undefined; path = paths.pop())
          bodies.push(await get(client, server, path));
      }),
    );
    expect(new Set(bodies).size).toBe(500);
    expect(bodies.every((body) => /^body of \/\d+$/.test(body))).toBe(true);
    expect(server.sockets.length).toBeLessThanOrEqual(8);
  });
});
