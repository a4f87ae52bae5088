import { randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";
import type { LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import type { TLSSocket } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import { systemClock } from "../../job/clock.ts";
import type { Connection } from "./connection.ts";
import { openConnection } from "./open-connection.ts";
import type { ConnectOutcome, ConnectSettings, Route } from "./open-connection.ts";
import { parseProxy } from "./proxy.ts";
import { writeRequestHead } from "./request-head.ts";
import { TEST_AUTHORITY } from "./testing/certificates.ts";
import { CollectingSink } from "../sinks/testing/collecting-sink.ts";
import { serveHttpProxy, serveSocks5 } from "./testing/proxy-server.ts";
import type { ProxyRules } from "./testing/proxy-server.ts";
import { closeRawServers, serveRaw, serveSockets } from "./testing/raw-server.ts";
import type { RawServer } from "./testing/raw-server.ts";

const never = new AbortController().signal;
const settings: ConnectSettings = {
  clock: systemClock,
  connectTimeoutMs: 10_000,
  limits: { headTimeoutMs: 10_000, idleTimeoutMs: 10_000 },
  tls: { ca: TEST_AUTHORITY },
  userAgent: "haulyard/test",
};
const opened: Connection[] = [];

afterEach(async () => {
  for (const connection of opened.splice(0)) connection.close();
  await closeRawServers();
});

async function open(
  route: Route,
  more: Partial<ConnectSettings> = {},
  signal = never,
): Promise<ConnectOutcome> {
  const outcome = await openConnection(route, { ...settings, ...more }, signal);
  if (outcome.kind === "connected") opened.push(outcome.connection);
  return outcome;
}

function routeTo({ port }: RawServer, secure = false, more: Partial<Route> = {}): Route {
  return { target: { host: "localhost", port }, secure, proxy: null, ...more };
}

/** The body of a GET over a fresh connection, or what became of it. */
async function get(
  route: Route,
  target = "/file",
  more: Partial<ConnectSettings> = {},
): Promise<Buffer | ConnectOutcome> {
  const outcome = await open(route, more);
  if (outcome.kind !== "connected") return outcome;
  const written = writeRequestHead({ method: "GET", target, host: "origin", fields: [] });
  if (written.kind === "refused") throw new Error(written.reason);
  const { connection } = outcome;
  const sink = new CollectingSink({
    roomBytes: () => 100_000,
    verdict: (total) => (total % 2 === 0 ? "wait" : "go"),
  });
  expect(await connection.exchange(written.bytes, "GET", never)).toMatchObject({ kind: "head" });
  expect(await connection.receive(sink, never)).toMatchObject({ kind: "ended" });
  expect(connection.isIdle).toBe(true);
  return sink.body;
}

const body = randomBytes(3_000_000);

function serveBody(secure: boolean): Promise<RawServer> {
  const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
  return serveRaw((socket) => socket.write(Buffer.concat([head, body])), { secure });
}

describe("a direct connection", () => {
  test.each([false, true])("brings the bytes (TLS: %s)", async (secure) => {
    expect(body.equals((await get(routeTo(await serveBody(secure), secure))) as Buffer)).toBe(true);
  });

  test("names the host it wants in TLS, and asks for HTTP/1.1 alone", async () => {
    const server = await serveBody(true);
    await get(routeTo(server, true));
    const socket = server.sockets[0] as TLSSocket;
    expect(Reflect.get(socket, "servername")).toBe("localhost");
    expect(socket.getProtocol()).toBe("TLSv1.3");
  });

  test("takes a certificate for an address, and names no host then", async () => {
    const server = await serveBody(true);
    await get(routeTo(server, true, { target: { host: "127.0.0.1", port: server.port } }));
    expect(Reflect.get(server.sockets[0] as TLSSocket, "servername")).toBeFalsy();
  });

  test("is refused where the certificate is of an authority that is not known", async () => {
    const outcome = await open(routeTo(await serveBody(true), true), { tls: {} });
    expect(outcome).toMatchObject({
      trouble: { kind: "error", error: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" } },
    });
  });

  test("is refused where the certificate is for another host", async () => {
    const { port } = await serveBody(true);
    const outcome = await open({ target: { host: "127.0.0.2", port }, secure: true, proxy: null });
    expect(outcome.kind).toBe("trouble");
    // 127.0.0.2 is answered by the server on 127.0.0.1 only if it listens everywhere.
    const everywhere = await serveRaw(() => {}, { secure: true, host: "0.0.0.0" });
    expect(
      await open({ target: { host: "127.0.0.2", port: everywhere.port }, secure: true, proxy: null }),
    ).toMatchObject({
      trouble: { kind: "error", error: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } },
    });
  });

  test("that nobody answers is trouble with the system's code", async () => {
    const server = await serveBody(false);
    await server.close();
    const outcome = await open({
      target: { host: "127.0.0.1", port: server.port },
      secure: false,
      proxy: null,
    });
    expect(outcome).toMatchObject({ trouble: { kind: "error", error: { code: "ECONNREFUSED" } } });
  });

  test("to a name that nobody knows is trouble with the resolver's code", async () => {
    const outcome = await open({ target: { host: "nobody.invalid", port: 80 }, secure: false, proxy: null });
    expect(outcome).toMatchObject({ trouble: { kind: "error", error: { syscall: "getaddrinfo" } } });
  });

  test.runIf(hasIPv6()).each([false, true])(
    "finds the server on whichever of a name's addresses it is (TLS: %s)",
    async (secure) => {
      for (const host of ["127.0.0.1", "::1"]) {
        const server = await serveRaw(
          (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
          {
            host,
            secure,
          },
        );
        for (const addresses of [
          ["127.0.0.1", "::1"],
          ["::1", "127.0.0.1"],
        ]) {
          const lookup: LookupFunction = (_name, _options, found) =>
            found(
              null,
              addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })),
            );
          expect(String(await get(routeTo(server, secure), "/", { lookup }))).toBe("ok");
        }
      }
    },
  );

  test.runIf(hasIPv6())("reaches an IPv6 address", async () => {
    const server = await serveRaw(
      (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
      { host: "::1" },
    );
    expect(
      String(await get({ target: { host: "::1", port: server.port }, secure: false, proxy: null })),
    ).toBe("ok");
  });
});

describe("a server that does not go on", () => {
  test("with TLS is given up at the time for connecting", async () => {
    const clock = new FakeClock();
    const server = await serveSockets((socket) => void socket.resume());
    const outcome = open(routeTo(server, true), { clock });
    while (server.sockets.length === 0) await sleep(5);
    await clock.advance(10_500);
    expect(await outcome).toEqual({
      kind: "trouble",
      trouble: { kind: "timeout", phase: "connect", ms: 10_000 },
    });
    while (server.sockets[0]?.destroyed !== true) await sleep(5);
  });

  test.each(["http", "socks5"] as const)(
    "with the greeting of a proxy (%s) is given up at that time, too",
    async (kind) => {
      const clock = new FakeClock();
      const server = await (kind === "http"
        ? serveHttpProxy({ silent: true })
        : serveSocks5({ silent: true }));
      const proxy = parseProxy(`${kind}://127.0.0.1:${server.port}`);
      const outcome = open({ target: { host: "localhost", port: 1 }, secure: true, proxy }, { clock });
      while (server.sockets.length === 0) await sleep(5);
      await clock.advance(10_500);
      expect(await outcome).toMatchObject({ trouble: { kind: "timeout", phase: "connect" } });
      while (server.sockets[0]?.destroyed !== true) await sleep(5);
    },
  );

  test("is left at once when told to stop", async () => {
    const server = await serveSockets((socket) => void socket.resume());
    const stop = new AbortController();
    const outcome = open(routeTo(server, true), {}, stop.signal);
    while (server.sockets.length === 0) await sleep(5);
    stop.abort();
    expect(await outcome).toEqual({ kind: "aborted" });
    while (server.sockets[0]?.destroyed !== true) await sleep(5);
    expect(await open(routeTo(server), {}, stop.signal)).toEqual({ kind: "aborted" });
  });
});

describe("through a proxy", () => {
  const kinds = ["http", "https", "socks5"] as const;

  function serveProxy(kind: (typeof kinds)[number], rules: ProxyRules = {}): Promise<RawServer> {
    return kind === "socks5" ? serveSocks5(rules) : serveHttpProxy({ ...rules, secure: kind === "https" });
  }

  const cases = kinds.flatMap((kind) => [false, true].map((secure) => [kind, secure] as const));

  test.each(cases)("(%s) the bytes come (TLS to the origin: %s)", async (kind, secure) => {
    const origin = await serveBody(secure);
    const proxy = await serveProxy(kind, { login: "me:s3cr:et" });
    const { port } = origin;
    const route = {
      target: { host: "localhost", port },
      secure,
      proxy: parseProxy(`${kind}://me:s3cr%3Aet@localhost:${proxy.port}`),
    };
    // A plain request goes to an HTTP proxy with its whole address.
    const whole = !secure && kind !== "socks5";
    if (whole) return; // shown with the client, which writes such requests
    expect(body.equals((await get(route)) as Buffer)).toBe(true);
    expect(proxy.requests[0]).toContain(`localhost:${port}`);
    if (kind !== "socks5") expect(proxy.requests[0]).toContain("User-Agent: haulyard/test");
  });

  test.each(kinds)("(%s) the wrong password is told as such", async (kind) => {
    const proxy = await serveProxy(kind, { login: "me:right" });
    for (const login of ["me:wrong@", ""]) {
      const route = { target: { host: "localhost", port: 1 }, secure: true };
      const outcome = await open({
        ...route,
        proxy: parseProxy(`${kind}://${login}localhost:${proxy.port}`),
      });
      expect(outcome).toMatchObject({ kind: "trouble", trouble: { kind: "proxy", needsLogin: true } });
    }
  });

  test.each([
    ["http", "HTTP/1.1 403 Not here\r\n\r\n", "answers 403 Not here"],
    ["http", "SSH-2.0-OpenSSH_9.2\r\n", "cannot be understood: the answer is not HTTP/1.0 or HTTP/1.1"],
    ["http", "HTTP/1.1 200 Fine\r\n\r\nand more", "sends bytes of its own into the connection"],
    ["socks5", "HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak SOCKS5"],
    ["socks5", "\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00", "says that the connection is refused"],
    ["socks5", "\x05\x00\x05\x63\x00\x01\x00\x00\x00\x00\x00\x00", "refuses (reply 99)"],
    ["socks5", "\x05\x00\x05\x00\x00\x09\x00\x00\x00\x00\x00\x00", "does not speak SOCKS5"],
    [
      "socks5",
      "\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00!",
      "sends bytes of its own into the connection",
    ],
  ] as const)("(%s) that says %j, the reason is told", async (kind, says, reason) => {
    const proxy = await serveProxy(kind, { says: Buffer.from(says, "latin1") });
    const outcome = await open({
      target: { host: "localhost", port: 1 },
      secure: true,
      proxy: parseProxy(`${kind}://127.0.0.1:${proxy.port}`),
    });
    expect(outcome).toEqual({ kind: "trouble", trouble: { kind: "proxy", reason, needsLogin: false } });
    while (proxy.sockets[0]?.destroyed !== true) await sleep(5);
  });

  test.each([
    ["http", "HTTP/1.1 200"],
    ["socks5", "\x05"],
    ["socks5", "\x05\x00\x05\x00\x00\x03"],
  ] as const)("(%s) that leaves in the middle is trouble, not a wait", async (kind, says) => {
    const proxy = await serveProxy(kind, { says: Buffer.from(says, "latin1") });
    const outcome = await open({
      target: { host: "localhost", port: 1 },
      secure: kind === "http",
      proxy: parseProxy(`${kind}://127.0.0.1:${proxy.port}`),
    });
    expect(outcome.kind).toBe("trouble");
  });

  test("a SOCKS5 proxy resolves names itself, and takes addresses of both kinds", async () => {
    const proxy = await serveSocks5();
    const origin = await serveRaw(
      (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
      { host: "0.0.0.0" },
    );
    for (const host of ["localhost", "127.0.0.1", "::ffff:127.0.0.1"]) {
      const route = {
        target: { host, port: origin.port },
        secure: false,
        proxy: parseProxy(`socks5://127.0.0.1:${proxy.port}`),
      };
      expect(String(await get(route))).toBe("ok");
    }
    expect(proxy.requests).toEqual([
      `localhost:${origin.port}`,
      `127.0.0.1:${origin.port}`,
      `[0000:0000:0000:0000:0000:ffff:7f00:0001]:${origin.port}`,
    ]);
  });

  test("the certificate of the origin is still checked", async () => {
    const origin = await serveBody(true);
    for (const kind of ["http", "socks5"] as const) {
      const proxy = parseProxy(`${kind}://127.0.0.1:${(await serveProxy(kind)).port}`);
      expect(await open(routeTo(origin, true, { proxy }), { tls: {} })).toMatchObject({
        trouble: { kind: "error", error: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" } },
      });
    }
  });
});

describe("a proxy's address", () => {
  test.each([
    ["http://proxy:3128", { kind: "http", address: { host: "proxy", port: 3128 }, login: null }],
    ["http://proxy", { kind: "http", address: { host: "proxy", port: 80 }, login: null }],
    ["https://proxy", { kind: "https", address: { host: "proxy", port: 443 }, login: null }],
    ["socks5h://[::1]", { kind: "socks5", address: { host: "::1", port: 1080 }, login: null }],
    [
      "socks://a:b@p:1",
      { kind: "socks5", address: { host: "p", port: 1 }, login: { user: "a", password: "b" } },
    ],
    [
      "http://a%40b:100%25%@p",
      { kind: "http", address: { host: "p", port: 80 }, login: { user: "a@b", password: "100%25%" } },
    ],
    ["ftp://proxy", null],
    ["socks4://proxy", null],
    ["constructor://proxy", null],
    ["proxy", null],
    ["", null],
  ])("%s is read", (text, expected) => {
    expect(parseProxy(text)).toEqual(expected);
  });
});

function hasIPv6(): boolean {
  return Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.address === "::1");
}
