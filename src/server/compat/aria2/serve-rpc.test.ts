import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { Role } from "../../../job/access-contract.ts";
import { hashSecret, KEY_PREFIX, SESSION_COOKIE } from "../../access/credentials.ts";
import { send } from "../../testing/send.ts";
import { startServer } from "../../testing/start-server.ts";
import type { TestServer } from "../../testing/test-server.ts";
import { call, post } from "./testing/call-rpc.ts";
import { openSocket } from "./testing/rpc-socket.ts";

const TOKEN = "a-secret-of-some-length";
const VERSION = { jsonrpc: "2.0", id: "1", method: "aria2.getVersion" };
const withSecret = (secret: string): object => ({ ...VERSION, params: [`token:${secret}`] });
const UNAUTHORIZED = { id: "1", jsonrpc: "2.0", error: { code: 1, message: "Unauthorized" } };
const base64 = (value: unknown): string =>
  encodeURIComponent(Buffer.from(JSON.stringify(value)).toString("base64"));

describe("a server without a token", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      settings: { rpcOrigins: ["chrome-extension://abc", "http://ariang.test:6880"] },
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const ask = (headers: Record<string, string>, path = "/jsonrpc") =>
    send(server.url, path, { method: "POST", headers, body: VERSION });

  it.each([
    ["a program", {}],
    ["its own page", { origin: "OWN" }],
    ["an add-on the setting names", { origin: "chrome-extension://abc" }],
    ["a page the setting names", { origin: "http://ariang.test:6880", "sec-fetch-site": "cross-site" }],
    ["a form's media type", { "content-type": "application/x-www-form-urlencoded" }],
    ["plain text", { "content-type": "text/plain" }],
    ["aria2's own media type", { "content-type": "application/json-rpc" }],
    ["a token nobody wants", { authorization: "Bearer x" }],
  ])("answers %s", async (_, headers: Record<string, string>) => {
    const origin = headers["origin"] === "OWN" ? server.url : headers["origin"];
    const answer = await ask(origin === undefined ? headers : { ...headers, origin });
    expect(answer).toMatchObject({ status: 200, json: { result: { version: "1.36.0" } } });
    expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    expect(answer.headers["content-type"]).toBe("application/json-rpc; charset=utf-8");
  });

  it.each([
    ["a page of another site", { origin: "https://evil.example" }],
    ["a page that hides where it is from", { origin: "null" }],
    ["an add-on nobody named", { origin: "chrome-extension://other" }],
    ["another port of this machine", { origin: "http://localhost:1" }],
    ["a page that merely begins alike", { origin: "http://ariang.test:6880.evil.example" }],
    ["another site, where the browser says only that", { "sec-fetch-site": "cross-site" }],
    ["a name that was pointed here", { host: "evil.example" }],
  ])("refuses %s, and lets it read nothing", async (_, headers) => {
    const answer = await ask(headers);
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.text).not.toContain("1.36.0");
  });

  it("takes a secret that nobody wants for none, as aria2 does", async () => {
    expect(await post(`${server.url}/jsonrpc`, withSecret("anything"))).toMatchObject({ status: 200 });
  });

  it("takes no calls by GET: an image of another site would make them", async () => {
    const answer = await send(server.url, `/jsonrpc?method=aria2.getVersion&id=1`);
    expect(answer).toMatchObject({ status: 403, json: { id: null, error: { code: 1 } } });
  });

  it("opens sockets for its own page and the origins of the setting, for no other", async () => {
    await using own = await openSocket(server.url, { origin: server.url });
    await using named = await openSocket(server.url, { origin: "chrome-extension://abc" });
    expect(await own.call("aria2.getVersion")).toMatchObject({ result: { version: "1.36.0" } });
    expect(await named.call("aria2.getVersion")).toMatchObject({ result: { version: "1.36.0" } });
    await expect(openSocket(server.url, { origin: "https://evil.example" })).rejects.toThrow("403");
    await expect(openSocket(server.url, { host: "evil.example" })).rejects.toThrow("403");
  });

  it("tells browsers what they may send, before they send it", async () => {
    const headers = { origin: "chrome-extension://abc", "access-control-request-private-network": "true" };
    const answer = await send(server.url, "/jsonrpc", { method: "OPTIONS", headers });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        "access-control-allow-origin": "chrome-extension://abc",
        "access-control-allow-methods": "POST, GET, OPTIONS",
        "access-control-allow-headers": "Content-Type, Authorization, X-Api-Key",
        "access-control-allow-private-network": "true",
        vary: "Origin",
      },
    });
    const evil = await send(server.url, "/jsonrpc", {
      method: "OPTIONS",
      headers: { origin: "https://evil.example" },
    });
    expect(evil.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("lets no other route be read from there", async () => {
    const answer = await send(server.url, "/jobs", { headers: { origin: "chrome-extension://abc" } });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    const adds = await send(server.url, "/jobs", {
      method: "POST",
      headers: { origin: "chrome-extension://abc" },
      body: { source: "http://127.0.0.1:1/a.bin" },
    });
    expect(adds.status).toBe(403);
  });

  it("answers a client that offers HTTP/2 in HTTP/1.1, on every route", async () => {
    const headers = {
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
      "http2-settings": "AAMAAABkAAQAAP__",
    };
    expect(await send(server.url, "/health", { headers })).toMatchObject({ status: 200 });
    expect(await ask(headers)).toMatchObject({ status: 200 });
  });

  it("refuses a call that is larger than aria2 would take", async () => {
    const answer = await send(server.url, "/jsonrpc", {
      method: "POST",
      body: "x".repeat(2 * 1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
  });

  it("answers whatever comes with an error of JSON-RPC", async () => {
    for (const body of [
      "\0",
      "[[[[]]]]",
      `[${"[".repeat(50_000)}`,
      '{"id":{"a":[]},"method":"aria2.getVersion"}',
    ]) {
      const answer = await send(server.url, "/jsonrpc", { method: "POST", body });
      expect([200, 400, 500]).toContain(answer.status);
      expect(answer.json).toBeDefined();
    }
    expect(server.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

describe("a server with a token", () => {
  let server: TestServer;
  const makeKey = async (name: string, role: Role): Promise<string> => {
    const key = `${KEY_PREFIX}${name}-and-more-letters`;
    const draft = { id: randomUUID(), name, role, createdBy: "test", expiresAt: null, hash: hashSecret(key) };
    await server.store.access.insertKey(draft, Date.now());
    return key;
  };
  beforeAll(async () => {
    server = await startServer({ settings: { token: TOKEN }, localJobs: 0 });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("wants it as the first parameter of every call, whatever the origin", async () => {
    const headers = { origin: "https://ariang.example", "sec-fetch-site": "cross-site" };
    const ask = (body: unknown) => send(server.url, "/jsonrpc", { method: "POST", headers, body });
    const right = await ask(withSecret(TOKEN));
    expect(right).toMatchObject({ status: 200, json: { result: { version: "1.36.0" } } });
    expect(right.headers["access-control-allow-origin"]).toBe("*");
    expect(right.headers["access-control-allow-credentials"]).toBeUndefined();
    const wrong = [VERSION, withSecret("wrong"), withSecret(""), { ...VERSION, params: [TOKEN] }].map(ask);
    for (const answer of await Promise.all(wrong))
      expect(answer).toMatchObject({ status: 400, json: UNAUTHORIZED });
  });

  it("takes it as a header, too", async () => {
    const url = `${server.url}/jsonrpc`;
    expect(await post(url, VERSION, { authorization: `Bearer ${TOKEN}` })).toMatchObject({ status: 200 });
    expect(await post(url, VERSION, { "x-api-key": TOKEN })).toMatchObject({ status: 200 });
  });

  it("takes an API key in its place, for what the key's role allows", async () => {
    const url = `${server.url}/jsonrpc`;
    const [reads, operates] = [await makeKey("looks", "read"), await makeKey("adds", "operate")];
    const add = (key: string) =>
      post(url, {
        ...VERSION,
        method: "aria2.addUri",
        params: [`token:${key}`, ["http://127.0.0.1:1/by-key.bin"]],
      });
    expect(await post(url, withSecret(reads))).toMatchObject({ status: 200 });
    expect(await add(reads)).toEqual({
      status: 400,
      message: {
        ...UNAUTHORIZED,
        error: { code: 1, message: "aria2.addUri wants the role operate; key looks has the role read." },
      },
    });
    const { message } = await add(operates);
    const { result: gid } = message as { result: string };
    expect(gid).toMatch(/^[0-9a-f]{16}$/);
    // A key that is no admin's has files fetched from public servers only, however it asks.
    const [job] = (await server.engine.list({ sort: "newest", limit: 1 })).jobs;
    expect(job).toMatchObject({
      id: expect.stringContaining(gid.slice(0, 8)) as unknown,
      steps: [{ reach: "restricted" }],
    });
    const audit = await server.store.access.audit({ before: null, limit: 2 });
    expect(audit).toMatchObject([
      { who: "key adds", via: "key", address: "127.0.0.1", action: "aria2.addUri", target: gid, status: 200 },
      { who: "key looks", action: "aria2.addUri", target: "", status: 403 },
    ]);
  });

  it("hangs up on whose key is revoked", async () => {
    const key = await makeKey("goes", "read");
    await using socket = await openSocket(server.url);
    expect(await socket.call("aria2.getVersion", `token:${key}`)).toHaveProperty("result");
    const { keys } = (await send(server.url, "/access/keys", { headers: { "x-api-key": TOKEN } })).json as {
      keys: { id: string; name: string }[];
    };
    const id = keys.find(({ name }) => name === "goes")?.id;
    await send(server.url, `/access/keys/${id}`, { method: "DELETE", headers: { "x-api-key": TOKEN } });
    expect(await socket.closed).toBe(1008);
  });

  it("lets no cookie of the page call: it would go along from other sites, too", async () => {
    const secret = "a-session-of-somebody";
    await server.store.access.insertAccount({ name: "anna", role: "admin", passwordHash: "x" }, Date.now());
    await server.store.access.insertSession(
      {
        id: randomUUID(),
        account: "anna",
        address: "",
        agent: "",
        expiresAt: Date.now() + 1e9,
        hash: hashSecret(secret),
      },
      Date.now(),
    );
    const cookie = `${SESSION_COOKIE}=${secret}`;
    expect(await send(server.url, "/jobs", { headers: { cookie } })).toMatchObject({ status: 200 });
    expect(await post(`${server.url}/jsonrpc`, VERSION, { cookie })).toMatchObject({ message: UNAUTHORIZED });
  });

  it("tells nobody without it which methods there are, or what is wrong with a call", async () => {
    const url = `${server.url}/jsonrpc`;
    const asked = ["aria2.nope", "aria2.tellStatus", "aria2.addUri"].map((method) =>
      post(url, { ...VERSION, method, params: [5] }),
    );
    for (const answer of await Promise.all(asked))
      expect(answer).toEqual({ status: 400, message: UNAUTHORIZED });
  });

  it("judges each call of a multicall and of a batch by itself", async () => {
    const url = `${server.url}/jsonrpc`;
    const calls = [
      { methodName: "aria2.getVersion" },
      { methodName: "aria2.saveSession", params: [`token:${TOKEN}`] },
    ];
    expect(await post(url, { ...VERSION, method: "system.multicall", params: [calls] })).toEqual({
      status: 200,
      message: { id: "1", jsonrpc: "2.0", result: [UNAUTHORIZED.error, ["OK"]] },
    });
    expect(await post(url, [VERSION, withSecret(TOKEN)])).toMatchObject({
      status: 200,
      message: [UNAUTHORIZED, { result: { version: "1.36.0" } }],
    });
  });

  it("takes no more calls in a message than people make, and looks at few wrong secrets of one", async () => {
    const url = `${server.url}/jsonrpc`;
    const many = Array.from({ length: 1_001 }, () => ({ methodName: "system.listMethods" }));
    expect(await post(url, { ...VERSION, method: "system.multicall", params: [many] })).toMatchObject({
      status: 400,
      message: { error: { message: "A message may hold 1000 calls at most." } },
    });
    expect(
      await post(
        url,
        Array.from({ length: 1_001 }, () => VERSION),
      ),
    ).toMatchObject({
      message: { error: { message: "A message may hold 1000 calls at most." } },
    });
    // Two lists that are long enough together: each of their calls counts.
    const half = { ...VERSION, method: "system.multicall", params: [many.slice(0, 600)] };
    const both = (await post(url, [half, half])).message as { result: unknown[] }[];
    expect(both[0]?.result.at(-1)).toEqual([expect.any(Array)]);
    expect(both[1]?.result.at(-1)).toMatchObject({
      code: 1,
      message: "A message may hold 1000 calls at most.",
    });
    // The right one after many wrong ones is not found out.
    const guesses = [...Array.from({ length: 20 }, (_, n) => `guess-${n}`), TOKEN];
    const calls = guesses.map((guess) => ({ methodName: "aria2.getVersion", params: [`token:${guess}`] }));
    const { message } = await post(url, { ...VERSION, method: "system.multicall", params: [calls] });
    expect((message as { result: unknown[] }).result.at(-1)).toEqual(UNAUTHORIZED.error);
  });

  it("answers calls in an address, alone and as a script that calls a function", async () => {
    const get = (query: string) => send(server.url, `/jsonrpc?${query}`);
    const params = `params=${base64([`token:${TOKEN}`])}`;
    expect(await get(`method=aria2.getVersion&id=a&${params}`)).toMatchObject({
      status: 200,
      json: { id: "a", result: { version: "1.36.0" } },
    });
    const script = await get(`method=aria2.saveSession&id=a&${params}&jsoncallback=angular.callbacks._0`);
    expect(script.text).toBe('/**/angular.callbacks._0({"id":"a","jsonrpc":"2.0","result":"OK"})');
    expect(script.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
    });
    const batch = await get(
      `params=${base64([{ id: 1, method: "aria2.saveSession", params: [`token:${TOKEN}`] }])}`,
    );
    expect(batch.json).toEqual([{ id: 1, jsonrpc: "2.0", result: "OK" }]);
    expect(await get("")).toMatchObject({ status: 400, json: { error: { code: -32600 } } });
    expect(await get("method=aria2.getVersion&id=a")).toMatchObject({ status: 400 });
  });

  it("calls nothing in a script that is no function's name", async () => {
    for (const name of ["alert(1)//", "a;b", "", "a".repeat(100), "1a", "a..b", "constructor[0]"]) {
      const answer = await send(
        server.url,
        `/jsonrpc?method=a&id=1&jsoncallback=${encodeURIComponent(name)}`,
      );
      expect(answer).toMatchObject({
        status: 400,
        headers: { "content-type": "application/json-rpc; charset=utf-8" },
      });
    }
  });

  it("tells over a socket only those who have shown the token what happens", async () => {
    await using stranger = await openSocket(server.url, { origin: "https://evil.example" });
    await using friend = await openSocket(server.url, { origin: "https://ariang.example" });
    expect(await stranger.call("aria2.getVersion")).toMatchObject({ error: UNAUTHORIZED.error });
    expect(await friend.call("aria2.getVersion", `token:${TOKEN}`)).toMatchObject({
      result: { version: "1.36.0" },
    });
    const options = { out: "heard.bin", pause: "true" };
    const uris = ["http://127.0.0.1:1/heard.bin"];
    const { result: gid } = await friend.call("aria2.addUri", `token:${TOKEN}`, uris, options);
    await friend.heard("aria2.onDownloadPause", String(gid));
    // What is told is sent to all at once: had the stranger been told, it would have come before this answer.
    expect(await stranger.call("system.listMethods")).toHaveProperty("result");
    expect(stranger.notifications).toEqual([]);
  });
});

test("sockets are closed when the server stops, and calls under way with them", async () => {
  const server = await startServer();
  const socket = await openSocket(server.url);
  expect(await socket.call("aria2.getVersion")).toHaveProperty("result");
  const closed = once(socket.socket, "close");
  await server[Symbol.asyncDispose]();
  await closed;
});

test("more sockets than anybody needs are turned away, and room is made by those that go", async () => {
  await using server = await startServer();
  const open = await Promise.all(Array.from({ length: 64 }, () => openSocket(server.url)));
  const surplus = await openSocket(server.url);
  expect(await surplus.closed).toBe(1013);
  for (const socket of open) await socket[Symbol.asyncDispose]();
  for (;;) {
    await using another = await openSocket(server.url);
    if ("result" in (await another.call("aria2.getVersion"))) break;
  }
});

test("who names a secret of a link is shown it nowhere", async () => {
  await using server = await startServer({ localJobs: 0 });
  const url = `${server.url}/jsonrpc`;
  const gid = await call<string>(url, "aria2.addUri", ["http://user:geheim@127.0.0.1:1/a.bin?token=geheim"], {
    header: ["Authorization: Bearer geheim", "Cookie: sid=geheim", "X-Made-Up: geheim", "Accept: image/png"],
    "http-passwd": "geheim",
  });
  const told = await Promise.all([
    call(url, "aria2.tellStatus", gid),
    call(url, "aria2.getOption", gid),
    call(url, "aria2.getUris", gid),
    call(url, "aria2.getFiles", gid),
  ]);
  expect(JSON.stringify(told)).not.toContain("geheim");
  expect(JSON.stringify(told)).toContain("Accept: image/png");
  expect(JSON.stringify(server.log)).not.toContain("geheim");
});
