import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../job/access-contract.ts";
import { ROLES } from "../job/access-contract.ts";
import { roleOfRoute } from "./access/route-roles.ts";
import { EventReader } from "./testing/read-events.ts";
import { send } from "./testing/send.ts";
import type { Raw, Sent } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

const TOKEN = "s3cret-t0ken";
const ADMIN = { authorization: `Bearer ${TOKEN}` };
const PASSWORD = "correct horse battery";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

let server: TestServer;
beforeAll(async () => {
  const settings = { token: TOKEN, trustedProxies: [], proxyUserHeader: "remote-user" };
  server = await startServer({ localJobs: 0, settings });
  for (const [name, role] of [
    ["anna", "read"],
    ["read", "read"],
    ["operate", "operate"],
  ] as const) {
    const sent = { method: "POST", body: { name, password: PASSWORD, role }, headers: ADMIN };
    await must(201, "/access/users", sent);
  }
});
afterAll(() => server[Symbol.asyncDispose]());

async function must(...given: [TestServer, number, string, Sent] | [number, string, Sent]): Promise<Raw> {
  const [at, status, path, sent] = given.length === 4 ? given : ([server, ...given] as const);
  const answer = await send(at.url, path, sent);
  expect(answer.status, `${sent.method ?? "GET"} ${path}: ${answer.text}`).toBe(status);
  return answer;
}

async function makeKey(role: Role, at = server): Promise<{ id: string; header: Record<string, string> }> {
  const { json } = await must(at, 201, "/access/keys", {
    method: "POST",
    body: { name: `for ${role}`, role },
    headers: ADMIN,
  });
  return { id: String(Object(json?.["key"])["id"]), header: { "x-api-key": String(json?.["secret"]) } };
}

async function signIn(
  name: string,
  headers: Record<string, string> = {},
  password = PASSWORD,
): Promise<string> {
  const sent = { method: "POST", body: { name, password }, headers };
  const { headers: answered } = await must(200, "/access/sign-in", sent);
  return String(answered["set-cookie"]?.[0]);
}
const cookieOf = (set: string): Record<string, string> => ({ cookie: set.split(";")[0] ?? "" });

describe("every route", () => {
  it("of the document has a role, and refuses every lower one and everybody unknown", async () => {
    const { json } = await send(server.url, "/openapi.json");
    const keys = {
      read: (await makeKey("read")).header,
      operate: (await makeKey("operate")).header,
    };
    const paths = Object.entries(json?.["paths"] as Record<string, object>);
    const seen = { public: 0, read: 0, operate: 0, admin: 0 };
    for (const [path, methods] of paths)
      for (const name of Object.keys(methods)) {
        const method = name.toUpperCase();
        const wildcard = roleOfRoute(method, path.replaceAll(/\{(\w+)\}/g, ":$1"));
        const role = wildcard ?? roleOfRoute(method, "/resources/get/*");
        expect(role, `${method} ${path}`).toBeDefined();
        if (role === undefined) continue;
        seen[role] += 1;
        if (role === "public") continue;
        const address = path.replaceAll(/\{\w+\}/g, UNKNOWN);
        const stranger = await send(server.url, address, { method });
        expect(stranger.status, `${method} ${path} by nobody`).toBe(401);
        for (const lower of ROLES.slice(0, ROLES.indexOf(role)) as ("read" | "operate")[]) {
          const answer = await send(server.url, address, { method, headers: keys[lower] });
          expect(answer.status, `${method} ${path} with ${lower}`).toBe(403);
          expect(answer.text).toContain("role");
        }
      }
    expect(seen.read).toBeGreaterThan(20);
    expect(seen.operate).toBeGreaterThan(20);
    expect(seen.admin).toBeGreaterThan(10);
  });

  it("lets in whoever has the role: looking, acting, deciding", async () => {
    const [read, operate, admin] = await Promise.all(ROLES.map((role) => makeKey(role)));
    const add = { method: "POST", body: { source: "http://example.org/a.bin" } };
    await must(200, "/jobs", { headers: read!.header });
    await must(201, "/jobs", { ...add, headers: operate!.header });
    await must(200, "/jobs", { ...add, headers: admin!.header });
    await must(200, "/audit", { headers: admin!.header });
  });

  it("of an operator adds no instance by the back door, and removes no files", async () => {
    const { header } = await makeKey("operate");
    await mkdir(join(server.folder, "resources"), { recursive: true });
    await writeFile(
      join(server.folder, "resources/card.md"),
      "# Download\n\n```bash\nwget https://example.org/a.bin\n```\n",
    );
    const queue = { ssh_connection: "root@192.0.2.1", resources: ["a.md"] };
    await must(403, "/downloads/queue", { method: "POST", body: queue, headers: header });
    // Nor does it change how one that is known is reached.
    const known = { ssh_connection: "ssh -i /keys/right root@192.0.2.9" };
    const { json } = await must(201, "/hosts", { method: "POST", body: known, headers: ADMIN });
    const { id } = Object(json?.["host"]) as { id: string };
    const before = await send(server.url, `/hosts/${id}`, { headers: ADMIN });
    const other = { ssh_connection: "ssh -i /keys/other root@192.0.2.9", resources: ["card.md"] };
    await must(200, "/downloads/queue", { method: "POST", body: other, headers: header });
    expect((await send(server.url, `/hosts/${id}`, { headers: ADMIN })).json).toEqual(before.json);
    // Commands on the machine of the server are the admin's.
    await must(403, "/jobs", { method: "POST", body: { source: "card.md" }, headers: header });
    await must(201, "/jobs", { method: "POST", body: { source: "card.md" }, headers: ADMIN });
    const sync = { lock: "version: 1\nfiles: []", delete: true };
    await must(403, "/sync", { method: "POST", body: sync, headers: header });
  });
});

describe("signing in", () => {
  it("with the first account is an admin's, whatever role was asked for", async () => {
    const { json } = await must(200, "/access/users", { headers: ADMIN });
    expect(json?.["accounts"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "anna", role: "admin" }),
        expect.objectContaining({ name: "operate", role: "operate" }),
      ]),
    );
  });

  it("sets a cookie no script and no other site gets at, and it lets in until it is signed out", async () => {
    const set = await signIn("ANNA ");
    expect(set).toMatch(/^haulyard_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    const headers = cookieOf(set);
    const { json } = await must(200, "/access", { headers });
    expect(json).toEqual({
      open: false,
      has_accounts: true,
      asker: { name: "anna", role: "admin", via: "session", may: expect.arrayContaining(["POST /hosts"]) },
    });
    await must(200, "/jobs", { headers });
    const out = await must(200, "/access/sign-out", { method: "POST", headers });
    expect(out.headers["set-cookie"]?.[0]).toContain("Max-Age=0");
    await must(401, "/jobs", { headers });
  });

  it("is kept from the wire where the browser came over TLS", async () => {
    const { port } = server;
    const host = { host: `127.0.0.1:${port}`, origin: `https://127.0.0.1:${port}` };
    expect(await signIn("anna", host)).toContain("; Secure");
  });

  it("says the same of a wrong name and of a wrong password", async () => {
    const ask = (name: string) =>
      send(server.url, "/access/sign-in", { method: "POST", body: { name, password: "no" } });
    const [known, unknown] = [await ask("anna"), await ask("nobody")];
    expect([known.status, known.json]).toEqual([401, unknown.json]);
    expect(unknown.status).toBe(401);
    expect(known.json).toMatchObject({ code: "sign_in_failed" });
    await signIn("anna");
  });

  it("keeps neither passwords nor sessions nor keys where they could be read", async () => {
    const cookie = cookieOf(await signIn("anna"))["cookie"]?.split("=")[1] ?? "?";
    const key = (await makeKey("read")).header["x-api-key"] ?? "?";
    await must(200, "/jobs", { headers: { "x-api-key": key } });
    const kept = JSON.stringify([
      await server.store.access.account("anna"),
      await server.store.access.sessions(null, Date.now()),
      await server.store.access.keys(),
      await server.store.access.audit({ before: null, limit: 500 }),
      server.log,
    ]);
    for (const secret of [PASSWORD, cookie, key, TOKEN]) expect(kept).not.toContain(secret);
  });

  it("elsewhere is ended by signing out everywhere, streams included", async () => {
    const [here, there] = [cookieOf(await signIn("operate")), cookieOf(await signIn("operate"))];
    const stream = await EventReader.open(server.url, "/events", there);
    expect(stream.status).toBe(200);
    const { json } = await must(200, "/access/sessions", { headers: here });
    const current = (json?.["sessions"] as { current: boolean }[] | undefined)?.map((one) => one.current);
    expect(current?.filter(Boolean)).toHaveLength(1);
    await must(200, "/access/sessions", { method: "DELETE", headers: here });
    await stream.until("its end", () => stream.ended);
    await must(401, "/jobs", { headers: there });
    await must(200, "/jobs", { headers: here });
  });

  it("holds for one's own sessions only: another's cannot be ended without being an admin", async () => {
    const [mine, other] = [cookieOf(await signIn("read")), cookieOf(await signIn("operate"))];
    const theirs = await server.store.access.sessions("operate", Date.now());
    for (const { id } of theirs)
      await must(404, `/access/sessions/${id}`, { method: "DELETE", headers: mine });
    await must(200, "/jobs", { headers: other });
    for (const { id } of theirs)
      await must(200, `/access/sessions/${id}`, { method: "DELETE", headers: ADMIN });
    await must(401, "/jobs", { headers: other });
  });

  it("with a new password begins anew, the old one is of no use any more", async () => {
    await must(201, "/access/users", {
      method: "POST",
      body: { name: "carla", password: PASSWORD, role: "read" },
      headers: ADMIN,
    });
    const [here, there] = [cookieOf(await signIn("carla")), cookieOf(await signIn("carla"))];
    const change = (old_password: string) => ({
      method: "PUT",
      headers: here,
      body: { old_password, new_password: "another horse" },
    });
    await must(401, "/access/password", change("wrong"));
    const changed = await must(200, "/access/password", change(PASSWORD));
    await must(401, "/jobs", { headers: here });
    await must(401, "/jobs", { headers: there });
    await must(200, "/jobs", { headers: cookieOf(String(changed.headers["set-cookie"]?.[0])) });
    await signIn("carla", {}, "another horse");
  });

  it("ends with the account, and a role that was taken counts at once", async () => {
    await must(201, "/access/users", {
      method: "POST",
      body: { name: "dora", password: PASSWORD, role: "admin" },
      headers: ADMIN,
    });
    const before = cookieOf(await signIn("dora"));
    await must(200, "/access/users/dora", { method: "PATCH", body: { role: "read" }, headers: ADMIN });
    await must(401, "/jobs", { headers: before });
    const after = cookieOf(await signIn("dora"));
    await must(403, "/audit", { headers: after });
    await must(200, "/access/users/dora", { method: "DELETE", headers: ADMIN });
    await must(401, "/jobs", { headers: after });
  });

  it("too often with wrong passwords has to wait, the server's token does not", async () => {
    const own = await startServer({ localJobs: 0, settings: { token: TOKEN } });
    const guess = () =>
      send(own.url, "/access/sign-in", { method: "POST", body: { name: "x", password: "no" } });
    const answers = await Promise.all(Array.from({ length: 15 }, guess));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers["retry-after"]).toMatch(/^\d+$/);
    expect((await send(own.url, "/jobs", { headers: ADMIN })).status).toBe(200);
    await own[Symbol.asyncDispose]();
  });
});

describe("a page of another site", () => {
  it("does nothing with a cookie of ours, even if a browser sent it", async () => {
    const cookie = cookieOf(await signIn("anna"));
    for (const other of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      const headers = { ...cookie, ...other };
      await must(403, "/jobs", { method: "POST", body: { source: "http://example.org/b" }, headers });
      await must(403, "/access/users/read", { method: "DELETE", headers });
      await must(403, "/access/sign-out", { method: "POST", headers });
      await must(403, "/events", { headers });
    }
  });

  it("cannot sign a browser in as somebody else", async () => {
    await must(403, "/access/sign-in", {
      method: "POST",
      body: { name: "anna", password: PASSWORD },
      headers: { origin: "https://evil.example" },
    });
  });
});

describe("an API key", () => {
  it("is shown once, begins with hy_, and is let in until it is revoked; its streams end with it", async () => {
    const { id, header } = await makeKey("read");
    expect(header["x-api-key"]).toMatch(/^hy_[\w-]{43}$/);
    await must(200, "/jobs", { headers: { authorization: `Bearer ${header["x-api-key"]}` } });
    const { text } = await must(200, "/access/keys", { headers: ADMIN });
    expect(text).not.toContain(header["x-api-key"]);
    const stream = await EventReader.open(server.url, "/events", header);
    await must(200, `/access/keys/${id}`, { method: "DELETE", headers: ADMIN });
    await stream.until("its end", () => stream.ended);
    await must(401, "/jobs", { headers: header });
  });

  it("that is none is refused on an open server, too: no other door opens for it", async () => {
    await using open = await startServer({ localJobs: 0 });
    const answer = await send(open.url, "/jobs", { headers: { "x-api-key": "hy_nothing" } });
    expect(answer.status).toBe(401);
    expect((await send(open.url, "/jobs", { headers: { "x-api-key": "whatever" } })).status).toBe(200);
  });
});

describe("what a proxy says of who asks", () => {
  it("counts from a trusted one only", async () => {
    const user = { "remote-user": "anna" };
    await must(401, "/jobs", { headers: user });
    const settings = { token: TOKEN, trustedProxies: ["127.0.0.0/8"], proxyUserHeader: "remote-user" };
    await using behind = await startServer({ localJobs: 0, settings });
    const ask = (path: string, headers: Record<string, string>) => send(behind.url, path, { headers });
    expect((await ask("/access", user)).json?.["asker"]).toEqual({
      name: "anna",
      role: "read",
      via: "proxy",
      may: expect.not.arrayContaining(["POST /jobs"]),
    });
    expect((await ask("/audit", user)).status).toBe(403);
    await send(behind.url, "/access/users", {
      method: "POST",
      body: { name: "anna", password: PASSWORD },
      headers: ADMIN,
    });
    expect((await ask("/audit", { "remote-user": "ANNA" })).status).toBe(200);
    expect((await ask("/jobs", { "remote-user": " " })).status).toBe(401);
    const nobody = { token: TOKEN, trustedProxies: ["127.0.0.1"], proxyUserHeader: "x-user" } as const;
    await using strict = await startServer({ localJobs: 0, settings: { ...nobody, proxyRole: "none" } });
    expect((await send(strict.url, "/jobs", { headers: { "x-user": "bob" } })).status).toBe(401);
  });
});

describe("the audit log", () => {
  /** One of its own: of very many refusals not each is written down. */
  let quiet: TestServer;
  beforeAll(async () => {
    quiet = await startServer({ localJobs: 0, settings: { token: TOKEN } });
  });
  afterAll(() => quiet[Symbol.asyncDispose]());
  interface Line {
    who: string;
    via: string;
    action: string;
    target: string;
    status: number;
  }
  const linesOf = async (): Promise<Line[]> =>
    (await must(quiet, 200, "/audit?limit=500", { headers: ADMIN })).json?.["entries"] as Line[];
  /** A line is written when the answer is out. */
  const until = async (fits: (line: Line) => boolean): Promise<void> => {
    await expect.poll(async () => (await linesOf()).some(fits)).toBe(true);
  };

  it("tells who did what, who came in and who was turned away, and not who looked", async () => {
    const { header } = await makeKey("operate", quiet);
    await must(quiet, 200, "/plan", { method: "POST", body: { source: "no-such-model" }, headers: header });
    await must(quiet, 201, "/jobs", {
      method: "POST",
      body: { source: "http://example.org/audited.bin?token=hunter2" },
      headers: header,
    });
    await must(quiet, 403, "/limit-rate", {
      method: "PUT",
      body: {},
      headers: (await makeKey("read", quiet)).header,
    });
    await must(quiet, 404, `/jobs/${UNKNOWN}/pause`, { method: "POST", headers: ADMIN });
    await must(quiet, 401, "/access/sign-in", { method: "POST", body: { name: "anna", password: "no" } });
    await until((line) => line.who === "key for operate" && line.action === "addJob" && line.status === 201);
    await until(
      (line) => line.who === "key for read" && line.action === "changeLimit" && line.status === 403,
    );
    await until((line) => line.who === "token" && line.action === "pauseJob" && line.target === UNKNOWN);
    await must(quiet, 401, "/jobs", { headers: { authorization: "Bearer guessed" } });
    await must(quiet, 401, "/models", {});
    await until((line) => line.action === "listJobs" && line.status === 401);
    await until((line) => line.action === "signIn" && line.target === "anna" && line.status === 401);
    const lines = await linesOf();
    expect(lines.some(({ action, status }) => action === "listJobs" && status === 200)).toBe(false);
    expect(lines.some(({ action }) => action === "plan")).toBe(false);
    // A page that asks before anybody has signed in was not turned away.
    expect(lines.some(({ action }) => action === "listModels")).toBe(false);
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  it("has one line per line, whatever somebody calls themselves", async () => {
    await must(quiet, 401, "/access/sign-in", {
      method: "POST",
      body: { name: "x\r\n2026 anna did it\u001b[31m", password: "no" },
    });
    await until(({ target }) => target === "x··2026 anna did it·[31m");
  });
});
