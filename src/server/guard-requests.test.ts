import { afterEach, describe, expect, it } from "vitest";
import { isLoopback } from "./guard-requests.ts";
import { send, sendBytes } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestOptions, TestServer } from "./testing/test-server.ts";

const TOKEN = "s3cret-t0ken";
const started: TestServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server[Symbol.asyncDispose]();
});

async function start(settings: TestOptions["settings"] = {}): Promise<TestServer> {
  const server = await startServer({ localJobs: 0, settings });
  started.push(server);
  return server;
}

const ADD = { method: "POST", body: { source: "http://127.0.0.1:1/a.bin" } };

describe("a page that points its own name at this machine (DNS rebinding)", () => {
  it.each(["localhost", "127.0.0.1", "127.8.9.1", "[::1]", "haulyard.localhost", "LOCALHOST"])(
    "does not keep out those who say %s",
    async (name) => {
      const { url, port } = await start();
      expect((await send(url, "/jobs", { headers: { host: `${name}:${port}` } })).status).toBe(200);
    },
  );

  it.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "192.168.1.2",
    "0.0.0.0",
    "[::2]",
  ])("reads nothing as %s", async (name) => {
    const { url, port } = await start();
    for (const path of ["/", "/jobs", "/events", "/status", "/health", "/nothing"]) {
      const answer = await send(url, path, { headers: { host: `${name}:${port}` } });
      expect(answer.status).toBe(403);
      expect(answer.json).toMatchObject({ success: false, code: "host_refused", field: "Host" });
    }
  });

  it.each(["a b", "x/y", "user@localhost", "localhost:99999"])(
    "is told that '%s' is no host",
    async (host) => {
      const { url } = await start();
      const answer = await send(url, "/jobs", { headers: { host } });
      expect([400, 403]).toContain(answer.status);
    },
  );

  it.each([
    "GET /jobs HTTP/1.0\r\n\r\n",
    "GET /jobs HTTP/1.1\r\nHost:\r\n\r\n",
    "GET /jobs HTTP/1.1\r\n\r\n",
    "GET /jobs HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
  ])("gets nothing without a host, or with two: %j", async (bytes) => {
    const { port } = await start();
    expect(await sendBytes(port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("is known by the address it asks for, where it asks for a whole one", async () => {
    const { port } = await start();
    const ask = (host: string): Promise<string> =>
      sendBytes(port, `GET http://${host}/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await ask("evil.example")).toMatch(/^HTTP\/1\.1 403 /);
    expect(await ask(`localhost:${port}`)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("lets in by a name that was configured", async () => {
    const { url } = await start({ hostNames: ["models.lan"] });
    expect((await send(url, "/jobs", { headers: { host: "models.lan" } })).status).toBe(200);
    expect((await send(url, "/jobs", { headers: { host: "other.lan" } })).status).toBe(403);
  });
});

describe("a page of another origin", () => {
  const cross: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
    { origin: "http://localhost" },
    { origin: "chrome-extension://abc" },
    { origin: "nonsense" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];

  it.each(cross)("changes nothing with %o", async (headers) => {
    const { url, store } = await start();
    const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
    for (const [path, sent] of [
      ["/jobs", { ...ADD, headers }],
      ["/download", { method: "POST", headers: form, body: "model_id=a&model_set=b" }],
      ["/clear_completed", { method: "POST", headers }],
      ["/jobs/00000000-0000-4000-8000-000000000000", { method: "DELETE", headers }],
    ] as const) {
      const answer = await send(url, path, sent);
      expect(answer.status).toBe(403);
      expect(answer.json).toMatchObject({ success: false, code: "origin_refused" });
    }
    expect(await store.cursor()).toBe(0);
  });

  it.each(cross)("cannot listen with %o", async (headers) => {
    const { url } = await start();
    expect((await send(url, "/events?snapshot=1", { headers })).status).toBe(403);
  });

  it("is never given permission to read", async () => {
    const { url } = await start();
    const answer = await send(url, "/jobs", { headers: { origin: "https://evil.example" } });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(answer.headers["cross-origin-resource-policy"]).toBe("same-origin");
  });

  it("is not confused with our own page, whatever name it was opened under", async () => {
    const { url, port } = await start({ hostNames: ["models.lan"] });
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, "models.lan"]) {
      const headers = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
      expect((await send(url, "/jobs", { ...ADD, headers })).status).toBeLessThan(300);
    }
    const proxied = { host: `127.0.0.1:${port}`, origin: "https://models.lan" };
    expect((await send(url, "/jobs", { ...ADD, headers: proxied })).status).toBe(200);
  });
});

describe("a server with a token", () => {
  it("lets nobody in without it, whatever is asked", async () => {
    const { url, store } = await start({ token: TOKEN });
    for (const path of ["/jobs", "/events", "/status", "/models", "/get_model_configs"]) {
      const answer = await send(url, path);
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe('Bearer realm="haulyard"');
      expect(answer.json).toMatchObject({ success: false, code: "token_missing" });
    }
    expect((await send(url, "/jobs", ADD)).status).toBe(401);
    expect((await send(url, `/jobs?token=${TOKEN}`)).status).toBe(401);
    expect(await store.cursor()).toBe(0);
  });

  it.each<Record<string, string>>([
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: `Bearer ${TOKEN.slice(1)}` },
    { authorization: `Basic ${TOKEN}` },
    { authorization: TOKEN },
    { authorization: "Bearer" },
    { "x-api-key": "" },
    { "x-api-key": TOKEN.toUpperCase() },
  ])("does not take %o for it", async (headers) => {
    const { url } = await start({ token: TOKEN });
    expect((await send(url, "/jobs", { headers })).status).toBe(401);
  });

  it.each<Record<string, string>>([
    { authorization: `Bearer ${TOKEN}` },
    { authorization: `bearer ${TOKEN}` },
    { "x-api-key": TOKEN },
  ])("takes %o from any name", async (headers) => {
    const { url } = await start({ token: TOKEN });
    const named = { host: "gpu-box.example:8866", ...headers };
    expect((await send(url, "/jobs", { headers: named })).status).toBe(200);
  });

  it("tells strangers that it lives, and no more", async () => {
    const server = await start({ token: TOKEN });
    server.problems.report("x", {
      code: "folder_not_writable",
      message: "/home/anna/models cannot be written.",
    });
    const headers = { "x-api-key": TOKEN };
    const stranger = await send(server.url, "/health");
    expect(stranger.status).toBe(200);
    expect(stranger.json).toEqual({ status: "ok", problems: [], hints: [] });
    const friend = await send(server.url, "/health", { headers });
    expect(friend.json).toMatchObject({
      status: "degraded",
      node: "here",
      version: "1.2.3",
      jobs: { PENDING: 0 },
    });
    expect(friend.text).toContain("anna");
    // That the store is away is told without a word of where it is.
    await server.store.close();
    expect((await send(server.url, "/health")).json).toEqual(stranger.json);
    const told = await send(server.url, "/health", { headers });
    expect(told.status).toBe(200);
    expect(told.json).toMatchObject({
      status: "degraded",
      jobs: {},
      problems: expect.arrayContaining([
        expect.objectContaining({ code: "store_unavailable" }),
        expect.objectContaining({ code: "folder_not_writable" }),
      ]),
    });
  });

  it("looks at guesses of its token ever more seldom, and never keeps out who has shown the right one", async () => {
    const { url } = await start({ token: TOKEN });
    const ask = async (secret: string): Promise<number> =>
      (await send(url, "/jobs", { headers: { authorization: `Bearer ${secret}` } })).status;
    expect(await ask(TOKEN)).toBe(200);
    for (let n = 0; n < 20; n += 1) expect(await ask(`guess-${n}`)).toBe(401);
    const headers = { authorization: "Bearer another" };
    const refused = await send(url, "/jobs", { headers });
    expect([refused.status, refused.json?.["code"]]).toEqual([429, "too_many_tries"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    // aria2's clients show it in the call.
    const body = { jsonrpc: "2.0", id: "1", method: "aria2.getVersion", params: ["token:another"] };
    expect((await send(url, "/jsonrpc", { method: "POST", body })).text).toContain("Unauthorized");
    expect(await ask(TOKEN)).toBe(200);
  });

  it("serves the page to everybody, so that it can ask for the token", async () => {
    const { url } = await start({ token: TOKEN });
    expect((await send(url, "/")).headers["content-type"]).toBe("text/html; charset=utf-8");
    for (const path of ["/docs", "/openapi.json"]) expect((await send(url, path)).status).toBe(200);
  });

  it("still keeps pages of other origins out", async () => {
    const { url } = await start({ token: TOKEN });
    const headers = { "x-api-key": TOKEN, origin: "https://evil.example" };
    expect((await send(url, "/jobs", { ...ADD, headers })).status).toBe(403);
  });
});

it("refuses to listen for others without a token", async () => {
  const running = await start();
  await expect(running.server.listen("0.0.0.0", 0)).rejects.toThrow("without a token");
});

it("never logs the token", async () => {
  const server = await start({ token: TOKEN });
  await send(server.url, "/jobs", { headers: { authorization: `Bearer ${TOKEN}` } });
  await send(server.url, `/jobs?token=${TOKEN}`);
  expect(server.log.length).toBeGreaterThan(0);
  expect(JSON.stringify(server.log)).not.toContain(TOKEN);
});

describe("loopback", () => {
  it.each(["localhost", "a.localhost", "127.0.0.1", "127.255.255.254", "::1", "[::1]"])("is %s", (name) => {
    expect(isLoopback(name)).toBe(true);
  });
  it.each(["0.0.0.0", "::", "10.0.0.1", "notlocalhost", "127.0.0.1.nip.io", "127.example", ""])(
    "is not %s",
    (name) => {
      expect(isLoopback(name)).toBe(false);
    },
  );
});
