import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { failure } from "../job/failure.ts";
import { HealthMessage } from "../wire/health.ts";
import { JobMessage } from "../wire/job-message.ts";
import { HistoryMessage, JobListMessage } from "../wire/requests.ts";
import { send } from "./testing/send.ts";
import type { Raw } from "./testing/send.ts";
import { soon } from "./testing/soon.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestOptions, TestServer } from "./testing/test-server.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const started: TestServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server[Symbol.asyncDispose]();
});

async function start(options: TestOptions = {}): Promise<TestServer> {
  const server = await startServer({ localJobs: 0, ...options });
  started.push(server);
  return server;
}

function add({ url }: TestServer, name: string, more: Record<string, unknown> = {}): Promise<Raw> {
  return send(url, "/jobs", { method: "POST", body: { source: `http://127.0.0.1:1/${name}`, ...more } });
}

async function addOne(
  server: TestServer,
  name: string,
  more: Record<string, unknown> = {},
): Promise<JobMessage> {
  return JobMessage.parse((await add(server, name, more)).json);
}

const act = ({ url }: TestServer, id: string, verb: string): Promise<Raw> =>
  send(url, `/jobs/${id}/${verb}`, { method: "POST" });

async function list({ url }: TestServer, query = ""): Promise<JobListMessage> {
  return JobListMessage.parse((await send(url, `/jobs?${query}`)).json);
}

describe("adding", () => {
  it("answers 201 with the job and where it is", async () => {
    const server = await start();
    const answer = await add(server, "a.bin", {
      priority: 7,
      sha256: "A".repeat(64),
      size: 5,
      limit_rate: 4096,
      headers: { Authorization: "Bearer x" },
    });
    expect(answer.status).toBe(201);
    const job = JobMessage.parse(answer.json);
    expect(job).toMatchObject({ status: "PENDING", priority: 7, limit_rate: 4096, name: "a.bin" });
    expect(job.steps[0]).toMatchObject({
      size: 5,
      checksum: { algorithm: "sha256", hex: "a".repeat(64) },
      headers: { Authorization: "***" },
    });
    const where = new URL(answer.headers.location ?? "", `${server.url}/jobs`).pathname;
    expect((await send(server.url, where)).json).toEqual(answer.json);
  });

  it("answers 200 with the job that is there already", async () => {
    const server = await start();
    const first = await addOne(server, "a.bin");
    const again = await add(server, "a.bin");
    expect(again.status).toBe(200);
    expect(again.json).toMatchObject({ id: first.id });
    expect((await list(server)).jobs).toHaveLength(1);
  });

  it("answers 200 with a complete job when the file is there and whole", async () => {
    const server = await start();
    server.transfers.there.set(`${server.downloads}/files/a.bin`, { kind: "whole", bytes: 42 });
    const answer = await add(server, "a.bin", { path: "a.bin" });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ status: "COMPLETE", progress: { percent: 100, bytes_done: 42 } });
  });

  it("waits for another job when told to", async () => {
    const server = await start();
    const first = await addOne(server, "a.bin");
    expect(await addOne(server, "b.bin", { after: first.id.toUpperCase() })).toMatchObject({
      after: first.id,
    });
  });
});

describe("listing", () => {
  it("pages through all jobs, each once, in the order asked for", async () => {
    const server = await start();
    for (let index = 0; index < 25; index += 1) await addOne(server, `${index}.bin`);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: JobListMessage = await list(server, `sort=oldest&limit=10${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.jobs.map(({ name }) => name));
      cursor = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `${index}.bin`));
  });

  it("finds by status and text, and counts all whatever is asked", async () => {
    const server = await start();
    const one = await addOne(server, "llama.gguf");
    await addOne(server, "flux.safetensors");
    await act(server, one.id, "pause");
    expect((await list(server, "status=PAUSED,running")).jobs.map(({ name }) => name)).toEqual([
      "llama.gguf",
    ]);
    const found = await list(server, "search=FLUX");
    expect(found.jobs.map(({ name }) => name)).toEqual(["flux.safetensors"]);
    expect(found.counts).toEqual({
      PENDING: 1,
      PAUSED: 1,
      RUNNING: 0,
      HOST_VERIFICATION_NEEDED: 0,
      COMPLETE: 0,
      FAILED: 0,
      CANCELLED: 0,
    });
    expect((await list(server, "host=mars")).jobs).toEqual([]);
  });

  it("tells the place in the event stream at which it was read", async () => {
    const server = await start();
    await addOne(server, "a.bin");
    expect((await list(server)).event_id).toBe(String(await server.engine.cursor()));
  });
});

describe("one job", () => {
  it("is found by its id, in upper case too", async () => {
    const server = await start();
    const { id } = await addOne(server, "a.bin");
    expect((await send(server.url, `/jobs/${id.toUpperCase()}`)).json).toMatchObject({ id });
  });

  it("does what is asked, and refuses with the reason what the rules do not allow", async () => {
    const server = await start();
    const { id } = await addOne(server, "a.bin");
    expect((await act(server, id, "pause")).json).toMatchObject({
      status: "PAUSED",
      paused: { why: "person" },
    });
    expect((await act(server, id, "resume")).json).toMatchObject({ status: "PENDING" });
    const refused = await act(server, id, "resume");
    expect(refused.status).toBe(409);
    expect(refused.json).toMatchObject({
      success: false,
      code: "conflict",
      message: "The job is pending, not paused.",
    });
    expect((await act(server, id, "cancel")).json).toMatchObject({ status: "CANCELLED" });
    expect((await act(server, id, "pause")).status).toBe(409);
    expect((await act(server, id, "retry")).json).toMatchObject({ status: "PENDING" });
    const move = await send(server.url, `/jobs/${id}/move`, { method: "POST", body: { priority: -5 } });
    expect(move.json).toMatchObject({ id, priority: -5 });
  });

  it("is put anywhere in the queue, also between two of one priority", async () => {
    const server = await start();
    const ids: Record<string, string> = {};
    for (const name of ["a", "b", "c", "d"]) ids[name] = (await addOne(server, `${name}.bin`)).id;
    const move = async (name: string, body: object): Promise<Raw> =>
      send(server.url, `/jobs/${ids[name]}/move`, { method: "POST", body });
    const order = async (): Promise<string> =>
      (await list(server, "sort=priority&status=PENDING")).jobs.map(({ name }) => name[0]).join("");
    await move("d", { behind: ids["a"] });
    expect(await order()).toBe("adbc");
    await move("c", { before: ids["d"] });
    expect(await order()).toBe("acdb");
    await move("b", { to: "top" });
    await move("a", { to: "bottom" });
    expect(await order()).toBe("bcda");

    await act(server, ids["b"] ?? "", "pause");
    expect((await move("b", { to: "top" })).json).toMatchObject({
      code: "conflict",
      message: "The job does not wait in the queue.",
    });
    expect((await move("a", { before: ids["b"] })).status).toBe(409);
    expect(await order()).toBe("cda");
  });

  it("tells every change of its state with time and reason", async () => {
    const server = await start();
    const { id } = await addOne(server, "a.bin");
    await act(server, id, "pause");
    await act(server, id, "cancel");
    const { history } = HistoryMessage.parse((await send(server.url, `/jobs/${id}/history`)).json);
    expect(history.map(({ from, to }) => [from, to])).toEqual([
      [null, "PENDING"],
      ["PENDING", "PAUSED"],
      ["PAUSED", "CANCELLED"],
    ]);
    expect(history.at(-1)?.reason).toBe("cancelled by a person");
  });

  it("tells why it failed, without secrets", async () => {
    const server = await start({ localJobs: 1 });
    const { id } = await addOne(server, "a.bin");
    const run = await server.transfers.begun(0);
    const message = "http://127.0.0.1:1/a.bin?token=hunter2 answered 403";
    run.finish({ kind: "failed", failure: failure("forbidden", message), bytesCame: false });
    await soon(async () => (await send(server.url, `/jobs/${id}`)).json?.["status"]).toBe("FAILED");
    const [job, history] = await Promise.all([
      send(server.url, `/jobs/${id}`),
      send(server.url, `/jobs/${id}/history`),
    ]);
    expect(job.json).toMatchObject({ error: { code: "forbidden", retryable: false } });
    expect(job.text + history.text).not.toContain("hunter2");
    expect(history.json).toMatchObject({
      history: expect.arrayContaining([expect.objectContaining({ code: "forbidden" })]),
    });
  });

  it("is gone once removed, its unfinished bytes too", async () => {
    const server = await start();
    const { id, destination } = await addOne(server, "a.bin", { path: "a.bin" });
    const removed = await send(server.url, `/jobs/${id}`, { method: "DELETE" });
    expect(removed.json).toEqual({ success: true });
    expect(server.transfers.discarded).toEqual([destination]);
    for (const path of [`/jobs/${id}`, `/jobs/${id}/history`])
      expect((await send(server.url, path)).status).toBe(404);
    expect((await send(server.url, `/jobs/${id}`, { method: "DELETE" })).status).toBe(404);
  });
});

describe("many jobs at once", () => {
  const actions = ({ url }: TestServer, body: unknown): Promise<Raw> =>
    send(url, "/jobs/actions", { method: "POST", body });

  it("are acted on by id; those that refuse or are unknown are named", async () => {
    const server = await start();
    const one = await addOne(server, "1.bin");
    const two = await addOne(server, "2.bin");
    await act(server, two.id, "cancel");
    const answer = await actions(server, {
      action: "pause",
      ids: [one.id, two.id, UNKNOWN, one.id.toUpperCase()],
    });
    expect(answer.json).toEqual({
      success: true,
      changed: [one.id],
      refused: [
        { id: two.id, code: "conflict", message: "The job is cancelled." },
        { id: UNKNOWN, code: "not_found", message: "There is no such job." },
      ],
    });
  });

  it("are acted on by filter, and an empty one means all", async () => {
    const server = await start();
    for (const name of ["a.gguf", "b.gguf", "c.bin"]) await addOne(server, name);
    expect(
      (await actions(server, { action: "cancel", filter: { search: "gguf" } })).json?.["changed"],
    ).toHaveLength(2);
    expect((await list(server, "status=CANCELLED")).jobs).toHaveLength(2);
    await actions(server, { action: "remove", filter: { status: ["CANCELLED"] } });
    expect((await list(server)).jobs.map(({ name }) => name)).toEqual(["c.bin"]);
    await actions(server, { action: "remove", filter: {} });
    expect((await list(server)).jobs).toEqual([]);
  });

  it("are found by every word of a search, by the kind of their source and by when they ended", async () => {
    const server = await start();
    for (const name of ["big-one.gguf", "one.bin", "big-two.bin"]) await addOne(server, name);
    const pause = (filter: object) => actions(server, { action: "pause", filter });
    expect((await pause({ search: "one big" })).json?.["changed"]).toHaveLength(1);
    expect((await pause({ kind: "image" })).json?.["changed"]).toEqual([]);
    expect((await pause({ kind: "url", search: "two" })).json?.["changed"]).toHaveLength(1);

    await actions(server, { action: "cancel", filter: {} });
    const ended = (await list(server)).jobs.map(({ ended_at: at }) => Date.parse(at ?? ""));
    const removed = (ms: number) =>
      actions(server, { action: "remove", filter: { ended_before: new Date(ms).toISOString() } });
    expect((await removed(Math.min(...ended) - 1)).json?.["changed"]).toEqual([]);
    await addOne(server, "waits.bin");
    expect((await removed(Math.max(...ended))).json?.["changed"]).toHaveLength(3);
    expect((await list(server)).jobs.map(({ name }) => name)).toEqual(["waits.bin"]);
  });

  it("get another priority together", async () => {
    const server = await start();
    for (const name of ["a.bin", "b.bin"]) await addOne(server, name);
    const last = await addOne(server, "c.bin");
    await actions(server, { action: "move", priority: 7, ids: [last.id] });
    await actions(server, { action: "move", priority: -3, filter: { search: "a.bin" } });
    const { jobs } = await list(server, "sort=priority");
    expect(jobs.map(({ name, priority }) => [name, priority])).toEqual([
      ["c.bin", 7],
      ["b.bin", 0],
      ["a.bin", -3],
    ]);
  });

  it("are left alone by an empty list of ids", async () => {
    const server = await start();
    await addOne(server, "a.bin");
    expect((await actions(server, { action: "remove", ids: [] })).json).toEqual({
      success: true,
      changed: [],
      refused: [],
    });
    expect((await list(server)).jobs).toHaveLength(1);
  });
});

describe("the server", () => {
  it("is ready while its store answers", async () => {
    const server = await start();
    expect((await send(server.url, "/ready")).json).toEqual({ success: true });
    await server.store.close();
    const answer = await send(server.url, "/ready");
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({ success: false, code: "unavailable" });
  });

  it("answers what nobody expected with 500 and where to look, and no more", async () => {
    const server = await start();
    await server.store.close();
    const answer = await send(server.url, "/jobs");
    expect(answer.status).toBe(500);
    const id = /request (\S+)\.$/.exec(String(answer.json?.["message"]))?.[1];
    expect(server.log.some((line) => line["reqId"] === id && line["err"] !== undefined)).toBe(true);
    expect(answer.text).not.toMatch(/sqlite|database|\.ts/i);
  });

  it("names what is wrong with extra_model_paths.yaml in /health, until it is mended", async () => {
    const server = await start();
    const file = join(server.folder, "extra_model_paths.yaml");
    const messages = async (): Promise<unknown> => (await send(server.url, "/health")).json?.["problems"];
    await writeFile(file, "ours: [broken");
    expect(await messages()).toMatchObject([
      { code: "extra_model_paths", message: expect.stringContaining("nothing of it is used") },
    ]);
    await writeFile(file, `ours:\n  vae: ${server.folder}/vae\n`);
    expect(await messages()).toEqual([]);
    expect((await send(server.url, "/models")).json?.["extra_dirs"]).toEqual([`${server.folder}/vae`]);
  });

  it("hints at what is not set up, without calling it a problem", async () => {
    const server = await start({ settings: { lacks: ["civitai_api_key"] } });
    const health = HealthMessage.parse((await send(server.url, "/health")).json);
    expect(health.status).toBe("ok");
    expect(health.hints.map(({ code }) => code)).toEqual(["no_civitai_key"]);
  });

  it("names its problems in /health", async () => {
    const catalogue = { sd: { name: "SD", models: { bad: { name: "Bad", url: "ftp://x/y", path: "a" } } } };
    const server = await start({ catalogue });
    server.problems.report("a", { code: "file_rejected", message: "A file." });
    server.problems.report("a", { code: "file_rejected", message: "A file." });
    expect((await send(server.url, "/health")).json).toMatchObject({
      status: "degraded",
      version: "1.2.3",
      node: "here",
      problems: [
        { code: "file_rejected", message: "A file." },
        { code: "bad_model_entry", message: expect.stringContaining("sd/bad") },
      ],
    });
    expect(server.log.filter((line) => line["code"] === "file_rejected")).toHaveLength(1);
    server.problems.settle("a");
    expect((await send(server.url, "/health")).json?.["problems"]).toHaveLength(1);
  });

  it("closes while a request never ends", async () => {
    const server = await start();
    const hanging = fetch(`${server.url}/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      duplex: "half",
      body: new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("{")) }),
    }).catch(() => "cut");
    await new Promise((resolve) => setTimeout(resolve, 100));
    // Waited for, the request would keep it for ever.
    await server.stop();
    expect(await hanging).toBe("cut");
  });
});

describe("the map of a file", () => {
  it("is full of a complete job, empty of one that has not begun, and of no job at all there is none", async () => {
    const server = await start();
    server.transfers.there.set(`${server.downloads}/files/a.bin`, { kind: "whole", bytes: 42 });
    const mapOf = (id: string): Promise<Raw> => send(server.url, `/jobs/${id}/map`);
    const whole = await addOne(server, "a.bin");
    expect((await mapOf(whole.id)).json).toEqual({ size: 42, done: [[0, 42]], fetching: [] });
    const waits = await addOne(server, "b.bin");
    expect((await mapOf(waits.id)).json).toEqual({ size: null, done: [], fetching: [] });
    expect((await mapOf(UNKNOWN)).status).toBe(404);
  });
});
