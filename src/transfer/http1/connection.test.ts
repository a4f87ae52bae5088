import * as fc from "fast-check";
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import { systemClock } from "../../job/clock.ts";
import type { Clock } from "../../job/clock.ts";
import { Connection } from "./connection.ts";
import { writeRequestHead } from "./request-head.ts";
import { TEST_AUTHORITY } from "./testing/certificates.ts";
import type { BodySink, SinkVerdict } from "../sinks/body-sink.ts";
import { CollectingSink } from "../sinks/testing/collecting-sink.ts";
import { HOSTILE_BODIES } from "./testing/hostile-bodies.ts";
import { HOSTILE_HEADS } from "./testing/hostile-heads.ts";
import { closeRawServers, serveRaw } from "./testing/raw-server.ts";
import type { RawServer, Respond } from "./testing/raw-server.ts";
import { openDirect } from "./transport.ts";
import type { Transport } from "./transport.ts";

const GET = request("GET");
const OK = "HTTP/1.1 200 OK\r\n";
const never = new AbortController().signal;
const connections: Connection[] = [];

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await closeRawServers();
});

function request(method: "GET" | "HEAD"): Buffer {
  const written = writeRequestHead({ method, target: "/file", host: "origin", fields: [] });
  if (written.kind === "refused") throw new Error(written.reason);
  return written.bytes;
}

async function connectTo(server: RawServer, secure = false, clock: Clock = systemClock): Promise<Connection> {
  const security = secure ? { host: "localhost", ca: TEST_AUTHORITY } : null;
  const opened = await openDirect({ host: server.host, port: server.port }, security, never);
  if (opened.kind === "failed") throw opened.error;
  // In real time nothing here is about limits.
  const ms = clock === systemClock ? 120_000 : 10_000;
  const connection = new Connection(opened.value, clock, { headTimeoutMs: ms, idleTimeoutMs: ms });
  connections.push(connection);
  return connection;
}

/** A connection to a server that answers so. */
async function connected(respond: Respond, secure = false): Promise<[Connection, RawServer]> {
  const server = await serveRaw(respond, { secure });
  return [await connectTo(server, secure), server];
}

function answering(wire: string | Buffer): Respond {
  return (socket) => socket.write(wire);
}

/** Sends one GET and receives its body. */
async function fetchOnce(connection: Connection, sink = new CollectingSink()): Promise<string> {
  const head = await connection.exchange(GET, "GET", never);
  if (head.kind !== "head") return JSON.stringify(head);
  const body = await connection.receive(sink, never);
  return body.kind === "ended" ? sink.body.toString("latin1") : JSON.stringify(body);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

describe("a connection", () => {
  test("sends a request and gives head and body", async () => {
    const [connection, server] = await connected(
      answering(`${OK}Content-Length: 5\r\nETag: "x"\r\n\r\nhello`),
    );
    const head = await connection.exchange(GET, "GET", never);
    expect(head).toMatchObject({ kind: "head", head: { status: 200 } });
    expect(server.requests).toEqual(["GET /file HTTP/1.1\r\nHost: origin"]);
    const sink = new CollectingSink();
    expect(await connection.receive(sink, never)).toMatchObject({ kind: "ended" });
    expect(sink.body.toString()).toBe("hello");
  });

  test("carries one request after another", async () => {
    const [connection, server] = await connected((socket, _, count) => {
      const body = `answer ${count}`;
      if (count % 2 === 0) socket.write(`${OK}Content-Length: ${body.length}\r\n\r\n${body}`);
      else socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n8\r\n${body}\r\n0\r\n\r\n`);
    });
    for (let count = 1; count <= 5; count++) {
      expect(await fetchOnce(connection)).toBe(`answer ${count}`);
      expect(connection.isIdle).toBe(true);
    }
    expect([server.sockets.length, server.requests.length]).toEqual([1, 5]);
  });

  test.each([
    ["HEAD", "HEAD", `${OK}Content-Length: 5\r\n\r\n`],
    ["204", "GET", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"],
    ["Content-Length 0", "GET", `${OK}Content-Length: 0\r\n\r\n`],
  ] as const)("is idle again after an answer without a body (%s)", async (_, method, wire) => {
    const [connection] = await connected(answering(wire));
    for (let round = 0; round < 2; round++) {
      expect(await connection.exchange(request(method), method, never)).toMatchObject({ kind: "head" });
      const sink = new CollectingSink();
      expect(await connection.receive(sink, never)).toMatchObject({ kind: "ended" });
      expect(sink.bytes).toBe(0);
      expect(connection.isIdle).toBe(true);
    }
  });

  test.each(["Connection: close\r\n", ""])("is closed after an answer that ends it (%j)", async (field) => {
    const wire =
      field === ""
        ? "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        : `${OK}${field}Content-Length: 5\r\n\r\nhello`;
    const [connection] = await connected(answering(wire));
    expect(await fetchOnce(connection)).toBe("hello");
    expect(connection.isClosed).toBe(true);
  });

  test("believes no answer that more bytes came with than it announced; the bytes are nobody's", async () => {
    for (const more of ["!", `${OK}Content-Length: 5\r\n\r\nother`]) {
      const [connection] = await connected(answering(`${OK}Content-Length: 5\r\n\r\nhello${more}`));
      const sink = new CollectingSink();
      expect(await fetchOnce(connection, sink)).toContain("bytes_after_end");
      expect(sink.body.toString()).toBe("hello");
      expect(connection.isClosed).toBe(true);
    }
  });

  test("is closed when a byte comes while nothing was asked", async () => {
    const [connection, server] = await connected(answering(`${OK}Content-Length: 5\r\n\r\nhello`));
    expect(await fetchOnce(connection)).toBe("hello");
    let told = 0;
    connection.onClosed = () => told++;
    server.sockets[0]?.write("HTTP/1.1 408 Request Timeout\r\n\r\n");
    await until(() => connection.isClosed);
    expect(told).toBe(1);
    expect(await connection.exchange(GET, "GET", never)).toMatchObject({ kind: "trouble" });
  });

  test("is closed when the server leaves while it is idle", async () => {
    const [connection, server] = await connected(answering(`${OK}Content-Length: 5\r\n\r\nhello`));
    await fetchOnce(connection);
    server.sockets[0]?.end();
    await until(() => connection.isClosed);
  });

  test("takes a body that ends with its connection", async () => {
    const body = randomBytes(300_000);
    const [connection] = await connected((socket) => {
      socket.write(`${OK}\r\n`);
      socket.end(body);
    });
    const sink = new CollectingSink();
    await connection.exchange(GET, "GET", never);
    expect(await connection.receive(sink, never)).toMatchObject({ kind: "ended" });
    expect(sink.body.equals(body)).toBe(true);
    expect(connection.isClosed).toBe(true);
  });

  test("keeps the trailers", async () => {
    const wire = `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nRepr-Digest: x\r\n\r\n`;
    const [connection] = await connected(answering(wire));
    await connection.exchange(GET, "GET", never);
    const end = await connection.receive(new CollectingSink(), never);
    expect(end.kind === "ended" && end.trailers.get("repr-digest")).toEqual(["x"]);
  });
});

describe("a body", () => {
  const plan = fc.record({
    seed: fc.nat(),
    bytes: fc.integer({ min: 0, max: 400_000 }),
    framing: fc.constantFrom("length", "chunked", "close"),
    chunk: fc.constantFrom(1, 7, 1000, 16_384, 20_000, 100_000),
    cut: fc.constantFrom(1, 100, 5000, 70_000, 500_000),
    room: fc.constantFrom(1, 100, 4096, 65_536, 300_000),
    waits: fc.constantFrom("never", "sometimes", "always"),
    roomless: fc.boolean(),
  });

  /** Bounded work: a byte at a time of a large body says no more than of a small one. */
  function shrinkToTime(plan: {
    bytes: number;
    chunk: number;
    cut: number;
    room: number;
    waits: string;
  }): number {
    const pieces = Math.min(plan.chunk, plan.cut, plan.room) * (plan.waits === "never" ? 2000 : 30);
    return Math.min(plan.bytes, pieces);
  }

  test.each([false, true])(
    "comes whole in every framing, cut, room and pace (over TLS: %s)",
    async (secure) => {
      const server = await serveRaw(
        (socket, head) => {
          const query = new URL(`http://x${head.split(" ")[1] ?? ""}`).searchParams;
          const [framing, seed, bytes, chunk, cut] = ["framing", "seed", "bytes", "chunk", "cut"].map(
            (name) => query.get(name),
          );
          const body = bodyOf(Number(seed), Number(bytes));
          void sendCut(socket, wireOf(body, framing ?? "", Number(chunk)), Number(cut), framing === "close");
        },
        { secure },
      );
      await fc.assert(
        fc.asyncProperty(plan, async (given) => {
          const bytes = shrinkToTime(given);
          const { seed, framing, chunk, cut, room, waits, roomless } = given;
          const connection = await connectTo(server, secure);
          const written = writeRequestHead({
            method: "GET",
            target: `/?seed=${seed}&bytes=${bytes}&framing=${framing}&chunk=${chunk}&cut=${cut}`,
            host: "origin",
            fields: [],
          });
          if (written.kind === "refused") throw new Error(written.reason);
          const sink = new CollectingSink({
            roomBytes: () => room,
            roomless,
            verdict: (total) =>
              waits === "always" || (waits === "sometimes" && total % 3 === 0) ? "wait" : "go",
          });
          const head = await connection.exchange(written.bytes, "GET", never);
          expect(head.kind).toBe("head");
          const end = await connection.receive(sink, never);
          expect(end).toMatchObject({ kind: "ended" });
          expect(sink.body.equals(bodyOf(seed, bytes))).toBe(true);
          if (waits === "always" && bytes > 0 && framing !== "length") expect(sink.waits).toBeGreaterThan(0);
          expect(connection.isIdle).toBe(framing !== "close");
          connection.close();
        }),
        { numRuns: 40 },
      );
    },
  );

  function bodyOf(seed: number, bytes: number): Buffer {
    const body = Buffer.alloc(bytes);
    for (let index = 0; index < bytes; index++) body[index] = index * 31 + seed + (index >> 8);
    return body;
  }

  function wireOf(body: Buffer, framing: string, chunk: number): Buffer {
    if (framing === "length")
      return Buffer.concat([Buffer.from(`${OK}Content-Length: ${body.length}\r\n\r\n`), body]);
    if (framing === "close") return Buffer.concat([Buffer.from(`${OK}\r\n`), body]);
    const pieces: Buffer[] = [Buffer.from(`${OK}Transfer-Encoding: chunked\r\n\r\n`)];
    for (let at = 0; at < body.length; at += chunk) {
      const piece = body.subarray(at, at + chunk);
      pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
    }
    return Buffer.concat([...pieces, Buffer.from("0\r\n\r\n")]);
  }

  async function sendCut(socket: Socket, wire: Buffer, cut: number, end: boolean): Promise<void> {
    for (let at = 0; at < wire.length && !socket.destroyed; at += cut) {
      socket.write(wire.subarray(at, at + cut));
      if (at < 20 * cut) await sleep(0);
    }
    if (end) socket.end();
  }

  test.each([false, true])(
    "gets not one byte of what a server sends after its end, however much room there is (over TLS: %s)",
    async (secure) => {
      const body = randomBytes(700_000);
      for (const head of [
        `${OK}Content-Length: ${body.length}\r\n\r\n`,
        `${OK}Transfer-Encoding: chunked\r\n\r\naae60\r\n`,
      ]) {
        const [connection] = await connected((socket) => {
          const end = head.includes("chunked") ? "\r\n0\r\n\r\n" : "";
          socket.write(
            Buffer.concat([Buffer.from(head), body, Buffer.from(end), Buffer.alloc(700_000, 0x55)]),
          );
        }, secure);
        await connection.exchange(GET, "GET", never);
        const sink = new CollectingSink({ roomBytes: () => 4_000_000 });
        const end = await connection.receive(sink, never);
        if (end.kind === "trouble")
          expect(end).toMatchObject({ trouble: { fault: { code: "bytes_after_end" } } });
        else expect(end.kind).toBe("ended"); // they came later
        expect(sink.body.equals(body)).toBe(true);
        await until(() => connection.isClosed);
      }
    },
  );

  test("leaves a closed connection when the server left while the sink was busy with its end", async () => {
    const [connection] = await connected((socket) => socket.end(`${OK}Content-Length: 5\r\n\r\nhello`));
    await connection.exchange(GET, "GET", never);
    const sink = new CollectingSink({
      roomBytes: () => 1,
      verdict: () => "wait",
      readyMs: 10,
      roomless: true,
    });
    expect(await connection.receive(sink, never)).toMatchObject({ kind: "ended" });
    expect(sink.body.toString()).toBe("hello");
    expect(connection.isClosed).toBe(true);
  });

  test("that is cut short counts as it came, and says how much is missing", async () => {
    const [connection] = await connected((socket) => {
      socket.write(`${OK}Content-Length: 200000\r\n\r\n`);
      socket.end(Buffer.alloc(150_000, 7));
    });
    await connection.exchange(GET, "GET", never);
    const sink = new CollectingSink();
    expect(await connection.receive(sink, never)).toEqual({
      kind: "trouble",
      trouble: { kind: "fault", fault: { code: "closed_in_body", missingBytes: 50_000 } },
    });
    expect(sink.bytes).toBe(150_000);
    expect(connection.isClosed).toBe(true);
  });

  test("that is cut short while the sink is busy counts as it came, too", async () => {
    const [connection] = await connected((socket) => {
      socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n`);
      socket.end(`7530\r\n${"x".repeat(30_000)}\r\n`);
    });
    await connection.exchange(GET, "GET", never);
    const sink = new CollectingSink({
      roomBytes: () => 1000,
      verdict: () => "wait",
      readyMs: 3,
      roomless: true,
    });
    expect(await connection.receive(sink, never)).toMatchObject({
      trouble: { kind: "fault", fault: { code: "closed_in_body" } },
    });
    expect(sink.bytes).toBe(30_000);
  });

  test("whose connection is reset keeps what came before", async () => {
    let reset = (): void => {};
    const [connection] = await connected((socket) => {
      socket.write(`${OK}Content-Length: 200000\r\n\r\n${"x".repeat(1000)}`);
      reset = () => void socket.resetAndDestroy();
    });
    await connection.exchange(GET, "GET", never);
    // What has not been read when a reset comes is the system's to throw away.
    const sink = new CollectingSink({
      verdict: (total) => {
        if (total === 1000) reset();
        return "go";
      },
    });
    const end = await connection.receive(sink, never);
    expect(end).toMatchObject({ kind: "trouble", trouble: { kind: "error", error: { code: "ECONNRESET" } } });
    expect(sink.bytes).toBe(1000);
  });

  test("waits for a sink that is not ready: the server cannot push on, and memory stays small", async () => {
    const length = 512 * 1024 * 1024;
    let pushed = 0;
    const [connection] = await connected((socket) => {
      socket.write(`${OK}Content-Length: ${length}\r\n\r\n`);
      const piece = Buffer.alloc(1024 * 1024);
      const push = (): void => {
        while (pushed < length && !socket.destroyed) {
          pushed += piece.length;
          if (!socket.write(piece)) return void socket.once("drain", push);
        }
      };
      push();
    });
    await connection.exchange(GET, "GET", never);
    const { arrayBuffers } = process.memoryUsage();
    const sink = new CollectingSink({ verdict: () => "wait", readyMs: null });
    const leave = new AbortController();
    const end = connection.receive(sink, leave.signal);
    // Until the system's own buffers are full, and nothing moves any more.
    for (let before = -1; before !== pushed;) {
      before = pushed;
      await sleep(200);
    }
    expect(pushed).toBeLessThan(length / 2);
    expect(sink.bytes).toBeLessThan(200_000);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(8 * 1024 * 1024);
    leave.abort();
    expect(await end).toEqual({ kind: "aborted" });
  });

  test("that nobody asks for yet waits in the system's buffers, not in memory", async () => {
    const body = randomBytes(20_000_000);
    const [connection] = await connected((socket) =>
      socket.write(Buffer.concat([Buffer.from(`${OK}Content-Length: ${body.length}\r\n\r\n`), body])),
    );
    await connection.exchange(GET, "GET", never);
    const { arrayBuffers } = process.memoryUsage();
    await sleep(200);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(1024 * 1024);
    const sink = new CollectingSink({ roomBytes: () => 1024 * 1024 });
    expect(await connection.receive(sink, never)).toMatchObject({ kind: "ended" });
    expect(sink.body.equals(body)).toBe(true);
  });

  test("that TLS goes on giving after reading was stopped is read on when it is asked for", async () => {
    let resumed = 0;
    const transport: Transport = {
      receiver: { room: () => new Uint8Array(1), filled: () => true, ended: () => {}, failed: () => {} },
      write: () => {},
      resume: () => void resumed++,
      destroy: () => {},
    };
    const give = (bytes: Uint8Array): boolean => {
      transport.receiver.room().set(bytes);
      return transport.receiver.filled(bytes.length);
    };
    const limits = { headTimeoutMs: 10_000, idleTimeoutMs: 10_000 };
    const connection = new Connection(transport, systemClock, limits);
    const record = randomBytes(16 * 1024);
    const head = connection.exchange(GET, "GET", never);
    give(Buffer.from(`${OK}Content-Length: ${10 * record.length}\r\n\r\n`));
    expect(await head).toMatchObject({ kind: "head" });
    let given = 0;
    do given += 1;
    while (give(record));
    // Decrypted already when reading was stopped.
    for (const _ of [1, 2]) {
      expect(give(record)).toBe(false);
      given += 1;
    }
    const sink = new CollectingSink();
    const body = connection.receive(sink, never);
    expect(resumed).toBe(1);
    for (; given < 10; given += 1) give(record);
    expect(await body).toMatchObject({ kind: "ended" });
    expect(sink.body.equals(Buffer.concat(Array<Buffer>(10).fill(record)))).toBe(true);
  });

  test("that broke off before it was asked for is still given as far as it came", async () => {
    const [connection, server] = await connected((socket) =>
      socket.end(`${OK}Content-Length: 9\r\n\r\nhello`),
    );
    await connection.exchange(GET, "GET", never);
    await until(() => server.sockets[0]?.writableFinished === true);
    await sleep(50);
    const sink = new CollectingSink();
    expect(await connection.receive(sink, never)).toMatchObject({
      trouble: { fault: { code: "closed_in_body", missingBytes: 4 } },
    });
    expect(sink.body.toString()).toBe("hello");
  });

  test("whose sink fails while everybody waits for it is given up without waiting for more bytes", async () => {
    const [connection] = await connected(answering(`${OK}Content-Length: 1000\r\n\r\nhello`));
    await connection.exchange(GET, "GET", never);
    const sink = new CollectingSink({ verdict: () => "wait" });
    Object.assign(sink, { ready: async () => "stop" });
    expect(await connection.receive(sink, never)).toEqual({ kind: "refused" });
  });

  test("that the sink refuses closes the connection at once", async () => {
    const [connection] = await connected(
      answering(`${OK}Content-Length: 1000000\r\n\r\n${"x".repeat(200_000)}`),
    );
    await connection.exchange(GET, "GET", never);
    const sink = new CollectingSink({
      roomBytes: () => 1000,
      verdict: (total) => (total > 50_000 ? "stop" : "go"),
    });
    expect(await connection.receive(sink, never)).toEqual({ kind: "refused" });
    expect(sink.bytes).toBeLessThan(60_000);
    expect(connection.isClosed).toBe(true);
  });
});

describe("a hostile server", () => {
  test.each([...HOSTILE_HEADS, ...HOSTILE_BODIES])(
    "$name: the connection is closed",
    async ({ wire, outcome, onClose, body }) => {
      const [connection] = await connected((socket) => socket.end(Buffer.from(wire, "latin1")));
      const sink = new CollectingSink();
      const head = await connection.exchange(GET, "GET", never);
      const end = head.kind === "head" ? await connection.receive(sink, never) : head;
      const code = outcome === "more" ? onClose : outcome;
      // All of those that end have more bytes to them.
      const fault = { code: code === "end" ? "bytes_after_end" : code };
      expect(end).toMatchObject({ kind: "trouble", trouble: { kind: "fault", fault } });
      expect(sink.body.toString("latin1")).toBe(body ?? "");
      await until(() => connection.isClosed);
    },
  );

  test("that drips a head byte by byte is given up at the head's time, not at each byte's", async () => {
    const clock = new FakeClock();
    let dripping: NodeJS.Timeout | undefined;
    const server = await serveRaw((socket) => {
      const wire = `${OK}X: ${"y".repeat(10_000)}`;
      let at = 0;
      dripping = setInterval(() => socket.write(wire[at++] ?? "y"), 1);
    });
    const connection = await connectTo(server, false, clock);
    const head = connection.exchange(GET, "GET", never);
    await until(() => server.requests.length > 0);
    for (let second = 0; second < 9; second++) {
      await clock.advance(1000);
      await sleep(5);
      expect(connection.isClosed).toBe(false);
    }
    await clock.advance(1500);
    expect(await head).toEqual({
      kind: "trouble",
      trouble: { kind: "timeout", phase: "head", ms: 10_000 },
      heard: true,
    });
    clearInterval(dripping);
  });

  test("that falls silent inside a body is given up, and one that goes on is not", async () => {
    const clock = new FakeClock();
    const server = await serveRaw((socket) => socket.write(`${OK}Content-Length: 100\r\n\r\nx`));
    const connection = await connectTo(server, false, clock);
    await connection.exchange(GET, "GET", never);
    const sink = new CollectingSink();
    const end = connection.receive(sink, never);
    for (let round = 0; round < 5; round++) {
      await clock.advance(8000);
      server.sockets[0]?.write("x");
      await until(() => sink.bytes === round + 2);
    }
    await clock.advance(9500);
    expect(connection.isClosed).toBe(false);
    await clock.advance(1000);
    expect(await end).toEqual({ kind: "trouble", trouble: { kind: "timeout", phase: "body", ms: 10_000 } });
  });

  test("is not blamed for the silence of a slow disk", async () => {
    const clock = new FakeClock();
    const server = await serveRaw((socket) => socket.write(`${OK}Content-Length: 100\r\n\r\nx`));
    const connection = await connectTo(server, false, clock);
    await connection.exchange(GET, "GET", never);
    const end = connection.receive(new CollectingSink({ verdict: () => "wait", readyMs: null }), never);
    await sleep(20);
    await clock.advance(100_000);
    expect(connection.isClosed).toBe(false);
    connection.close();
    void end;
  });
});

describe("stopping", () => {
  test.each(["before the request", "before the head", "before the body", "inside the body"])(
    "%s is heeded at once",
    async (moment) => {
      const [connection, server] = await connected((socket) => {
        if (moment !== "before the head") socket.write(`${OK}Content-Length: 100\r\n\r\nhello`);
      });
      const stop = new AbortController();
      if (moment === "before the request") stop.abort();
      else if (moment === "before the head") setTimeout(() => stop.abort(), 30);
      const head = await connection.exchange(GET, "GET", stop.signal);
      if (moment === "before the request" || moment === "before the head") {
        expect(head).toEqual({ kind: "aborted" });
      } else {
        if (moment === "before the body") stop.abort();
        else setTimeout(() => stop.abort(), 30);
        expect(await connection.receive(new CollectingSink(), stop.signal)).toEqual({ kind: "aborted" });
      }
      expect(connection.isClosed).toBe(true);
      if (server.sockets[0] !== undefined) await until(() => server.sockets[0]?.destroyed === true);
    },
  );
});

describe("memory that was lent for a body", () => {
  const wire = Buffer.concat([Buffer.from(`${OK}Content-Length: 4000000\r\n\r\n`), randomBytes(4_000_000)]);

  /** A sink with one memory; at the `nth` filling it does as told. */
  function lender(memory: Buffer, nth: number, verdict: () => SinkVerdict): BodySink {
    let fillings = 0;
    return {
      room: () => memory,
      filled: () => (++fillings < nth ? "go" : verdict()),
      ready: async () => "go",
    };
  }

  // Whoever has it back gives it to the next body: a byte that comes late would be in the wrong file.
  test.each([
    [false, "is refused"],
    [true, "is refused"],
    [false, "is stopped"],
    [true, "is stopped"],
    [false, "is stopped a moment later"],
    [true, "is stopped a moment later"],
  ])("is left alone as soon as it is told what became of the body (TLS: %s, it %s)", async (secure, how) => {
    for (let nth = 1; nth <= 12; nth++) {
      const [connection] = await connected(answering(wire), secure);
      await connection.exchange(GET, "GET", never);
      const stop = new AbortController();
      const memory = Buffer.alloc(1_000 + 1_000 * nth);
      const sink = lender(memory, nth, () => {
        if (how === "is refused") return "stop";
        if (how === "is stopped") stop.abort();
        // TLS gives the next record before this turn of the loop is over, into memory that is lent already.
        else queueMicrotask(() => stop.abort());
        return "go";
      });
      const outcome = await connection.receive(sink, stop.signal);
      expect(outcome.kind).toBe(how === "is refused" ? "refused" : "aborted");
      memory.fill(0xee);
      await sleep(5);
      expect(memory.every((byte) => byte === 0xee)).toBe(true);
    }
  });
});
