import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { Answer, BodyEnd, SendOutcome } from "../ask/http-answer.ts";
import { completeSettings } from "../transfer-settings.ts";
import type { TransferSettings } from "../transfer-settings.ts";
import { createHttp1Client, failureOfTrouble } from "./send-over-http1.ts";
import type { HttpClient } from "./send-over-http1.ts";
import { TEST_AUTHORITY } from "./testing/certificates.ts";
import { CollectingSink } from "../sinks/testing/collecting-sink.ts";
import { serveHttpProxy } from "./testing/proxy-server.ts";
import { closeRawServers, serveRaw } from "./testing/raw-server.ts";
import type { RawServer, Respond } from "./testing/raw-server.ts";

const never = new AbortController().signal;
const clients: HttpClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await closeRawServers();
});

function newClient(settings: TransferSettings = {}): HttpClient {
  const client = createHttp1Client(completeSettings(settings));
  clients.push(client);
  return client;
}

async function ask(respond: Respond, settings: TransferSettings = {}, secure = false): Promise<SendOutcome> {
  const server = await serveRaw(respond, { secure });
  return newClient(settings).send(
    new URL(`${secure ? "https" : "http"}://localhost:${server.port}/f`),
    {},
    never,
  );
}

async function answerOf(respond: Respond): Promise<Answer> {
  const outcome = await ask(respond);
  if (outcome.kind !== "answer") throw new Error(JSON.stringify(outcome));
  return outcome.answer;
}

function saying(wire: string): Respond {
  return (socket) => socket.write(wire);
}

/** Takes a body, waiting as `wait` says; answers it with how it ended. */
async function take(
  answer: Answer,
  wait: () => Promise<void> | undefined = () => undefined,
): Promise<[string, unknown]> {
  const pieces: Buffer[] = [];
  const end = await answer.body.deliver((bytes) => {
    pieces.push(Buffer.from(bytes));
    return wait();
  }, never);
  return [Buffer.concat(pieces).toString("latin1"), end];
}

describe("an answer", () => {
  test("has its status, its fields in lower case, its length, and its body", async () => {
    const wire = 'HTTP/1.1 206 Part\r\nETag: "x"\r\nLink: <a>\r\nLINK: <b>\r\nContent-Length: 5\r\n\r\nhello';
    const answer = await answerOf(saying(wire));
    expect(answer).toMatchObject({
      status: 206,
      headers: { etag: '"x"', link: ["<a>", "<b>"], "content-length": "5" },
      length: 5,
      endsWithConnection: false,
    });
    expect(await take(answer)).toEqual(["hello", { kind: "ended" }]);
  });

  test("says when only the end of the connection tells its end", async () => {
    const answer = await answerOf((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nhello"));
    expect(answer).toMatchObject({ length: null, endsWithConnection: true });
    expect(await take(answer)).toEqual(["hello", { kind: "ended" }]);
  });

  test("gives its body as quickly as it is taken, whole", async () => {
    const body = randomBytes(2_000_000);
    const answer = await answerOf((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const [text, end] = await take(answer, () => (Math.random() < 0.5 ? sleep(1) : undefined));
    expect(end).toEqual({ kind: "ended" });
    expect(text === body.toString("latin1")).toBe(true);
  });

  test("gives its body straight into memory, too", async () => {
    const body = randomBytes(2_000_000);
    const answer = await answerOf((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const sink = new CollectingSink({ roomBytes: () => 1024 * 1024 });
    expect(await answer.body.receive(sink, never)).toEqual({ kind: "ended" });
    expect(sink.body.equals(body)).toBe(true);
  });

  test("that breaks off gives what came, then says what happened", async () => {
    const answer = await answerOf((socket) =>
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"),
    );
    await sleep(30); // it has broken off by the time it is asked for
    expect(await take(answer, () => sleep(5))).toEqual([
      "hello",
      {
        kind: "broken",
        failure: expect.objectContaining({
          code: "truncated",
          message: expect.stringContaining("4 bytes are missing") as string,
        }) as object,
      },
    ]);
  });

  test("that is reset gives what came, also when it was not asked for by then", async () => {
    let reset = (): void => {};
    const answer = await answerOf((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n${"x".repeat(10_000)}`);
      reset = () => void socket.resetAndDestroy();
    });
    // What has not been read when a reset comes is the system's to throw away.
    reset();
    await sleep(60);
    const [text, end] = await take(answer, () => sleep(5));
    expect(text).toHaveLength(10_000);
    expect(end).toMatchObject({ kind: "broken", failure: { code: "connection_lost" } });
  });

  test("that falls silent is a stall", async () => {
    const outcome = await ask(saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"), {
      limits: { stallMs: 60 },
    });
    if (outcome.kind !== "answer") throw new Error(outcome.kind);
    expect((await take(outcome.answer))[1]).toMatchObject({ kind: "broken", failure: { code: "stalled" } });
  });
});

describe("whoever takes a body", () => {
  const long: Respond = (socket) =>
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${"x".repeat(50_000)}`);

  test.each(["throws", "rejects"])("and %s is heard: delivering rejects with that", async (how) => {
    const answer = await answerOf(long);
    const error = new Error("the disk is full");
    const delivered = answer.body.deliver(() => {
      if (how === "throws") throw error;
      return Promise.reject(error);
    }, never);
    await expect(delivered).rejects.toBe(error);
  });

  test("and is stopped while at it is waited for: bytes that are lent are not taken back", async () => {
    const answer = await answerOf(long);
    const stop = new AbortController();
    let busy = true;
    const end: BodyEnd = await answer.body.deliver(async (): Promise<void> => {
      stop.abort();
      await sleep(50);
      busy = false;
    }, stop.signal);
    expect([end, busy]).toEqual([{ kind: "aborted" }, false]);
  });

  test("may leave it", async () => {
    const sockets: Socket[] = [];
    const answer = await answerOf((socket, request, count) => {
      sockets.push(socket);
      long(socket, request, count);
    });
    answer.body.discard();
    while (sockets[0]?.destroyed !== true) await sleep(5);
  });
});

describe("a request that comes to nothing", () => {
  async function failureWith(
    respond: Respond,
    settings: TransferSettings = {},
    secure = false,
  ): Promise<unknown> {
    const outcome = await ask(respond, settings, secure);
    return outcome.kind === "failed"
      ? { code: outcome.failure.code, message: outcome.failure.message, heard: outcome.heard }
      : outcome;
  }

  test.each([
    ["is closed unheard", (socket: Socket): void => void socket.end(), "connection_lost", false],
    [
      "is closed in the middle of its head",
      (socket: Socket): void => void socket.end("HTTP/1.1 2"),
      "connection_lost",
      true,
    ],
    [
      "is answered in another language",
      (socket: Socket): void => void socket.write("220 ftp ready\r\n"),
      "bad_response",
      true,
    ],
    ["is answered with nothing", () => {}, "timed_out", false],
  ] as const)("because it %s, is that failure", async (_, respond, code, heard) => {
    const headersTimeoutMs = code === "timed_out" ? 100 : 60_000;
    expect(await failureWith(respond, { limits: { headersTimeoutMs } })).toMatchObject({ code, heard });
  });

  test("because nobody vouches for the certificate, is a failure of TLS", async () => {
    expect(await failureWith(() => {}, {}, true)).toMatchObject({ code: "tls_failed", heard: false });
  });

  test("is none where the authority is named", async () => {
    const outcome = await ask(
      saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
      { extraCertificates: [TEST_AUTHORITY] },
      true,
    );
    expect(outcome).toMatchObject({ kind: "answer", answer: { status: 200 } });
  });

  test("because its proxy wants a login, says so without the password", async () => {
    const proxy = await serveHttpProxy({ login: "me:right" });
    const over = `http://me:wr0ng@127.0.0.1:${proxy.port}`;
    const client = newClient({ proxy: { http: over, https: over, no: null } });
    const outcome = await client.send(new URL("https://example.invalid/"), {}, never);
    expect(outcome).toMatchObject({
      kind: "failed",
      failure: { code: "connection_failed", retryable: false },
    });
    expect(JSON.stringify(outcome)).toContain("answers 407");
    expect(JSON.stringify(outcome)).not.toContain("wr0ng");
  });

  test("because the proxy's address is none, says which addresses are", async () => {
    const client = newClient({ proxy: { http: "gopher://x", https: null, no: null } });
    expect(await client.send(new URL("http://example.invalid/"), {}, never)).toMatchObject({
      failure: {
        code: "connection_failed",
        retryable: false,
        message: "The proxy address gopher://x cannot be used.",
      },
    });
  });

  test("because a header cannot be sent, does not tell the header's value", async () => {
    const outcome = await newClient().send(
      new URL("http://127.0.0.1:1/"),
      { authorization: "Bearer s3cret\n" },
      never,
    );
    expect(outcome).toMatchObject({ failure: { code: "unsupported" } });
    expect(JSON.stringify(outcome)).not.toContain("s3cret");
  });

  test("because it was stopped, is no failure", async () => {
    const server: RawServer = await serveRaw(() => {});
    const stop = new AbortController();
    const outcome = newClient().send(new URL(`http://127.0.0.1:${server.port}/`), {}, stop.signal);
    setTimeout(() => stop.abort(), 20);
    expect(await outcome).toEqual({ kind: "aborted" });
  });

  test("tells every kind of trouble in a sentence that names the host", () => {
    const troubles = [
      { kind: "fault", fault: { code: "folded_field", missingBytes: null } },
      { kind: "error", error: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) },
      { kind: "timeout", phase: "connect", ms: 1000 },
      { kind: "timeout", phase: "head", ms: 1000 },
      { kind: "timeout", phase: "body", ms: 1000 },
      { kind: "proxy", reason: "wants a login", needsLogin: true },
      { kind: "request", reason: "the address holds characters that must be encoded" },
    ] as const;
    const failures = troubles.map((trouble) => failureOfTrouble(trouble, "example.org"));
    expect(failures.map(({ code }) => code)).toEqual([
      "bad_response",
      "connection_failed",
      "connection_failed",
      "timed_out",
      "stalled",
      "connection_failed",
      "unsupported",
    ]);
    for (const { message } of failures) expect(message).toMatch(/example\.org.*\.$/);
  });
});
