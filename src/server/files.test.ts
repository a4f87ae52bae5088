import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import type { Origin } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import { send } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestOptions, TestServer } from "./testing/start-server.ts";

const PATIENCE = { timeout: 90_000, interval: 50 };
const SIZE = 300_000;

const started: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function world(options: TestOptions = {}): Promise<{ server: TestServer; origin: Origin }> {
  const origin = await startOrigin({ "/a.bin": { size: SIZE } });
  started.push(origin);
  const server = await startServer({ real: true, reuse: "copy", ...options });
  started.push(server);
  return { server, origin };
}

type Json = Record<string, unknown>;

async function download({ url }: TestServer, body: Json): Promise<Json> {
  const added = await send(url, "/jobs", { method: "POST", body });
  const id = String(added.json?.["id"]);
  await vi.waitFor(
    async () => expect((await send(url, `/jobs/${id}`)).json).toMatchObject({ status: "COMPLETE" }),
    PATIENCE,
  );
  return (await send(url, `/jobs/${id}`)).json as Json;
}

it("takes what a download of ours brought from there, says so beforehand, and tells it in the history", async () => {
  const { server, origin } = await world();
  const sha256 = origin.hash("/a.bin");
  const first = join(server.models, "vae/first.bin");
  await download(server, { source: `${origin.url}/a.bin`, path: first, sha256 });
  await vi.waitFor(async () => expect(await server.files.find({ sha256 })).toHaveLength(1), PATIENCE);
  const sent = origin.bytesSent("/a.bin");

  const second = { source: `${origin.url}/a.bin`, path: join(server.models, "loras/second.bin"), sha256 };
  const plan = (await send(server.url, "/plan", { method: "POST", body: { ...second, size: SIZE } })).json;
  expect(plan).toMatchObject({
    count: 1,
    bytes: 0,
    plans: [{ jobs: [{ state: "here_elsewhere", from: { path: first, way: "copy" }, trouble: null }] }],
    space: [{ needed_bytes: SIZE }],
  });
  const job = await download(server, second);
  expect(job["checksum"]).toMatchObject({ state: "verified", hex: sha256 });
  expect((await readFile(second.path)).equals(origin.bytes("/a.bin"))).toBe(true);
  expect((await stat(second.path)).ino).not.toBe((await stat(first)).ino);
  expect(origin.bytesSent("/a.bin")).toBe(sent);
  const { history } = (await send(server.url, `/jobs/${String(job["id"])}/history`)).json as {
    history: Json[];
  };
  expect(history.at(-1)?.["reason"]).toMatch(
    new RegExp(`^complete: it (was copied from|shares the bytes of) ${first}$`),
  );
});

it("fetches it all the same where the request says so", async () => {
  const { server, origin } = await world();
  const sha256 = origin.hash("/a.bin");
  await download(server, {
    source: `${origin.url}/a.bin`,
    path: join(server.models, "vae/first.bin"),
    sha256,
  });
  await vi.waitFor(async () => expect(await server.files.find({ sha256 })).toHaveLength(1), PATIENCE);
  const sent = origin.bytesSent("/a.bin");
  const body = {
    source: `${origin.url}/a.bin`,
    path: join(server.models, "vae/b.bin"),
    sha256,
    reuse: "off",
  };
  const plan = (await send(server.url, "/plan", { method: "POST", body: { ...body, size: SIZE } })).json;
  expect(plan).toMatchObject({ plans: [{ jobs: [{ state: "new", from: null }] }] });
  await download(server, body);
  expect(origin.bytesSent("/a.bin")).toBeGreaterThanOrEqual(sent + SIZE);
});
