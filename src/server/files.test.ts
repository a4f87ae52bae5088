import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import type { Origin } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import { send } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestOptions, TestServer } from "./testing/test-server.ts";

const PATIENCE = { timeout: 180_000, interval: 50 };
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

const files = async (server: TestServer, query = ""): Promise<Json[]> =>
  (await send(server.url, `/files?${query}`)).json?.["files"] as Json[];

it("lists what is here with what knows it, page by page, and what nobody knows by itself", async () => {
  const { server, origin } = await world();
  const sha256 = origin.hash("/a.bin");
  const stranger = join(server.models, "vae/stranger.bin");
  const moved = join(server.models, "vae/moved.bin");
  await mkdir(join(server.models, "vae"));
  await writeFile(stranger, "who knows");
  await writeFile(moved, origin.bytes("/a.bin"));
  await writeFile(
    server.catalogFile,
    JSON.stringify({
      s: { name: "S", models: { m: { name: "M", url: `${origin.url}/a.bin`, path: "loras/m.bin", sha256 } } },
    }),
  );
  await download(server, { source: "s/m", reuse: "off" });
  await server.files.hashNow(moved, new AbortController().signal);
  server.files.lookAgain(server.models);
  await vi.waitFor(async () => expect(await files(server)).toHaveLength(3), PATIENCE);
  await vi.waitFor(
    async () =>
      expect(await files(server)).toMatchObject([
        {
          path: join(server.models, "loras/m.bin"),
          size: SIZE,
          sha256,
          model: { model_id: "m", by: "path" },
          source: { kind: "model" },
        },
        { path: moved, sha256, model: { set_id: "s", model_id: "m", by: "sha256" }, source: null },
        { path: stranger, size: 9, model: null, source: null, check: null },
      ]),
    PATIENCE,
  );
  expect((await files(server, "unknown=true")).map(({ path }) => path)).toEqual([stranger]);
  const first = (await send(server.url, `/files?limit=2&under=${server.models}/`)).json;
  expect(first).toMatchObject({ next: moved });
  expect(
    (await files(server, `limit=2&under=${server.models}&cursor=${moved}`)).map(({ path }) => path),
  ).toEqual([stranger]);
  const { folders, complete, roots } = (await send(server.url, "/files/folders")).json as {
    folders: Json[];
  } & Json;
  expect(complete).toBe(true);
  expect(roots).toContain(server.models);
  expect(folders).toContainEqual(
    expect.objectContaining({ folder: join(server.models, "vae"), files: 2, bytes: SIZE + 9 }),
  );
  expect((await send(server.url, "/files?under=relative")).status).toBe(400);
});

it("holds files against their hashes, and says which are wrong, unknown or gone", async () => {
  const { server, origin } = await world();
  const sha256 = origin.hash("/a.bin");
  await mkdir(join(server.models, "loras"));
  const [right, wrong, stranger, gone] = ["right", "wrong", "stranger", "gone"].map((name) =>
    join(server.models, `loras/${name}.bin`),
  ) as [string, string, string, string];
  await writeFile(right, origin.bytes("/a.bin"));
  await writeFile(wrong, "damaged");
  await writeFile(stranger, "?");
  const entry = (name: string): Json => ({
    name,
    url: `${origin.url}/a.bin`,
    path: `loras/${name}.bin`,
    sha256,
  });
  await writeFile(
    server.catalogFile,
    JSON.stringify({
      s: { name: "S", models: { right: entry("right"), wrong: entry("wrong"), gone: entry("gone") } },
    }),
  );
  server.files.lookAgain(server.models);
  await vi.waitFor(async () => expect(await files(server)).toHaveLength(3), PATIENCE);
  const body = { paths: [right, wrong, stranger, gone] };
  const { results } = (await send(server.url, "/files/verify", { method: "POST", body })).json as {
    results: Json[];
  };
  expect(results).toMatchObject([
    { path: right, verdict: "right", file: { sha256, check: { verdict: "right", origin: "model entry" } } },
    { path: wrong, verdict: "wrong", file: { check: { verdict: "wrong", expected: sha256 } } },
    // Nobody says which hash it has to have; which it has is known now.
    { path: stranger, verdict: "unknown", file: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    { path: gone, verdict: "gone", file: null },
  ]);
  expect((await files(server)).find(({ path }) => path === wrong)).toMatchObject({
    check: { verdict: "wrong" },
  });

  const checkIn = async (id: string): Promise<unknown> => {
    const { models } = (await send(server.url, "/models")).json as { models: Json[] };
    return models.find(({ model_id }) => model_id === id)?.["check"];
  };
  expect(await checkIn("right")).toMatchObject({ verdict: "right" });
  expect(await checkIn("wrong")).toMatchObject({ verdict: "wrong" });
  expect(await checkIn("gone")).toBe(null);
  // Of bytes that came since it says nothing.
  await download(server, { source: "s/wrong", replace: true, reuse: "off" });
  expect((await readFile(wrong)).equals(origin.bytes("/a.bin"))).toBe(true);
  expect(await checkIn("wrong")).not.toMatchObject({ verdict: "wrong" });
});
