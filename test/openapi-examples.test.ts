/** Every example of the published document is run as it stands, with curl, against a real server and a real instance. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXAMPLE_ID, EXAMPLES } from "../src/server/routes/examples.ts";
import { openSqliteStore } from "../src/store/open-sqlite-store.ts";
import { findProgram } from "../tools/test-tools.ts";
import { call } from "./world/api.ts";
import { waitFor } from "./world/haulyard.ts";
import type { ManualWorld } from "./world/manual-world.ts";
import { startManualWorld } from "./world/manual-world.ts";

interface Operation {
  responses: Record<string, unknown>;
  requestBody?: { content: Record<string, { example?: unknown }> };
  "x-codeSamples": { source: string }[];
}

/** Who signs in has to be there first, and stays until all else about sessions was asked. */
const IN_THIS_ORDER: readonly string[] = [
  "POST /access/users",
  "POST /access/sign-in",
  "GET /access/sessions",
  "DELETE /access/sessions/{id}",
  "DELETE /access/sessions",
  "PUT /access/password",
  "POST /access/sign-out",
  "PATCH /access/users/{name}",
  "DELETE /access/users/{name}",
];
const NOWHERE = "nobody@127.0.0.1 -p 1";
/** A stream has no end. */
const STREAM = "GET /events";

let world: ManualWorld;
let url: string;
let operations: Map<string, Operation>;

beforeAll(async () => {
  world = await startManualWorld();
  url = world.gpu.server().url;
  const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(`${url}/openapi.json`);
  operations = new Map(
    Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
    ),
  );
});
afterAll(() => world[Symbol.asyncDispose]());

const post = <T>(path: string, body: unknown = {}): Promise<{ status: number; body: T }> =>
  call<T>(`${url}${path}`, "POST", body);
const remove = (path: string): Promise<unknown> => call(`${url}${path}`, "DELETE");

let made = 0;
/** A download that goes on for longer than the test. */
async function slowJob(): Promise<string> {
  const path = `slow-${made++}`;
  return (await post<{ id: string }>("/jobs", { source: "https://example.org/slow", path })).body.id;
}

/** A card that waits for a download: it is not done, and not begun, before it is spoken of. */
async function waitingCard(): Promise<string> {
  const body = { source: "loras/mine.md", to: world.gpu.hostId, after: await slowJob() };
  const added = await post<{ id?: string; jobs?: { id: string }[] }>("/jobs", body);
  const id = added.body.id ?? added.body.jobs?.[0]?.id;
  if (id === undefined) throw new Error(JSON.stringify(added.body));
  return id;
}

/** A session of another browser than that of the examples. */
async function otherSession(): Promise<string> {
  const ids = async (): Promise<string[]> =>
    (await call<{ sessions: { id: string }[] }>(`${url}/access/sessions`)).body.sessions.map(({ id }) => id);
  const before = await ids();
  await post("/access/sign-in", { name: "anna", password: "correct horse battery" });
  return (await ids()).find((id) => !before.includes(id)) ?? "";
}

async function image(): Promise<string> {
  await remove("/images/debian-13");
  return (await post<{ job_id: string }>("/images/debian-13/download")).body.job_id;
}

/** What has to be there for an example, and the id it goes by. */
async function prepare(route: string): Promise<string> {
  switch (route) {
    case "POST /jobs/{id}/resume": {
      const id = await slowJob();
      await post(`/jobs/${id}/pause`);
      return id;
    }
    case "POST /jobs/{id}/retry": {
      const id = await slowJob();
      await post(`/jobs/${id}/cancel`);
      await untilCancelled(id);
      return id;
    }
    case "POST /downloads/retry": {
      const id = await waitingCard();
      await post(`/jobs/${id}/cancel`);
      await untilCancelled(id);
      return id;
    }
    case "DELETE /downloads/job/{id}":
      return waitingCard();
    case "DELETE /access/sessions/{id}":
      return otherSession();
    case "DELETE /access/keys/{id}":
      return (await post<{ key: { id: string } }>("/access/keys", { name: "k", role: "read" })).body.key.id;
    case "DELETE /hosts/{id}":
      return (await post<{ host: { id: string } }>("/hosts", { ssh_connection: NOWHERE })).body.host.id;
    case "GET /images/jobs/{job_id}":
    case "DELETE /images/{id}":
    case "POST /limiquantix.storage.v1.ImageService/GetImportStatus":
    case "POST /limiquantix.storage.v1.ImageService/DeleteImage":
      return image();
    case "POST /images/{id}/download":
    case "POST /limiquantix.storage.v1.ImageService/DownloadImage":
      await remove("/images/debian-13");
      return "";
    case "POST /restore":
      await statusOf("GET /backup");
      return "";
    case "DELETE /restore":
      await statusOf("POST /restore");
      return "";
    default:
      if (route.includes("/hosts/{id}")) return world.gpu.hostId;
      if (route.includes("/notifications/{id}")) return channel();
      if (route.includes("/nodes/{name}")) return goneNode();
      if (route.includes("/groups/{id}")) return group();
      return route.includes("/jobs/{id}") ? slowJob() : "";
  }
}

async function channel(): Promise<string> {
  const settings = { kind: "webhook", url: "https://example.org/hook" };
  return (await post<{ channel: { id: string } }>("/notifications", { settings })).body.channel.id;
}

/** A machine of the queue that stopped long ago, as the examples call it. */
async function goneNode(): Promise<string> {
  const store = await openSqliteStore({ path: join(world.gpu.world.data, "haulyard.db") });
  try {
    const said = {
      name: "gpu-2",
      kind: "worker",
      version: "0.1.0",
      run: "gpu-2/1",
      tokenHash: null,
    } as const;
    await store.nodes.register({ ...said, address: null, labels: {}, folders: {} }, 0);
    return "";
  } finally {
    await store.close();
  }
}

async function group(): Promise<string> {
  const sources = ["https://example.org/model.safetensors"];
  return (await post<{ group: { id: string } }>("/groups", { sources })).body.group.id;
}

async function untilCancelled(id: string): Promise<void> {
  await waitFor(
    `${id} to be cancelled`,
    () => call<{ status: string }>(`${url}/jobs/${id}`),
    ({ body }) => body.status === "CANCELLED",
  );
}

/** The example with what is the reader's own in the place of what is made up. */
function fillIn(source: string, id: string): string {
  return source
    .replaceAll("http://localhost:8866", url)
    .replaceAll("root@203.0.113.7 -p 44686", world.gpu.sshd.line())
    .replaceAll(EXAMPLE_ID, id);
}

function run(script: string): Promise<string> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd: world.folder,
    env: world.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((done, fail) => {
    child.once("error", fail).once("close", () => done(output));
  });
}

/** What curl was answered: the status it prints behind everything else. */
async function statusOf(route: string): Promise<string> {
  const id = await prepare(route);
  const [sample] = operations.get(route)?.["x-codeSamples"] ?? [];
  // The one of the system: that of the manual's world ends streams.
  const curl = findProgram("curl") ?? "curl";
  const script = `${fillIn(sample?.source ?? "", id).replace(/^curl /, `${curl} `)} -w '\\n%{http_code}'`;
  const output = await run(script);
  const status = output.trimEnd().split("\n").at(-1) ?? "";
  return /^2\d\d$/.test(status) ? status : `${route}: ${script}\n${output}`;
}

test("every route that wants a body shows one, and no example is of a route that is gone", () => {
  expect(Object.keys(EXAMPLES).filter((route) => !operations.has(route))).toEqual([]);
  const without = [...operations].filter(([, { requestBody }]) => {
    const json = requestBody?.content["application/json"];
    return json !== undefined && json.example === undefined;
  });
  expect(without.map(([route]) => route)).toEqual([]);
});

test("every example is answered as the document says", async () => {
  const rest = [...operations.keys()].filter((route) => !IN_THIS_ORDER.includes(route) && route !== STREAM);
  expect(rest.length).toBeGreaterThan(70);
  const refused: string[] = [];
  for (const route of [...IN_THIS_ORDER, ...rest]) {
    const status = await statusOf(route);
    if (operations.get(route)?.responses[status] === undefined) refused.push(status);
  }
  expect(refused).toEqual([]);
  expect(world.internet.unknown.splice(0)).toEqual([]);
});

test("the example of the event stream shows events", async () => {
  const source = operations.get(STREAM)?.["x-codeSamples"][0]?.source ?? "";
  // The first lines are enough; curl is told to stop by the end of its reader.
  expect(await run(`${fillIn(source, "")} | head -n 5`)).toMatch(/^event: snapshot$/m);
});
