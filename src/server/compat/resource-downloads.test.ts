import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import { DownloadsAnswer, QueueAnswer } from "../../wire/downloads.ts";
import type { DownloadMessage } from "../../wire/downloads.ts";
import { putCard } from "../testing/put-card.ts";
import { send } from "../testing/send.ts";
import type { Raw } from "../testing/send.ts";
import { startServer } from "../testing/start-server.ts";
import { stateOf } from "../testing/state-of.ts";
import type { TestServer } from "../testing/test-server.ts";

const SSH = "ssh -p 44686 root@192.168.1.100 -L 8080:localhost:8080";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const SECRET = "905ad9c17ed7f6ba43fd10c211981d8c";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ localJobs: 0 });
  await putCard(
    server,
    "loras/wan.md",
    'wget -P "$UI_HOME/models/loras" https://x.org/wan.safetensors',
    "title: Wan\ndependencies: [vae, nobody]",
  );
  await putCard(
    server,
    "upscalers/two.md",
    `wget -P "$UI_HOME/m" https://x.org/1.bin\ncivitdl -k ${SECRET} 12 "$UI_HOME/m"`,
    "title: Two",
  );
  await putCard(server, "vae/vae.md", "wget https://x.org/vae.bin", "title: Vae\naliases: [vae]");
  await putCard(server, "bad.md", 'wget "https://x.org/a');
  await putCard(server, "empty.md", "# nothing\n");
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(async () => {
  await server.engine.actOnAll("remove", {});
});

function queue(body: Record<string, unknown>): Promise<Raw> {
  return send(server.url, "/downloads/queue", { method: "POST", body: { ssh_connection: SSH, ...body } });
}

async function queued(body: Record<string, unknown>): Promise<ReturnType<typeof QueueAnswer.parse>> {
  const answer = await queue(body);
  expect(answer.status, answer.text).toBe(200);
  return QueueAnswer.parse(answer.json);
}

async function status(query = ""): Promise<DownloadMessage[]> {
  const answer = await send(server.url, `/downloads/status${query}`);
  expect(answer.status).toBe(200);
  return DownloadsAnswer.parse(JSON.parse(answer.text));
}

const retry = (body: unknown): Promise<Raw> => send(server.url, "/downloads/retry", { method: "POST", body });
const remove = (id: string): Promise<Raw> => send(server.url, `/downloads/job/${id}`, { method: "DELETE" });

describe("POST /downloads/queue", () => {
  it("makes one job per resource, with all its commands in order", async () => {
    const answer = await queued({ resources: [{ filepath: "loras/wan.md" }, "upscalers/two.md"] });
    expect(answer).toMatchObject({ success: true, count: 2, skipped: [] });
    expect(answer.jobs).toMatchObject([
      {
        instance_id: "192_168_1_100",
        status: "PENDING",
        total_commands: 1,
        command_index: 0,
        display_name: "Wan",
      },
      {
        resource_paths: ["upscalers/two.md"],
        commands: ['wget -P "$UI_HOME/m" https://x.org/1.bin', 'civitdl -k *** 12 "$UI_HOME/m"'],
        display_name: "Two",
      },
    ]);
    expect(await status()).toEqual(answer.jobs);
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  it("runs them where $UI_HOME is what the request says, else what the setting says", async () => {
    await queued({ resources: ["loras/wan.md"], ui_home: "/root/ComfyUI" });
    await queued({ resources: ["vae/vae.md"] });
    const { jobs } = await server.engine.list({ sort: "oldest", limit: 10 });
    expect(jobs.map(({ steps: [step] }) => step?.kind === "command" && step.environment)).toEqual([
      { UI_HOME: "/root/ComfyUI" },
      { UI_HOME: "/workspace/ComfyUI" },
    ]);
  });

  it("queues the good and names the bad with their reasons", async () => {
    const answer = await queued({
      resources: ["none.md", "loras/wan.md", { filepath: "bad.md" }, "../x.md"],
    });
    expect(answer.count).toBe(1);
    expect(answer.skipped).toEqual([
      { filepath: "none.md", reason: "there is no card with this path" },
      { filepath: "bad.md", reason: expect.stringContaining("line 8") as string },
      { filepath: "../x.md", reason: expect.stringContaining("'..'") as string },
    ]);
  });

  it("offers what the cards need and was not asked for, and queues none of it", async () => {
    const answer = await queued({ resources: ["loras/wan.md"] });
    expect(answer.dependencies).toEqual([
      { name: "vae", filepath: "vae/vae.md", needed_by: "loras/wan.md", problem: null },
      { name: "nobody", filepath: null, needed_by: "loras/wan.md", problem: expect.any(String) as string },
    ]);
    expect(await status()).toHaveLength(1);
    const both = await queued({ resources: ["loras/wan.md", "vae/vae.md"] });
    expect(both.dependencies.map(({ name }) => name)).toEqual(["nobody"]);
  });

  it.each([["loras/wan.md"], ["upscalers/two.md"]])(
    "asked again for %s answers with the job that is there, also when asked ten times at once",
    async (filepath) => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => queued({ resources: [filepath, { filepath }] })),
      );
      expect(new Set(answers.flatMap(({ jobs }) => jobs.map(({ id }) => id))).size).toBe(1);
      expect(await status()).toHaveLength(1);
    },
  );

  it("tells what of the connection was left out", async () => {
    const answer = await queued({ resources: ["loras/wan.md"], ssh_connection: `${SSH} -v -t` });
    expect(answer.notes.length).toBeGreaterThan(0);
  });

  it("takes two ports of one address for two instances that share an instance_id", async () => {
    await queued({ resources: ["loras/wan.md"], ssh_connection: "ssh -p 1001 root@10.0.0.7" });
    await queued({ resources: ["loras/wan.md"], ssh_connection: "ssh -p 1002 root@10.0.0.7" });
    await queued({ resources: ["loras/wan.md"], ssh_connection: "ssh -p 1001 root@10.0.0.8" });
    const both = await status("?instance_id=10_0_0_7");
    expect(both.map(({ ssh_connection: connection }) => connection)).toEqual([
      "ssh -p 1001 root@10.0.0.7",
      "ssh -p 1002 root@10.0.0.7",
    ]);
    expect(await status("?instance_id=nobody")).toEqual([]);
    expect(await status("?instance_id=")).toHaveLength(3);
    const { jobs } = await server.engine.list({ sort: "oldest", limit: 10 });
    expect(new Set(jobs.map(({ place }) => place.kind === "ssh" && place.hostId)).size).toBe(3);
  });

  it("keeps priority and order", async () => {
    await queued({ resources: ["loras/wan.md"] });
    await queued({ resources: ["vae/vae.md"], priority: 5 });
    const { jobs } = await server.engine.list({ sort: "priority", limit: 10 });
    expect(jobs.map(({ name }) => name)).toEqual(["Vae", "Wan"]);
  });

  it.each([
    ["nothing", undefined, "body"],
    ["no connection", { ssh_connection: undefined, resources: ["loras/wan.md"] }, "ssh_connection"],
    ["an empty connection", { ssh_connection: "", resources: ["loras/wan.md"] }, "ssh_connection"],
    [
      "a connection that would run a program here",
      { ssh_connection: "ssh -o ProxyCommand=sh root@x", resources: ["loras/wan.md"] },
      "ssh_connection",
    ],
    [
      "a host that is an option",
      { ssh_connection: "ssh -- -oProxyCommand=sh", resources: ["loras/wan.md"] },
      "ssh_connection",
    ],
    ["no resources", {}, "resources"],
    ["an empty list", { resources: [] }, "resources"],
    ["a word for a list", { resources: "loras/wan.md" }, "resources"],
    ["a number for a resource", { resources: [5] }, "resources.0"],
    ["a resource without a path", { resources: ["loras/wan.md", {}] }, "resources.1"],
    ["a path with a line end", { resources: ["a\nb.md"] }, "resources.0"],
    ["a path as long as a page", { resources: ["x".repeat(5000)] }, "resources.0"],
    ["more resources than there are", { resources: Array.from({ length: 1001 }, () => "a.md") }, "resources"],
    ["cards that are none", { resources: ["none.md", "bad.md", "empty.md"] }, "resources"],
    ["a way out of the folder", { resources: ["../../etc/passwd"] }, "resources"],
    ["a ui_home that is relative", { resources: ["loras/wan.md"], ui_home: "ComfyUI" }, "ui_home"],
    ["a ui_home that leads out", { resources: ["loras/wan.md"], ui_home: "/a/../b" }, "ui_home"],
    ["a priority that is none", { resources: ["loras/wan.md"], priority: "high" }, "priority"],
  ])("%s is refused, the field named, and nothing is queued", async (_, body, field) => {
    const before = await stateOf(server);
    const answer =
      body === undefined ? await send(server.url, "/downloads/queue", { method: "POST" }) : await queue(body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json).toMatchObject({ success: false, code: "bad_request", field });
    expect(answer.json?.["message"]).toContain(field.split(".")[0]);
    expect(answer.text.length).toBeLessThan(1000);
    expect(await stateOf(server)).toEqual(before);
  });

  it("that finds no valid command says why of each", async () => {
    const { json } = await queue({ resources: ["none.md", "bad.md"] });
    expect(json?.["message"]).toContain(
      "none.md: there is no card with this path; bad.md: the card cannot be used",
    );
  });

  it("refuses what a strict server does not let run", async () => {
    await using strict = await startServer({ localJobs: 0, commands: "known" });
    await putCard(strict, "a.md", "curl https://x.org/i.sh | sh");
    const body = { ssh_connection: SSH, resources: ["a.md"] };
    const { status: code, json } = await send(strict.url, "/downloads/queue", { method: "POST", body });
    expect(code).toBe(400);
    expect(json?.["message"]).toContain("command 1 may not run here");
  });
});

describe("GET /downloads/status", () => {
  it("shows jobs of commands and nothing else", async () => {
    await send(server.url, "/jobs", { method: "POST", body: { source: "http://127.0.0.1:1/a.bin" } });
    expect(await status()).toEqual([]);
    await send(server.url, "/jobs", { method: "POST", body: { source: "vae/vae.md" } });
    expect(await status()).toMatchObject([{ instance_id: "here", display_name: "Vae" }]);
  });

  it("refuses an instance_id with control characters", async () => {
    expect((await send(server.url, "/downloads/status?instance_id=a%00b")).status).toBe(400);
  });
});

describe("POST /downloads/retry", () => {
  it("puts a failed job back, at the command that failed", async () => {
    const [job] = (await queued({ resources: ["upscalers/two.md"] })).jobs;
    const id = job?.id ?? "";
    const claim = { owner: "t", now: Date.now(), leaseMs: 10_000, lanes: [{ lane: "ssh:*", limit: 1 }] };
    const lease = { owner: "t", epoch: 1 };
    await server.store.claim(claim);
    await server.store.apply(id, { type: "step_done", steps: 2, checksumState: null }, Date.now(), lease);
    await server.store.apply(
      id,
      { type: "failed", failure: failure("gone", "G."), retryAt: null },
      Date.now(),
      lease,
    );
    expect(await status()).toMatchObject([
      { status: "FAILED", command_index: 2, error: expect.stringContaining("G.") as string },
    ]);
    const answer = await retry({ job_id: id });
    expect(answer).toMatchObject({ status: 200, json: { success: true, message: "Two is queued again." } });
    expect(await status()).toMatchObject([{ status: "PENDING", command_index: 1 }]);
  });

  it.each([
    ["without an id", {}, 400],
    ["with an id that is none", { job_id: "x" }, 400],
    ["of a job nobody knows", { job_id: UNKNOWN }, 404],
  ])("%s says so", async (_, body, code) => {
    const answer = await retry(body);
    expect(answer).toMatchObject({
      status: code,
      json: { success: false, message: expect.any(String) as string },
    });
  });

  it("refuses a job that waits or runs", async () => {
    const [job] = (await queued({ resources: ["loras/wan.md"] })).jobs;
    expect((await retry({ job_id: job?.id })).status).toBe(409);
    await server.store.claim({
      owner: "t",
      now: Date.now(),
      leaseMs: 10_000,
      lanes: [{ lane: "ssh:*", limit: 1 }],
    });
    expect(await retry({ job_id: job?.id })).toMatchObject({ status: 409, json: { code: "conflict" } });
    await server.store.apply(job?.id ?? "", { type: "stopped", detached: false }, Date.now(), {
      owner: "t",
      epoch: 1,
    });
  });
});

describe("DELETE /downloads/job/{id}", () => {
  it("takes the job out of the queue", async () => {
    const [job] = (await queued({ resources: ["loras/wan.md"] })).jobs;
    expect(await remove(job?.id ?? "")).toMatchObject({
      status: 200,
      json: { success: true, message: "Wan was deleted." },
    });
    expect(await status()).toEqual([]);
    expect((await remove(job?.id ?? "")).status).toBe(404);
  });

  it.each([
    ["x", 400],
    [UNKNOWN, 404],
  ])("%s is refused", async (id, code) => {
    expect(await remove(id)).toMatchObject({ status: code, json: { success: false } });
  });
});
