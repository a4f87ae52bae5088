import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiError, Unreachable } from "./api-error.ts";
import { createClient } from "./create-client.ts";
import type { Client } from "./create-client.ts";
import { addressOf } from "./send-request.ts";
import { makeJob } from "./testing/make-job.ts";
import { json, startScriptedServer } from "./testing/scripted-server.ts";
import type { ScriptedServer } from "./testing/scripted-server.ts";

const job = makeJob();
let server: ScriptedServer;
let client: Client;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.goAway());
beforeEach(() => {
  server.routes = {};
  server.seen.length = 0;
  client = createClient({ baseUrl: server.url });
});

const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error: unknown) => error,
  );

describe("addresses", () => {
  it.each([
    ["http://host:1/", "/jobs", "http://host:1/jobs"],
    ["https://host/haulyard", "/jobs/1/pause", "https://host/haulyard/jobs/1/pause"],
    [".", "/events", "./events"],
    ["", "/events", "./events"],
    ["./", "/events", "./events"],
    ["/behind/proxy/", "/jobs", "/behind/proxy/jobs"],
  ])("of %j and %j are %j, so that the page works behind any path", (base, path, address) => {
    expect(addressOf(base, path, {})).toBe(address);
  });

  it("leave out what was not asked and escape what was", () => {
    expect(addressOf("", "/jobs", { search: "a&b=ü", limit: 5, cursor: undefined })).toBe(
      "./jobs?search=a%26b%3D%C3%BC&limit=5",
    );
  });

  it("take an id apart from the path, whatever it holds", async () => {
    await failureOf(client.jobs.get("../health?x"));
    expect(server.seen[0]?.line).toBe("GET /jobs/..%2Fhealth%3Fx");
  });
});

describe("calls", () => {
  it("say whether a job is new or was there already", async () => {
    server.routes["POST /jobs"] = json(201, job);
    expect(await client.jobs.create({ source: "https://a.example/x" })).toEqual({
      kind: "one",
      created: true,
      job,
    });
    expect(server.seen[0]).toMatchObject({ body: '{"source":"https://a.example/x"}' });
    server.routes["POST /jobs"] = json(200, job);
    expect(await client.jobs.create({ source: "https://a.example/x" })).toEqual({
      kind: "one",
      created: false,
      job,
    });
  });

  it("tell the jobs of a source of many, and what of it is left out", async () => {
    const many = {
      jobs: [job],
      count: 1,
      created: [job.id],
      skipped: [{ what: "a", reason: "b", file: null }],
      notes: [],
    };
    server.routes["POST /jobs"] = json(201, many);
    expect(await client.jobs.create({ source: "hf://org/repo" })).toEqual({ kind: "many", ...many });
  });

  it("remove a job by its own address", async () => {
    server.routes[`DELETE /jobs/${job.id}`] = json(200, { success: true, message: "Removed." });
    await client.jobs.remove(job.id);
    expect(server.seen.map(({ line }) => line)).toEqual([`DELETE /jobs/${job.id}`]);
  });

  it("change a job, and the limit for all, and nothing that is not given", async () => {
    server.routes[`PATCH /jobs/${job.id}`] = json(200, { ...job, limit_rate: 5000 });
    expect(await client.jobs.adjust(job.id, { limit_rate: "5k" })).toMatchObject({ limit_rate: 5000 });
    const now = { bytes_per_second: null, window: null, until: null };
    const limit = { limit_rate: "none", source: "setting", setting: "none", changed_at: null, now };
    server.routes["PUT /limit-rate"] = json(200, limit);
    expect(await client.limit.change(null)).toEqual(limit);
    expect(server.seen.map(({ body }) => body)).toEqual(['{"limit_rate":"5k"}', '{"limit_rate":null}']);
  });

  it("send no body and no content type where there is nothing to say", async () => {
    server.routes[`POST /jobs/${job.id}/pause`] = json(200, job);
    await client.jobs.pause(job.id);
    expect(server.seen[0]).toMatchObject({ body: "" });
    expect(server.seen[0]?.headers["content-type"]).toBeUndefined();
  });

  it("carry the token of the moment", async () => {
    let token: string | null = null;
    client = createClient({ baseUrl: server.url, token: () => token });
    server.routes[`GET /jobs/${job.id}`] = json(200, job);
    await client.jobs.get(job.id);
    token = "secret";
    await client.jobs.get(job.id);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, "Bearer secret"]);
  });

  it("stop when asked to, with the reason that was given", async () => {
    server.routes["GET /jobs"] = () => {}; // never answers
    const stop = new AbortController();
    const asked = failureOf(client.jobs.list({}, stop.signal));
    const reason = new Error("not wanted any more");
    setTimeout(() => stop.abort(reason), 20);
    expect(await asked).toBe(reason);
  });
});

describe("what goes wrong", () => {
  it("is the server's own error with its code and the field at fault", async () => {
    const said = { success: false, message: "source must be a URL", code: "bad_request", field: "source" };
    server.routes["POST /jobs"] = json(400, said);
    const error = await failureOf(client.jobs.create({ source: "x" }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: "bad_request", message: said.message, field: "source" });
  });

  it("is read from old system B's way of saying it too", async () => {
    server.routes["POST /download"] = json(409, { error: "Download already in progress" });
    const error = await failureOf(client.models.download({ model_id: "a", model_set: "b" }));
    expect(error).toMatchObject({ status: 409, code: "conflict", message: "Download already in progress" });
  });

  it("is no server, when nobody listens", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", () => resolve()));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await failureOf(createClient({ baseUrl: `http://127.0.0.1:${port}` }).health());
    expect(error).toBeInstanceOf(Unreachable);
    expect((error as Error).message).toMatch(
      `No server answers at http://127.0.0.1:${port} (connect ECONNREFUSED 127.0.0.1:${port}).`,
    );
  });

  it("is no server, when a proxy in front of it says so", async () => {
    server.routes["GET /jobs"] = (_request, response) =>
      void response.writeHead(502).end("<h1>Bad Gateway</h1>");
    expect(await failureOf(client.jobs.list())).toBeInstanceOf(Unreachable);
  });

  it("is a wrong answer, when something else than Haulyard listens there", async () => {
    const strange = await failureOf(client.jobs.list());
    expect(strange).toMatchObject({ name: "ApiError", status: 404, code: "bad_answer" });
    server.routes["GET /jobs"] = json(200, { jobs: [{ id: 1 }], next: null, counts: {}, event_id: "0" });
    const wrong = await failureOf(client.jobs.list());
    expect(wrong).toMatchObject({ name: "ApiError", status: 200, code: "bad_answer" });
    expect((wrong as Error).message).toContain("jobs.0.id");
  });

  it("never shows the password of an address", async () => {
    const error = new Unreachable("http://me:pass@host:1/x", "why");
    expect(error.message + error.baseUrl).not.toContain("pass");
    expect(error.message).toContain("http://***@host:1/x");
    // `fetch` repeats the address in its complaint.
    const called = await failureOf(createClient({ baseUrl: "http://me:pass@host:1" }).health());
    expect(called).toBeInstanceOf(Unreachable);
    expect((called as Unreachable).message + (called as Unreachable).why).not.toContain("pass");
  });
});
