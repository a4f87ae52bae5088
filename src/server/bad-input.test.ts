import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send, sendBytes } from "./testing/send.ts";
import type { Raw, Sent } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import { stateOf } from "./testing/state-of.ts";
import type { TestServer } from "./testing/test-server.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const SECRET = "hunter2-hunter2-hunter2";
const HUGE = "x".repeat(100_000);
const INFO = { name: "New", url: "http://127.0.0.1:1/new.safetensors", path: "checkpoints/new.safetensors" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };

const CATALOGUE = {
  sd: {
    name: "Stable Diffusion",
    models: {
      base: {
        name: "Base",
        url: "http://127.0.0.1:1/base.safetensors",
        path: "checkpoints/base.safetensors",
      },
      escape: { name: "Escape", url: "http://127.0.0.1:1/e", path: "../../etc/passwd" },
    },
  },
};

let running: TestServer;
let jobId: string;

beforeAll(async () => {
  // No job runs: nothing but the requests can change anything.
  running = await startServer({ catalogue: CATALOGUE, localJobs: 0 });
  const made = await send(running.url, "/jobs", {
    method: "POST",
    body: { source: "http://127.0.0.1:1/one.bin", headers: { Authorization: `Bearer ${SECRET}` } },
  });
  jobId = String(made.json?.["id"]);
});
afterAll(() => running[Symbol.asyncDispose]());

interface Bad {
  what: string;
  path: string;
  sent: Sent;
  status: number;
  /** The field that has to be named; null: none is at fault. */
  field: string | null;
}

function post(path: string, what: string, body: unknown, field: string | null, more: Partial<Bad> = {}): Bad {
  return { what, path, sent: { method: "POST", body }, status: 400, field, ...more };
}

const job = (what: string, more: Record<string, unknown>, field: string): Bad =>
  post("/jobs", what, { source: "http://127.0.0.1:1/new.bin", ...more }, field);

const BAD_JOBS: Bad[] = [
  post("/jobs", "nothing", undefined, "body"),
  post("/jobs", "a list for an object", [], "body"),
  post("/jobs", "null", "null", "body", { sent: { method: "POST", headers: JSON_TYPE, body: "null" } }),
  post("/jobs", "text for an object", '"x"', "body", {
    sent: { method: "POST", headers: JSON_TYPE, body: '"x"' },
  }),
  post("/jobs", "no source", {}, "source"),
  post("/jobs", "an empty source", { source: "" }, "source"),
  post("/jobs", "a number for a source", { source: 5 }, "source"),
  post("/jobs", "a list for a source", { source: ["http://x/"] }, "source"),
  post("/jobs", "a huge source", { source: `http://x/${HUGE}` }, "source"),
  post("/jobs", "a null byte in the source", { source: "http://x/\u0000" }, "source"),
  post("/jobs", "a list with nothing in it", { source: "# nothing\r\n" }, "source"),
  post("/jobs", "a vertical tab in the source", { source: "http://x/\u000bHost: y" }, "source"),
  post("/jobs", "a source of a scheme nobody fetches", { source: "ftp://x/y" }, "source"),
  post("/jobs", "a file: URL", { source: "file:///etc/passwd" }, "source"),
  post("/jobs", "a model nobody knows", { source: "sd/nothing" }, "source", { status: 404 }),
  job("a field nobody knows", { sourcee: "x" }, "sourcee"),
  job("a path that leaves its folder", { path: "../../etc/passwd" }, "path"),
  job("an absolute path outside", { path: "/etc/passwd" }, "path"),
  job("a path with a null byte", { path: "a\u0000b" }, "path"),
  job("a path to a dotfile", { path: ".bashrc" }, "path"),
  job("a number for a path", { path: 1 }, "path"),
  job("a huge path", { path: HUGE }, "path"),
  job("a hash that is too short", { sha256: "abc" }, "sha256"),
  job("a hash of other letters", { sha256: "z".repeat(64) }, "sha256"),
  job("a negative size", { size: -1 }, "size"),
  job("a size that is no whole number", { size: 1.5 }, "size"),
  job("a size beyond what numbers can count", { size: 1e300 }, "size"),
  job("text for a size", { size: "12" }, "size"),
  job("a list for headers", { headers: ["a"] }, "headers"),
  job("a header name that is none", { headers: { "a@b": "c" } }, "headers.a@b"),
  job("a header name that is a whole header", { headers: { "X-A: 5ECRET": "c" } }, "headers"),
  job("a header value with a line end", { headers: { "X-A": "b\r\nX-C: d" } }, "headers.X-A"),
  job("a number for a header", { headers: { "X-A": 1 } }, "headers.X-A"),
  job("a header the transfer sets", { headers: { Range: "bytes=0-1" } }, "headers.Range"),
  job("text for mirrors", { mirrors: "http://x/" }, "mirrors"),
  job("a mirror that is no URL", { mirrors: ["nonsense"] }, "mirrors.0"),
  job("too many mirrors", { mirrors: Array.from({ length: 65 }, () => "http://x/y") }, "mirrors"),
  job("a priority out of range", { priority: 5000 }, "priority"),
  job("text for a priority", { priority: "high" }, "priority"),
  job("a limit below a kilobyte", { limit_rate: 1 }, "limit_rate"),
  job("a limit below a kilobyte, in words", { limit_rate: "1B/s" }, "limit_rate"),
  job("a limit that is no rate", { limit_rate: "fast" }, "limit_rate"),
  job("a limit that is no whole number", { limit_rate: 5000.5 }, "limit_rate"),
  job("a list for a limit", { limit_rate: ["5M"] }, "limit_rate"),
  job("a schedule for the limit of one", { limit_rate: "08:00-18:00=5M" }, "limit_rate"),
  job("an after that is no id", { after: "x" }, "after"),
  job("an after nobody knows", { after: UNKNOWN }, "after"),
  job("text for replace", { replace: "yes" }, "replace"),
  job("a machine nobody knows", { to: "mars" }, "to"),
  post("/jobs", "another content type", "source=x", null, {
    status: 415,
    sent: { method: "POST", headers: FORM, body: "source=x" },
  }),
  post("/jobs", "text without a type", "x", null, {
    status: 415,
    sent: { method: "POST", headers: { "content-type": "text/plain" }, body: "x" },
  }),
  post("/jobs", "JSON that breaks off", `{"source": "${SECRET}`, "body", {
    sent: { method: "POST", headers: JSON_TYPE, body: `{"source": "${SECRET}` },
  }),
  post("/jobs", "bytes that are not UTF-8", "", "body", {
    sent: {
      method: "POST",
      headers: JSON_TYPE,
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    },
  }),
  post("/jobs", "a prototype", "", "body", {
    sent: { method: "POST", headers: JSON_TYPE, body: '{"source":"http://x/","__proto__":{"priority":1}}' },
  }),
  post("/jobs", "very deep nesting", "", "body", {
    sent: { method: "POST", headers: JSON_TYPE, body: "[".repeat(50_000) + "]".repeat(50_000) },
  }),
  post("/jobs", "seventeen megabytes", { source: "x".repeat(17_000_000) }, null, { status: 413 }),
];

const ONE_JOB: Bad[] = [
  ...["", "/history", "/log"].map((end) => ["GET", end] as const),
  ...["/pause", "/resume", "/now", "/cancel", "/retry", "/move"].map((end) => ["POST", end] as const),
  ["PATCH", ""] as const,
  ["DELETE", ""] as const,
].flatMap(([method, end]) => {
  const body = end === "/move" || method === "PATCH" ? { body: { priority: 1 } } : {};
  const bad = (what: string, id: string, status: number): Bad => ({
    what: `${method} ${end}: ${what}`,
    path: `/jobs/${id}${end}`,
    sent: { method, ...body },
    status,
    field: "id",
  });
  return [
    bad("an id that is none", "5", 400),
    bad("a traversal for an id", "..%2f..%2fetc%2fpasswd", 400),
    bad("a null byte for an id", "%00", 400),
    bad("a huge id", "a".repeat(5000), 400),
    bad("an id nobody knows", UNKNOWN, 404),
  ];
});

const QUERIES: Bad[] = [
  ["a status nobody knows", "status=SLEEPING", "status"],
  ["a limit of nothing", "limit=0", "limit"],
  ["a limit beyond the largest", "limit=100000", "limit"],
  ["a limit that is no number", "limit=many", "limit"],
  ["a sort nobody knows", "sort=luck", "sort"],
  ["a cursor of another page", "cursor=bm9uc2Vuc2U", "cursor"],
  ["a cursor that is none", "cursor=%00%01", "cursor"],
  ["a search that is too long", `search=${"s".repeat(300)}`, "search"],
  ["a search with a null byte", "search=a%00b", "search"],
  ["a search given twice", "search=a&search=b", "search"],
].map(([what = "", query, field = ""]) => ({ what, path: `/jobs?${query}`, sent: {}, status: 400, field }));

const ACTIONS: Bad[] = [
  post("/jobs/actions", "nothing", undefined, "body"),
  post("/jobs/actions", "no action", { ids: [] }, "action"),
  post("/jobs/actions", "an action nobody knows", { action: "explode", ids: [] }, "action"),
  post("/jobs/actions", "neither ids nor filter", { action: "remove" }, "body"),
  post("/jobs/actions", "both ids and filter", { action: "remove", ids: [], filter: {} }, "body"),
  post("/jobs/actions", "a move without a priority", { action: "move", ids: [] }, "priority"),
  post("/jobs/actions", "a pause with a priority", { action: "pause", priority: 1, ids: [] }, "priority"),
  post("/jobs/actions", "a kind nobody knows", { action: "pause", filter: { kind: "x" } }, "filter.kind"),
  post(
    "/jobs/actions",
    "a time that is none",
    { action: "remove", filter: { ended_before: "noon" } },
    "filter.ended_before",
  ),
  post("/jobs/actions", "an id that is none", { action: "remove", ids: ["x"] }, "ids.0"),
  post("/jobs/actions", "text for ids", { action: "remove", ids: "x" }, "ids"),
  post("/jobs/actions", "a filter nobody knows", { action: "remove", filter: { stat: [] } }, "filter.stat"),
  post(
    "/jobs/actions",
    "a status nobody knows",
    { action: "remove", filter: { status: ["X"] } },
    "filter.status.0",
  ),
  post("/jobs/actions", "text for a filter", { action: "remove", filter: "all" }, "filter"),
  post(
    "/jobs/actions",
    "too many ids",
    { action: "remove", ids: Array.from({ length: 10_001 }, () => UNKNOWN) },
    "ids",
  ),
];

const EVENTS: Bad[] = [
  {
    what: "a Last-Event-ID that is none",
    path: "/events",
    sent: { headers: { "last-event-id": "x" } },
    status: 400,
    field: "Last-Event-ID",
  },
  {
    what: "a negative Last-Event-ID",
    path: "/events?last_event_id=-1",
    sent: {},
    status: 400,
    field: "Last-Event-ID",
  },
  {
    what: "a snapshot of another kind",
    path: "/events?snapshot=yes",
    sent: {},
    status: 400,
    field: "snapshot",
  },
];

const adjust = (what: string, body: unknown, field: string, more: Partial<Bad> = {}): Bad => ({
  what,
  path: "/jobs/:id",
  sent: { method: "PATCH", body },
  status: 400,
  field,
  ...more,
});

const ADJUSTMENTS: Bad[] = [
  adjust("nothing", undefined, "body"),
  adjust("nothing to change", {}, "body"),
  adjust("a list for an object", [], "body"),
  adjust("a field nobody knows", { limit_rate: null, limit: 5 }, "limit"),
  adjust("a limit below a kilobyte", { limit_rate: 1023 }, "limit_rate"),
  adjust("a negative limit", { limit_rate: -1 }, "limit_rate"),
  adjust("a limit beyond what numbers can count", { limit_rate: 1e300 }, "limit_rate"),
  adjust("a limit that is no rate", { limit_rate: "fast" }, "limit_rate"),
  adjust("an empty limit", { limit_rate: "" }, "limit_rate"),
  adjust("a huge text for a limit", { limit_rate: HUGE }, "limit_rate"),
  adjust("a limit that is an object", { limit_rate: { rate: 5 } }, "limit_rate"),
  adjust("true for a limit", { limit_rate: true }, "limit_rate"),
  adjust("off, which is what pausing is for", { limit_rate: "off" }, "limit_rate"),
  adjust("a priority out of range", { priority: 1001 }, "priority"),
  adjust("null for a priority", { limit_rate: "5M", priority: null }, "priority"),
];

const limit = (what: string, body: unknown, field: string, more: Partial<Bad> = {}): Bad => ({
  what,
  path: "/limit-rate",
  sent: { method: "PUT", body },
  status: 400,
  field,
  ...more,
});

const LIMITS: Bad[] = [
  limit("nothing", undefined, "body"),
  limit("no limit", {}, "limit_rate"),
  limit("a list for an object", [], "body"),
  limit("a field nobody knows", { limit_rate: null, until: "noon" }, "until"),
  limit("a rate that is none", { limit_rate: "fast" }, "limit_rate"),
  limit("an empty text", { limit_rate: "" }, "limit_rate"),
  limit("less than a kilobyte", { limit_rate: 1 }, "limit_rate"),
  limit("a window without a rate", { limit_rate: "mon-fri 08:00-18:00" }, "limit_rate"),
  limit("a day nobody knows", { limit_rate: "mo-fr 08:00-18:00=5M" }, "limit_rate"),
  limit("an hour that is none", { limit_rate: "08:00-25:00=5M" }, "limit_rate"),
  limit("a huge text", { limit_rate: HUGE }, "limit_rate"),
  limit("a list of windows", { limit_rate: ["08:00-18:00=5M"] }, "limit_rate"),
];

const MOVES: Bad[] = [
  ["nothing", undefined, "body"],
  ["no priority", {}, "priority"],
  ["text for a priority", { priority: "1" }, "priority"],
  ["a priority out of range", { priority: 1001 }, "priority"],
  ["a priority and a place", { priority: 1, to: "top" }, "priority"],
  ["two places", { to: "top", before: crypto.randomUUID() }, "priority"],
  ["a place nobody knows", { to: "middle" }, "to"],
  ["no id of a job", { behind: "../1" }, "behind"],
].map(([what, body, field]) => post("/jobs/:id/move", String(what), body, String(field)));

const info = (more: Record<string, unknown>): Record<string, unknown> => ({ ...INFO, ...more });
const add = (
  what: string,
  more: Record<string, unknown>,
  field: string | null,
  rest: Partial<Bad> = {},
): Bad =>
  post("/add_model", what, { model_set: "sd", model_name: "New", model_info: INFO, ...more }, field, rest);
const edit = (
  what: string,
  more: Record<string, unknown>,
  field: string | null,
  rest: Partial<Bad> = {},
): Bad =>
  post("/edit_model", what, { model_set: "sd", model_id: "base", model_info: INFO, ...more }, field, rest);

const COMPAT: Bad[] = [
  post("/download", "nothing", undefined, "body"),
  post("/download", "a list", [], "body"),
  post("/download", "no model", { model_set: "sd" }, "model_id"),
  post("/download", "no set", { model_id: "base" }, "model_set"),
  post("/download", "a set nobody knows", { model_id: "base", model_set: "nope" }, "model_set"),
  post("/download", "a set that every object has", { model_id: "base", model_set: "__proto__" }, "model_set"),
  post("/download", "a model nobody knows", { model_id: "nope", model_set: "sd" }, "model_id", {
    status: 404,
  }),
  post(
    "/download",
    "a model that every object has",
    { model_id: "constructor", model_set: "sd" },
    "model_id",
    { status: 404 },
  ),
  post(
    "/download",
    "a model whose path leaves the models folder",
    { model_id: "escape", model_set: "sd" },
    "model_id",
  ),
  post("/download", "a number for a model", { model_id: 1, model_set: "sd" }, "model_id"),
  post("/download", "an object for a model", { model_id: {}, model_set: "sd" }, "model_id"),
  post("/download", "a huge model", { model_id: HUGE, model_set: "sd" }, "model_id"),
  post("/download", "a null byte", { model_id: "base\u0000", model_set: "sd" }, "model_id", { status: 404 }),
  post("/download", "a traversal", { model_id: "../../etc", model_set: "sd" }, "model_id", { status: 404 }),
  post("/download", "a form without a set", "", "model_set", {
    sent: { method: "POST", headers: FORM, body: "model_id=base" },
  }),
  post("/download", "a form that names a field twice", "", "body", {
    sent: { method: "POST", headers: FORM, body: "model_id=base&model_id=base&model_set=sd" },
  }),
  post("/download", "a form with a file", "", "body", {
    sent: {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=boundary" },
      body: '--boundary\r\nContent-Disposition: form-data; name="model_id"; filename="x"\r\n\r\nx\r\n--boundary--\r\n',
    },
  }),
  post("/download", "a form that breaks off", "", "body", {
    sent: {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=boundary" },
      body: "--boundary\r\nConten",
    },
  }),
  post("/download", "broken JSON", "", "body", { sent: { method: "POST", headers: JSON_TYPE, body: "{" } }),
  post("/download", "another content type", "", null, {
    status: 415,
    sent: { method: "POST", headers: { "content-type": "text/xml" }, body: "<a/>" },
  }),
  post("/download", "two megabytes", { model_id: "x".repeat(2_000_000) }, null, { status: 413 }),
  post("/clear_completed", "another content type", "", null, {
    status: 415,
    sent: { method: "POST", headers: { "content-type": "text/xml" }, body: "<a/>" },
  }),
  post("/reload_config", "broken JSON", "", "body", {
    sent: { method: "POST", headers: JSON_TYPE, body: "{" },
  }),

  add("nothing at all", { model_set: undefined, model_name: undefined, model_info: undefined }, "model_set"),
  post("/add_model", "no body", undefined, "body"),
  post("/add_model", "a list", [], "body"),
  add("no name", { model_name: undefined }, "model_name"),
  add("no info", { model_info: undefined }, "model_info"),
  add("a list for an info", { model_info: [] }, "model_info"),
  add("an info without a URL", { model_info: { name: "a", path: "b" } }, "model_info.url"),
  add("an info without a path", { model_info: { name: "a", url: "http://x/" } }, "model_info.path"),
  add("a URL of another scheme", { model_info: info({ url: "file:///etc/passwd" }) }, "url"),
  add("a path that leaves the folder", { model_info: info({ path: "../../etc/cron.d/x" }) }, "path"),
  add("an absolute path", { model_info: info({ path: "/etc/cron.d/x" }) }, "path"),
  add("a path with a null byte", { model_info: info({ path: "a\u0000" }) }, "path"),
  add("a huge path", { model_info: info({ path: HUGE }) }, "model_info.path"),
  add("a hash that is none", { model_info: info({ sha256: "1234" }) }, "model_info.sha256"),
  add("a size that is none", { model_info: info({ size: "big" }) }, "model_info.size"),
  add("a huge name", { model_name: HUGE }, "model_name"),
  add("a name with a control character", { model_name: "a\u0007b" }, "model_name"),
  add("a number for a set", { model_set: 5 }, "model_set"),
  add("a set nobody knows", { model_set: "nope" }, null, { status: 404 }),
  add("a new set that is there", { new_group: true }, null, { status: 409 }),
  add("a new set called like a prototype", { model_set: "__proto__", new_group: true }, "model_set"),
  add("a new set with a line end", { model_set: "a\nb", new_group: true }, "model_set"),
  add("text for new_group", { new_group: "yes" }, "new_group"),
  add("a field that is a prototype", {}, "body", {
    sent: {
      method: "POST",
      headers: JSON_TYPE,
      body: '{"model_set":"sd","model_name":"x","model_info":{"name":"x","url":"http://x/","path":"x","__proto__":{}}}',
    },
  }),

  edit("a model nobody knows", { model_id: "nope" }, null, { status: 404 }),
  edit("a set nobody knows", { model_set: "nope" }, null, { status: 404 }),
  edit("no info", { model_info: undefined }, "model_info"),
  edit("no id", { model_id: undefined }, "model_id"),
  edit("a path that leaves the folder", { model_info: info({ path: "../x" }) }, "path"),
  edit("a list for a URL", { model_info: info({ url: [] }) }, "model_info.url"),

  post("/delete_model", "nothing", undefined, "body"),
  post("/delete_model", "no id", { model_set: "sd" }, "model_id"),
  post("/delete_model", "a model nobody knows", { model_set: "sd", model_id: "nope" }, null, { status: 404 }),
  post("/delete_model", "a set nobody knows", { model_set: "nope", model_id: "base" }, null, { status: 404 }),
  post("/delete_model", "an object for a set", { model_set: {}, model_id: "base" }, "model_set"),
];

describe.each([
  ["POST /jobs", BAD_JOBS],
  ["the routes of one job", ONE_JOB],
  ["GET /jobs", QUERIES],
  ["POST /jobs/actions", ACTIONS],
  ["POST /jobs/{id}/move", MOVES],
  ["PATCH /jobs/{id}", ADJUSTMENTS],
  ["PUT /limit-rate", LIMITS],
  ["GET /events", EVENTS],
  ["old system B", COMPAT],
])("%s refuses bad input, names the field, and changes nothing", (_, table) => {
  it.each(table.map((bad) => [`${bad.path.split("?")[0]?.slice(0, 60)}: ${bad.what}`, bad] as const))(
    "%s",
    async (__, bad) => {
      const before = await stateOf(running);
      const answer = await send(running.url, bad.path.replace(":id", jobId), bad.sent);
      expect(answer.text).toSatisfy((text: string) => text.length < 1000);
      expect(answer.status).toBe(bad.status);
      expectError(answer, bad.field);
      expect(answer.json && "error" in answer.json).toBe(table === COMPAT);
      if (table === COMPAT) expect(answer.json?.["error"]).toBe(answer.json?.["message"]);
      expect(await stateOf(running)).toEqual(before);
    },
  );
});

function expectError({ json, text, headers }: Raw, field: string | null): void {
  expect(json).toMatchObject({
    success: false,
    message: expect.any(String),
    code: expect.stringMatching(/^[a-z_]+$/),
  });
  expect(json?.["field"] ?? null).toBe(field);
  if (field !== null && /^(?:id|body|[a-z_.0-9]+)$/.test(field))
    expect(json?.["message"]).toContain(field.split(".")[0]);
  expect(text).not.toContain(SECRET);
  expect(text).not.toMatch(/node_modules|\bat .*\.ts:|x{200}/);
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(headers["x-content-type-options"]).toBe("nosniff");
}

describe("addresses and methods", () => {
  it("answers an unknown address with a JSON 404", async () => {
    const answer = await send(running.url, "/nothing/here");
    expect(answer.status).toBe(404);
    expectError(answer, null);
  });

  it.each([
    ["PUT", "/jobs", "GET, HEAD, POST"],
    ["PUT", "/jobs/actions", "POST"],
    ["GET", "/download", "POST"],
    ["POST", "/status", "GET, HEAD"],
    ["OPTIONS", "/events", "GET"],
    ["GET", `/jobs/${UNKNOWN}/pause`, "POST"],
  ])("answers %s %s with 405 and what is allowed", async (method, path, allow) => {
    const answer = await send(running.url, path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers["allow"]).toBe(allow);
    expectError(answer, null);
    expect(answer.json && "error" in answer.json).toBe(path === "/download" || path === "/status");
  });

  it.each([
    ["status=paused,sleeping", "status must be one of PENDING, RUNNING", "'paused,sleeping' came."],
    ["limit=0", "limit must be at least 1", "0 came."],
  ])("tells of %s what came", async (query, demand, came) => {
    const { json } = await send(running.url, `/jobs?${query}`);
    expect(json?.["message"]).toMatch(new RegExp(`^${demand}.*, ${came}$`));
  });

  it("answers a broken percent sign with 400", async () => {
    const answer = await send(running.url, "/jobs/%zz");
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ success: false, code: "bad_request" });
  });

  it.each([
    "/../../etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/assets/../../model_configs.json",
    "/assets/..%2f..%2fmodel_configs.json",
    "/.env",
    "//etc/passwd",
  ])("gives nothing away at %s", async (path) => {
    await mkdir(join(running.folder, "web", "assets"), { recursive: true });
    await writeFile(join(running.folder, "web", ".env"), "SECRET");
    const answer = await send(running.url, path);
    expect(answer.status).toBe(404);
  });

  it("answers a head that is too long with 431", async () => {
    const came = await sendBytes(
      running.port,
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${HUGE}\r\n\r\n`,
    );
    expect(came).toMatch(/^HTTP\/1\.1 431 /);
    expect(JSON.parse(came.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      success: false,
      code: "headers_too_large",
    });
  });

  it("answers what is not HTTP with 400", async () => {
    const came = await sendBytes(running.port, "HELLO\r\n\r\n");
    expect(came).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(came.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      success: false,
      code: "bad_request",
    });
  });

  it("takes no request that could be read in two ways", async () => {
    const came = await sendBytes(
      running.port,
      "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    expect(came).toMatch(/^HTTP\/1\.1 400 /);
  });
});
