import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Origin } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import { PlanAnswer } from "../wire/plan.ts";
import { putCard } from "./testing/put-card.ts";
import { send } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import { stateOf } from "./testing/state-of.ts";
import type { TestServer } from "./testing/test-server.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

async function world(): Promise<{ server: TestServer; origin: Origin }> {
  const server = await startServer({ localJobs: 0, real: true });
  const origin = await startOrigin();
  open.push(server, origin);
  return { server, origin };
}

async function plan(server: TestServer, body: unknown): Promise<PlanAnswer> {
  const before = await stateOf(server);
  const answer = await send(server.url, "/plan", { method: "POST", body });
  expect(answer.status, answer.text).toBe(200);
  // Whatever it says, it has changed nothing.
  expect(await stateOf(server)).toEqual(before);
  return PlanAnswer.parse(answer.json);
}

const add = (server: TestServer, body: unknown) => send(server.url, "/jobs", { method: "POST", body });

describe("a plan", () => {
  it("says folder, size and hash before the first byte", async () => {
    const { server, origin } = await world();
    const sha256 = "ab".repeat(32);
    const source = origin.put("/m.gguf", { size: 5_000_000, headers: { "X-Linked-Etag": `"${sha256}"` } });
    const answer = await plan(server, { source });
    expect(answer.plans).toEqual([
      {
        source,
        title: "m.gguf",
        jobs: [
          {
            key: expect.stringMatching(/^[0-9a-f]{20}$/),
            file: expect.stringMatching(/^[0-9a-f]{20}$/),
            name: "m.gguf",
            source: { kind: "url", text: source },
            place: { kind: "node", name: "here" },
            destination: join(server.downloads, "files/m.gguf"),
            size: 5_000_000,
            checksum: { algorithm: "sha256", hex: sha256, origin: "X-Linked-Etag" },
            state: "new",
            bytes_done: 0,
            from: null,
            job_id: null,
            commands: [],
            trouble: null,
          },
        ],
        count: 1,
        bytes: 5_000_000,
        unknown: 0,
        skipped: [],
        notes: [],
        error: null,
      },
    ]);
    expect(answer).toMatchObject({
      count: 1,
      bytes: 5_000_000,
      unknown: 0,
      space: [
        { folder: join(server.downloads, "files"), needed_bytes: 5_000_000, promised_bytes: 0, enough: true },
      ],
    });
    expect(origin.bytesSent("/m.gguf")).toBe(1);
  });

  it("of several tells what each would come to, wrong ones among them", async () => {
    const { server, origin } = await world();
    const queued = origin.put("/queued.bin", { size: 1000 });
    const { json } = await add(server, { source: queued });
    const there = origin.put("/there.bin", { size: 1000 });
    await mkdir(join(server.downloads, "files"), { recursive: true });
    await writeFile(join(server.downloads, "files/there.bin"), origin.bytes("/there.bin"));
    await writeFile(join(server.downloads, "files/other.bin"), "something else");
    const fresh = origin.put("/fresh.bin", { size: 2000 });
    const { plans, count, bytes } = await plan(server, {
      jobs: [
        { source: queued },
        { source: there },
        { source: origin.put("/other.bin", { size: 1000 }) },
        { source: fresh },
        { source: `${fresh}#again` },
        { source: `${origin.url}/missing.bin` },
        { source: "no-such-model" },
        { source: fresh, path: "../out" },
      ],
    });
    expect(plans.map(({ jobs, error }) => jobs[0]?.state ?? error?.code)).toEqual([
      "queued",
      "there",
      "in_the_way",
      "new",
      "repeated",
      "new",
      "not_found",
      "path_refused",
    ]);
    expect(plans[0]?.jobs[0]?.job_id).toBe((json as { id: string }).id);
    expect(plans[2]?.jobs[0]?.trouble).toMatchObject({ code: "destination_exists" });
    expect(plans[5]?.jobs[0]?.trouble).toMatchObject({ code: "not_found" });
    expect(plans[7]?.error).toMatchObject({ field: "path", page: null });
    expect({ count, bytes }).toEqual({ count: 1, bytes: 2000 });
  });

  it("takes the name from the server where nothing else tells it", async () => {
    const { server, origin } = await world();
    const source = origin.put("/get", { size: 10, disposition: 'attachment; filename="real.bin"' });
    const { plans } = await plan(server, { source });
    expect(plans[0]?.jobs[0]).toMatchObject({
      name: "real.bin",
      destination: join(server.downloads, "files/real.bin"),
      size: 10,
    });
  });

  it("says what a server wants before it gives a file", async () => {
    const { server, origin } = await world();
    const source = origin.put("/x.bin", { size: 10, authorization: "Bearer sesame" });
    const { plans, count } = await plan(server, { source });
    expect(plans[0]?.jobs[0]?.trouble).toMatchObject({ code: "unauthorized" });
    expect(count).toBe(0);
    const { plans: allowed } = await plan(server, { source, headers: { Authorization: "Bearer sesame" } });
    expect(allowed[0]?.jobs[0]).toMatchObject({ trouble: null, size: 10 });
  });

  it("shows no secret of what it was asked for", async () => {
    const { server, origin } = await world();
    const source = `${origin.put("/x.bin", { size: 10 })}?token=hunter2`;
    const answer = await send(server.url, "/plan", { method: "POST", body: { source } });
    expect(answer.text).not.toContain("hunter2");
    expect(answer.status).toBe(200);
  });

  it("repeats nothing of commands and lists, where any word may be a secret", async () => {
    const { server, origin } = await world();
    const url = origin.put("/x.bin", { size: 10 });
    const command = `curl ${url} -b 'hunter2=hunter2' -u me:hunter2 -H 'X-Odd: hunter2'`;
    const wget = `wget --user=me --password=hunter2 ${url}?y=1`;
    const body = {
      jobs: [{ source: command }, { source: wget }, { source: `${command}\n${url}?x=1\nhunter3 hunter3` }],
    };
    const answer = await send(server.url, "/plan", { method: "POST", body });
    expect(answer.text).not.toContain("hunter2");
    const { plans } = PlanAnswer.parse(answer.json);
    expect(plans.map(({ source, title }) => [source, title])).toEqual([
      ["a curl command", "x.bin"],
      ["a wget command", "x.bin"],
      ["a list", "A list of 3"],
    ]);
    expect(plans[2]?.skipped).toMatchObject([{ what: "line 3" }]);
    expect(plans[2]?.jobs.map(({ state }) => state)).toEqual(["repeated", "repeated"]);
  });

  it("counts what the queue still has to write, and says when the disk is too small for all of it", async () => {
    const { server, origin } = await world();
    await add(server, { source: origin.put("/a.bin", { size: 10 }), size: 7_000_000 });
    const { space } = await plan(server, { source: `${origin.url}/huge.bin`, size: Number.MAX_SAFE_INTEGER });
    expect(space).toMatchObject([
      { promised_bytes: 7_000_000, needed_bytes: Number.MAX_SAFE_INTEGER, enough: false },
    ]);
  });

  it("has room for a small file while a huge one waits for room itself", async () => {
    const server = await startServer({ localJobs: 1, real: true });
    const origin = await startOrigin({ "/huge.bin": { size: 9e15 }, "/small.bin": { size: 10 } });
    open.push(server, origin);
    const { id } = (await add(server, { source: `${origin.url}/huge.bin` })).json as { id: string };
    const job = async () => (await send(server.url, `/jobs/${id}`)).json as { status: string };
    await vi.waitFor(async () => expect(await job()).toMatchObject({ status: "PAUSED" }), 180_000);
    expect(JSON.stringify(await job())).toMatch(/9\.00 PB are to be written to \S+, [\d.]+ [GTP]B are free/);
    const { space } = await plan(server, { source: `${origin.url}/small.bin` });
    expect(space).toMatchObject([{ promised_bytes: 0, needed_bytes: 10, enough: true }]);
  });
});

describe("what is chosen of a plan", () => {
  it("is queued, and nothing else: of files whose name only a server knows, too", async () => {
    const { server, origin } = await world();
    const urls = ["/a.bin", "/b.bin"].map((path) => origin.put(path, { size: 10 }));
    const named = origin.put("/get", { size: 10, disposition: 'attachment; filename="real.bin"' });
    const source = [...urls, named, "no-such-model"].join("\n");
    const [shown] = (await plan(server, { source })).plans;
    expect(shown?.jobs.map(({ name }) => name)).toEqual(["a.bin", "b.bin", "real.bin"]);
    const only = [shown?.jobs[1]?.key, shown?.jobs[2]?.key];
    expect((await plan(server, { source, only })).count).toBe(2);
    const { status, json } = await add(server, { source, only });
    expect(status).toBe(201);
    const { jobs, skipped } = json as { jobs: { steps: { url: string }[] }[]; skipped: unknown[] };
    expect(jobs.map(({ steps }) => steps[0]?.url)).toEqual([urls[1], named]);
    expect(skipped).toEqual([]);
  });

  it("and has gone from the source meanwhile is told; if nothing is left, nothing is queued", async () => {
    const { server, origin } = await world();
    const url = origin.put("/a.bin", { size: 10 });
    const [shown] = (await plan(server, { source: url })).plans;
    const lost = "0".repeat(20);
    const some = await add(server, { source: `${url}\n${url}?b`, only: [shown?.jobs[0]?.key, lost] });
    expect(some.json).toMatchObject({ notes: [expect.stringContaining("One of the chosen files")] });
    expect(await add(server, { source: url, only: [lost] })).toMatchObject({
      status: 404,
      json: { field: "only" },
    });
    expect(await add(server, { source: url, only: ["../x"] })).toMatchObject({ status: 400 });
  });
});

it("a list of which nothing can be fetched names what is wrong with every line", async () => {
  const { server } = await world();
  const [only] = (await plan(server, { source: "nonsense one\n# nothing\nftp://x/y" })).plans;
  expect(only?.error).toMatchObject({ field: "source" });
  expect(only?.skipped).toMatchObject([{ what: "line 1" }, { what: "line 3" }]);
});

it("a workflow of models that nobody knows names each of them, to be looked for elsewhere", async () => {
  const { server } = await world();
  const nodes = {
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "sd/dream.safetensors" } },
  };
  const [only] = (await plan(server, { source: JSON.stringify(nodes) })).plans;
  expect(only?.error).toMatchObject({ field: "source" });
  expect(only?.skipped).toMatchObject([{ file: "dream.safetensors" }]);
});

describe("what no plan can be made of names the field", () => {
  it.each([
    [{}, "source"],
    [{ source: 5 }, "source"],
    [{ sourcee: "x" }, "source"],
    [{ source: "x", priority: "high" }, "priority"],
    [{ source: "x", headers: { a: 5 } }, "headers.a"],
    [{ jobs: [] }, "jobs"],
    [{ jobs: 5 }, "jobs"],
    [{ jobs: [{ source: "x" }, { source: "x", size: -1 }] }, "jobs.1.size"],
    [{ jobs: [{ source: "x" }], more: 1 }, "more"],
    [[], "body"],
  ])("%j", async (body, field) => {
    const server = await startServer({ localJobs: 0 });
    open.push(server);
    const { status, json } = await send(server.url, "/plan", { method: "POST", body });
    expect({ status, field: (json as { field: string }).field }).toEqual({ status: 400, field });
  });
});

describe("the plan of a card", () => {
  it("says what each of its lines fetches, where to, and how large that is", async () => {
    const { server, origin } = await world();
    const [plain, other] = [origin.put("/a.bin", { size: 3_000_000 }), origin.put("/b.bin", { size: 9 })];
    const lines = ["mkdir -p /ui/models", `wget -P /ui/models ${plain}`];
    await putCard(server, "a.md", lines.join("\n"), "title: A");
    // What its server says to somebody else need not be what it says to this one.
    await putCard(server, "b.md", `wget -U Mozilla -P /ui/models ${other}`, "title: B");
    const { plans, bytes, unknown } = await plan(server, { jobs: [{ source: "a.md" }, { source: "b.md" }] });
    const [a, b] = plans.map(({ jobs }) => jobs[0]);
    const file = { folder: "/ui/models", checksum: null };
    expect(a).toMatchObject({
      size: 3_000_000,
      commands: [
        { line: lines[0], expects: [] },
        {
          line: lines[1],
          tool: "wget",
          expects: [{ ...file, name: "a.bin", urls: [plain], size: 3_000_000 }],
        },
      ],
    });
    expect(b).toMatchObject({
      size: null,
      commands: [{ expects: [{ name: "b.bin", urls: [other], size: null }] }],
    });
    expect({ bytes, unknown }).toEqual({ bytes: 3_000_000, unknown: 1 });
    expect(origin.seen("/b.bin")).toEqual([]);
  });

  it("says that it is in the queue already, also where it makes several files whose sizes only their server knows", async () => {
    const { server, origin } = await world();
    const urls = [origin.put("/a.bin", { size: 3_000_000 }), origin.put("/b.bin", { size: 9 })];
    await putCard(server, "two.md", urls.map((url) => `wget -P /ui/models ${url}`).join("\n"));
    const { json } = await send(server.url, "/jobs", { method: "POST", body: { source: "two.md" } });
    const { plans, count } = await plan(server, { source: "two.md" });
    expect(plans[0]?.jobs[0]).toMatchObject({
      state: "queued",
      job_id: (json as { id: string }).id,
      size: 3_000_009,
    });
    expect(count).toBe(0);
  });
});
