import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { SendOutcome } from "./http-answer.ts";
import type { HttpClient } from "./http-client.ts";
import { createHttpClient } from "./http-client.ts";
import type { TransferLimits } from "./transfer-settings.ts";
import { completeSettings } from "./transfer-settings.ts";

interface Scene extends AsyncDisposable {
  url: URL;
  client: HttpClient;
  /** Connections taken so far. */
  sockets: Socket[];
}

/** A server that does with each connection what the test says, and a client. */
async function setScene(
  serve: (socket: Socket) => void,
  limits: Partial<TransferLimits> = {},
): Promise<Scene> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = createHttpClient(completeSettings({ limits }));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`),
    client,
    sockets,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const NEVER = new AbortController().signal;

async function bodyOf(outcome: SendOutcome): Promise<string> {
  if (outcome.kind !== "answer") throw new Error(`no answer but ${JSON.stringify(outcome)}`);
  let text = "";
  const end = await outcome.answer.body.deliver((bytes) => {
    text += Buffer.from(bytes).toString("latin1");
    return undefined;
  }, NEVER);
  return end.kind === "ended" ? text : end.kind;
}

/** Answers every request on a connection. */
const answering = (answer: string) => (socket: Socket) => {
  socket.on("data", () => socket.write(answer));
};

const HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

test("requests in a row share a connection; requests at once do not", async () => {
  await using scene = await setScene(answering(HELLO));
  const { client, url, sockets } = scene;
  for (let nth = 0; nth < 3; nth += 1) expect(await bodyOf(await client.send(url, {}, NEVER))).toBe("hello");
  expect(sockets).toHaveLength(1);
  const both = await Promise.all([client.send(url, {}, NEVER), client.send(url, {}, NEVER)]);
  expect(await Promise.all(both.map(bodyOf))).toEqual(["hello", "hello"]);
  expect(sockets).toHaveLength(2);
});

test("a connection that the server closed meanwhile costs nothing: the request goes over a new one", async () => {
  let served = 0;
  await using scene = await setScene((socket) => {
    let mine = 0;
    socket.on("data", () => {
      mine += 1;
      served += 1;
      // Each connection answers once; a second request on it meets a closed door.
      if (mine === 1) socket.write(HELLO);
      else socket.destroy();
    });
  });
  const { client, url } = scene;
  for (let nth = 0; nth < 4; nth += 1) expect(await bodyOf(await client.send(url, {}, NEVER))).toBe("hello");
  expect(served).toBeGreaterThanOrEqual(4);
});

test("an answer that was left unread does not spoil the next one", async () => {
  await using scene = await setScene(answering(HELLO));
  const { client, url, sockets } = scene;
  const first = await client.send(url, {}, NEVER);
  if (first.kind === "answer") first.answer.body.discard();
  await sleep(20);
  expect(await bodyOf(await client.send(url, {}, NEVER))).toBe("hello");
  expect(sockets).toHaveLength(1);
});

test("a server that talks without being asked is not listened to", async () => {
  await using scene = await setScene((socket) => {
    socket.on("data", () => {
      socket.write(HELLO);
      setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"), 20);
    });
  });
  const { client, url, sockets } = scene;
  expect(await bodyOf(await client.send(url, {}, NEVER))).toBe("hello");
  await sleep(60);
  expect(await bodyOf(await client.send(url, {}, NEVER))).toBe("hello");
  expect(sockets).toHaveLength(2);
});

test.each([
  ["X-Evil", "a\r\nHost: other"],
  ["X-Evil", "a\nb"],
  ["X Evil", "a"],
  ["X-Evil", "\u0000"],
  ["X-Evil", "日本"],
])("a header %j: %j cannot smuggle anything into the request", async (name, value) => {
  await using scene = await setScene(answering(HELLO));
  const outcome = await scene.client.send(scene.url, { [name]: value }, NEVER);
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "unsupported" } });
  expect(scene.sockets).toEqual([]);
});

test("a head that trickles in for ever ends at the time limit", async () => {
  await using scene = await setScene(
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write("X: y\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    },
    { headersTimeoutMs: 200 },
  );
  const outcome = await scene.client.send(scene.url, {}, NEVER);
  expect(outcome).toMatchObject({ kind: "failed", heard: true, failure: { code: "timed_out" } });
});

test("a handshake that is never answered ends at the time limit", async () => {
  await using scene = await setScene(() => {}, { connectTimeoutMs: 200 });
  const secure = new URL(scene.url.href.replace("http:", "https:"));
  const outcome = await scene.client.send(secure, {}, NEVER);
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "connection_failed" } });
});

test.each([
  ["while connecting", () => {}, "https:"],
  ["while waiting for an answer", () => {}, "http:"],
])("stopping %s takes effect at once", async (_, serve, protocol) => {
  await using scene = await setScene(serve);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const began = performance.now();
  const url = new URL(scene.url.href.replace("http:", protocol));
  expect(await scene.client.send(url, {}, controller.signal)).toEqual({ kind: "aborted" });
  expect(performance.now() - began).toBeLessThan(500);
});

test("a slow taker slows the server down instead of filling the memory", async () => {
  let sent = 0;
  await using scene = await setScene((socket) => {
    const piece = Buffer.alloc(64 * 1024);
    const pour = (): void => {
      for (let room = true; room && !socket.destroyed; sent += piece.length) room = socket.write(piece);
    };
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      pour();
    });
    socket.on("drain", pour);
  });
  const outcome = await scene.client.send(scene.url, {}, NEVER);
  if (outcome.kind !== "answer") throw new Error("no answer");
  const controller = new AbortController();
  let taken = 0;
  const delivering = outcome.answer.body.deliver(async (bytes) => {
    taken += bytes.length;
    await sleep(50);
  }, controller.signal);
  await sleep(300);
  const before = sent;
  await sleep(300);
  // What is between the two is in the buffers of the two sockets, and no more.
  expect(sent - taken).toBeLessThan(16 * 1024 * 1024);
  expect(sent - before).toBeLessThan(4 * 1024 * 1024);
  controller.abort();
  expect(await delivering).toEqual({ kind: "aborted" });
});

test("what the taker throws comes out as it is, and the connection is closed", async () => {
  await using scene = await setScene(answering(HELLO));
  const outcome = await scene.client.send(scene.url, {}, NEVER);
  if (outcome.kind !== "answer") throw new Error("no answer");
  const trouble = new Error("disk");
  await expect(
    outcome.answer.body.deliver(async () => {
      await sleep(1);
      throw trouble;
    }, NEVER),
  ).rejects.toBe(trouble);
});
