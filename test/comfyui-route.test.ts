/** The custom route for ComfyUI, in a real Python, against a real server; only ComfyUI itself is made up. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const ROOT = resolve(import.meta.dirname, "..");
const TOKEN = "a-token-of-forty-characters-0123456789ab";

let world: World;
let server: Haulyard;
let origin: Origin;
const started: ChildProcess[] = [];

beforeAll(async () => {
  world = await createWorld();
  origin = await startOrigin();
  server = await startHaulyard(world, { env: { HAULYARD_TOKEN: TOKEN } });
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    const ended = once(child, "close");
    child.stdin?.end();
    await ended;
  }
});
afterAll(async () => {
  await server.stop();
  await origin.close();
  await world.remove();
});

interface Asked {
  method: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  text?: string;
}
interface Answered {
  status: number;
  body: Record<string, unknown>;
}

/** ComfyUI with the route in it, told where Haulyard is. */
function startComfy(env: {
  HAULYARD_URL?: string;
  HAULYARD_TOKEN?: string;
}): (asked: Asked) => Promise<Answered> {
  const child = spawn(
    "python3",
    [join(ROOT, "test/world/comfyui/call-routes.py"), join(ROOT, "examples/comfyui")],
    {
      stdio: ["pipe", "pipe", "inherit"],
      // No cache files beside the source.
      env: {
        PATH: process.env["PATH"],
        HOME: world.folder,
        PYTHONDONTWRITEBYTECODE: "1",
        MODELS: world.models,
        ...env,
      },
    },
  );
  started.push(child);
  const lines: Interface = createInterface({ input: child.stdout });
  const answers = lines[Symbol.asyncIterator]();
  return async (asked) => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    const { value } = await answers.next();
    return JSON.parse(String(value)) as Answered;
  };
}

const here = (): { HAULYARD_URL: string; HAULYARD_TOKEN: string } => ({
  HAULYARD_URL: `${server.url}/`,
  HAULYARD_TOKEN: TOKEN,
});
const post = (path: string, body: unknown, headers?: Record<string, string>): Asked => ({
  method: "POST",
  path,
  text: JSON.stringify(body),
  ...(headers === undefined ? {} : { headers }),
});

test("a model that is asked for comes into the folder in which ComfyUI looks for its kind, and can be followed", async () => {
  const comfy = startComfy(here());
  const url = origin.put("/style.safetensors", { size: 40_000 });
  const body = { url, directory: "loras", name: "sub/own name.safetensors" };
  const added = await comfy(post("/haulyard/models", body));
  expect(added).toMatchObject({ status: 201, body: { name: "own name.safetensors" } });
  const path = `/haulyard/jobs/${String(added.body["id"])}`;
  await waitFor(
    "the model",
    () => comfy({ method: "GET", path }),
    ({ body: job }) => job["status"] === "COMPLETE",
  );
  const there = await readFile(join(world.models, "loras/sub/own name.safetensors"));
  expect(there.equals(origin.bytes("/style.safetensors"))).toBe(true);
  // Asked again it is the same download.
  expect((await comfy(post("/haulyard/models", body))).status).toBe(200);
});

test("without a name it gets the one it has", async () => {
  const comfy = startComfy(here());
  const url = origin.put("/named.safetensors", { size: 1000 });
  const added = await comfy(post("/haulyard/models", { url, directory: "loras" }));
  expect(added.status).toBe(201);
  await waitFor(
    "the file",
    () => readFile(join(world.models, "loras/named.safetensors")).catch(() => null),
    (bytes) => bytes !== null,
  );
});

test("of a workflow all that is missing is fetched", async () => {
  const comfy = startComfy(here());
  const url = origin.put("/flow.safetensors", { size: 2000 });
  const models = [{ name: "flow.safetensors", url, directory: "loras" }];
  const answer = await comfy(post("/haulyard/workflow", { nodes: [], links: [], version: 0.4, models }));
  expect(answer).toMatchObject({ status: 201, body: { count: 1 } });
  await waitFor(
    "the file",
    () => readFile(join(world.models, "loras/flow.safetensors")).catch(() => null),
    (bytes) => bytes !== null,
  );
});

test("other pages and wrong requests are refused, and Haulyard never hears of them", async () => {
  const comfy = startComfy(here());
  const url = origin.put("/never.safetensors", { size: 1000 });
  const good = { url, directory: "loras" };
  const refused: [Asked, number, string | undefined][] = [
    [post("/haulyard/models", good, { "Sec-Fetch-Site": "cross-site" }), 403, undefined],
    [post("/haulyard/workflow", {}, { "Sec-Fetch-Site": "same-site" }), 403, undefined],
    [post("/haulyard/models", good, { "Content-Type": "text/plain" }), 415, undefined],
    [{ method: "POST", path: "/haulyard/models", text: "{" }, 400, undefined],
    [post("/haulyard/models", [good]), 400, undefined],
    [post("/haulyard/models", { ...good, url: 5 }), 400, "url"],
    [post("/haulyard/models", { ...good, directory: "none" }), 400, "directory"],
    [post("/haulyard/models", { ...good, directory: "empty" }), 400, "directory"],
    [post("/haulyard/models", { ...good, name: "../x" }), 400, "name"],
    [post("/haulyard/models", { ...good, name: "/etc/x" }), 400, "name"],
    [post("/haulyard/models", { ...good, name: String.raw`a\..\x` }), 400, "name"],
    [post("/haulyard/models", { ...good, replace: true }), 400, "replace"],
    [{ method: "GET", path: "/haulyard/jobs/..%2Faccess" }, 404, "id"],
  ];
  for (const [asked, status, field] of refused) {
    const answer = await comfy(asked);
    expect({ status: answer.status, field: answer.body["field"] }, JSON.stringify(asked)).toEqual({
      status,
      field,
    });
  }
  const authorization = { authorization: `Bearer ${TOKEN}` };
  const { jobs } = (await (await fetch(`${server.url}/jobs`, { headers: authorization })).json()) as {
    jobs: { source: { url?: string } }[];
  };
  expect(jobs.length).toBeGreaterThan(0);
  expect(JSON.stringify(jobs)).not.toContain("never.safetensors");
  expect(origin.seen("/never.safetensors")).toEqual([]);
});

test("what Haulyard refuses comes through in its words; where it is away, that is said", async () => {
  const url = origin.put("/refused.safetensors", { size: 1000 });
  const asked = post("/haulyard/models", { url, directory: "loras", sha256: "short" });
  expect(await startComfy(here())(asked)).toMatchObject({
    status: 400,
    body: { code: "bad_request", field: "sha256" },
  });
  const stranger = startComfy({ ...here(), HAULYARD_TOKEN: "wrong" });
  expect(await stranger(asked)).toMatchObject({ status: 401, body: { code: "token_missing" } });
  const alone = startComfy({ HAULYARD_URL: "http://127.0.0.1:1" });
  const away = await alone(asked);
  expect(away).toMatchObject({ status: 502, body: { code: "unreachable" } });
  expect(String(away.body["message"])).toContain("http://127.0.0.1:1");
});

test("the token goes to Haulyard alone, whatever answers in its place", async () => {
  const heard: (string | undefined)[] = [];
  const thief = createServer((request, answer) => {
    heard.push(request.headers.authorization);
    answer.end("{}");
  });
  await once(thief.listen(0, "127.0.0.1"), "listening");
  const target = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/`;
  const other = createServer((_request, answer) =>
    answer.writeHead(302, { location: target }).end("<h1>moved</h1>"),
  );
  await once(other.listen(0, "127.0.0.1"), "listening");
  try {
    const HAULYARD_URL = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const comfy = startComfy({ HAULYARD_URL, HAULYARD_TOKEN: TOKEN });
    const answer = await comfy({
      method: "GET",
      path: "/haulyard/jobs/3fa85f64-5717-4562-b3fc-2c963f66afa6",
    });
    expect(answer).toMatchObject({ status: 502, body: { code: "bad_answer" } });
    expect(heard).toEqual([]);
  } finally {
    thief.close();
    other.close();
  }
});
