/** The main job, end to end: nothing can lose a download. Real server, real origin, real kill -9. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterEach, describe, expect, it } from "vitest";
import { fetching } from "../src/transfer/testing/bench.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call, jobOf, statusOf } from "./world/api.ts";
import { hashOf, headFor } from "./world/file-bytes.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { SpawnedOrigin } from "./world/spawn-origin.ts";
import { spawnOrigin } from "./world/spawn-origin.ts";

const MB = 1_000_000;

describe("a model download", () => {
  const cleanups: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function originWith(files: Parameters<typeof spawnOrigin>[0]): Promise<SpawnedOrigin> {
    const origin = await spawnOrigin(files);
    cleanups.push(() => origin.close());
    return origin;
  }

  async function worldWith(models: Record<string, { url: string; path: string }>): Promise<World> {
    const entries = Object.entries(models).map(([id, entry]) => [
      id,
      { name: id, description: "", ...entry },
    ]);
    const world = await createWorld({ test: { name: "Test set", models: Object.fromEntries(entries) } });
    cleanups.push(() => world.remove());
    return world;
  }

  async function serve(world: World, options: Parameters<typeof startHaulyard>[1] = {}): Promise<Haulyard> {
    const server = await startHaulyard(world, options);
    cleanups.push(() => server.kill9());
    return server;
  }

  async function download(url: string, modelId: string): Promise<string> {
    const { status, body } = await call<{ status: string; destination: string }>(`${url}/download`, "POST", {
      model_set: "test",
      model_id: modelId,
    });
    expect({ status, started: body.status }).toEqual({ status: 200, started: "started" });
    return body.destination;
  }

  async function completed(server: Haulyard, destination: string): Promise<void> {
    await waitFor(
      "the download to end",
      async () => (await statusOf(server.url))[destination],
      (entry) => entry?.status === "completed",
    );
  }

  /** How much of a file the ledger claims: it outlasts whatever happens to the process. */
  async function bytesKept(destination: string): Promise<number> {
    const text = await readFile(`${destination}.part.json`, "utf8").catch(() => '{"done":[]}');
    const { done } = JSON.parse(text) as { done: [number, number][] };
    return done.reduce((sum, [start, end]) => sum + end - start, 0);
  }

  const progressed = (server: Haulyard, destination: string, bytes: number): Promise<unknown> =>
    waitFor(
      `${bytes} bytes to come`,
      async () => (await statusOf(server.url))[destination],
      (entry) => (entry?.downloaded ?? 0) >= bytes,
    );

  it("goes on from where it was after kill -9 of the server, byte for byte", async () => {
    const size = 180 * MB;
    const origin = await originWith({ "/m.safetensors": { size, bytesPerSecond: 10 * MB } });
    const world = await worldWith({
      m: { url: `${origin.url}/m.safetensors`, path: "checkpoints/m.safetensors" },
    });
    const first = await serve(world);
    const destination = await download(first.url, "m");
    expect(destination).toBe(join(world.models, "checkpoints/m.safetensors"));
    await waitFor(
      "40 MB to be kept",
      () => bytesKept(destination),
      (bytes) => bytes >= 40 * MB,
    );
    await first.kill9();
    await origin.put({ "/m.safetensors": { size } });
    expect(existsSync(destination)).toBe(false);

    const second = await serve(world, { port: first.port });
    const [entry] = Object.values(await statusOf(second.url));
    expect(entry?.downloaded).toBeGreaterThanOrEqual(40 * MB);
    await completed(second, destination);
    expect(await fileHash(destination)).toBe(wholeHash("/m.safetensors", size));
    const gets = fetching(await origin.requests()).filter(({ method }) => method === "GET");
    const resumed = Number(/bytes=(\d+)-/.exec(gets.at(-1)?.range ?? "")?.[1] ?? 0);
    expect(resumed).toBeGreaterThanOrEqual(30 * MB);
    expect(await readdir(join(world.models, "checkpoints"))).toEqual(["m.safetensors"]);
  });

  it("survives being killed again and again, at any moment", async () => {
    const size = 60 * MB;
    const origin = await originWith({ "/m.gguf": { size, bytesPerSecond: 30 * MB } });
    const world = await worldWith({ m: { url: `${origin.url}/m.gguf`, path: "unet/m.gguf" } });
    let server = await serve(world);
    const destination = await download(server.url, "m");
    for (const afterMs of [150, 700, 30, 1_500, 400]) {
      await new Promise((later) => setTimeout(later, afterMs));
      await server.kill9();
      server = await serve(world, { port: server.port });
    }
    await completed(server, destination);
    expect(await fileHash(destination)).toBe(wholeHash("/m.gguf", size));
    expect(await readdir(join(world.models, "unet"))).toEqual(["m.gguf"]);
  });

  it("stops without waiting for its downloads when asked to, and goes on at the next start", async () => {
    const size = 60 * MB;
    const origin = await originWith({ "/m.gguf": { size, bytesPerSecond: 4 * MB } });
    const world = await worldWith({ m: { url: `${origin.url}/m.gguf`, path: "unet/m.gguf" } });
    const first = await serve(world);
    const destination = await download(first.url, "m");
    await progressed(first, destination, 10 * MB);
    expect(await first.stop()).toBe(0);
    await origin.put({ "/m.gguf": { size } });
    const partial = (await stat(`${destination}.part`)).size;
    expect(partial).toBeGreaterThanOrEqual(10 * MB);
    const second = await serve(world);
    await completed(second, destination);
    const last = fetching(await origin.requests()).findLast(({ method }) => method === "GET");
    expect(last?.range).toBe(`bytes=${partial}-`);
    expect(await fileHash(destination)).toBe(wholeHash("/m.gguf", size));
  });

  it("is one job however often the same file is asked for at once", async () => {
    const origin = await originWith({ "/m.gguf": { size: 20 * MB, bytesPerSecond: MB / 10 } });
    const world = await worldWith({ m: { url: `${origin.url}/m.gguf`, path: "unet/m.gguf" } });
    const server = await serve(world);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        call<{ status?: string; error?: string }>(`${server.url}/download`, "POST", {
          model_set: "test",
          model_id: "m",
        }),
      ),
    );
    const statuses = answers.map(({ status, body }) => `${status} ${body.status ?? body.error}`).toSorted();
    expect(statuses).toEqual(["200 started", ...Array<string>(19).fill("409 Download already in progress")]);
    const jobs = await Promise.all(
      Array.from({ length: 5 }, () => call<JobMessage>(`${server.url}/jobs`, "POST", { source: "test/m" })),
    );
    expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(jobs.map(({ body }) => body.id)).size).toBe(1);
    await origin.release("/m.gguf");
    await completed(server, join(world.models, "unet/m.gguf"));
    const again = await call<{ status: string }>(`${server.url}/download`, "POST", {
      model_set: "test",
      model_id: "m",
    });
    expect(again).toMatchObject({ status: 200, body: { status: "already_exists" } });
    const bodies = (await origin.requests()).filter(
      ({ method, bytesSent }) => method === "GET" && bytesSent > 1000,
    );
    expect(bodies.length).toBe(1);
  });

  it("takes a file that is there and whole for what it is, without a transfer", async () => {
    const size = 3 * MB;
    const origin = await originWith({ "/m.gguf": { size } });
    const world = await worldWith({ m: { url: `${origin.url}/m.gguf`, path: "unet/m.gguf" } });
    const server = await serve(world);
    const destination = await download(server.url, "m");
    await completed(server, destination);
    await call(`${server.url}/clear_completed`, "POST", {});
    const answer = await call<{ status: string }>(`${server.url}/download`, "POST", {
      model_set: "test",
      model_id: "m",
    });
    expect(answer.body.status).toBe("already_exists");
    expect((await statusOf(server.url))[destination]).toMatchObject({
      status: "completed",
      progress: 100,
      downloaded: size,
    });
    const bodies = (await origin.requests()).filter(
      ({ method, bytesSent }) => method === "GET" && bytesSent > 1000,
    );
    expect(bodies.length).toBe(1);
  });

  it("pauses, resumes and cancels as asked", async () => {
    const origin = await originWith({ "/m.gguf": { size: 50 * MB, bytesPerSecond: MB } });
    const world = await worldWith({ m: { url: `${origin.url}/m.gguf`, path: "unet/m.gguf" } });
    const server = await serve(world);
    const destination = await download(server.url, "m");
    await progressed(server, destination, 2 * MB);
    const id = (await statusOf(server.url))[destination]?.job_id ?? "";
    const reaches = (status: string): Promise<JobMessage> =>
      waitFor(
        `status ${status}`,
        () => jobOf(server.url, id),
        (job) => job.status === status,
      );
    expect((await call(`${server.url}/jobs/${id}/pause`, "POST")).status).toBe(200);
    const paused = await reaches("PAUSED");
    expect((await statusOf(server.url))[destination]).toMatchObject({ status: "downloading", paused: true });
    expect(paused.progress.bytes_done).toBeGreaterThanOrEqual(2 * MB);
    expect((await call(`${server.url}/jobs/${id}/resume`, "POST")).status).toBe(200);
    await reaches("RUNNING");
    expect((await call(`${server.url}/jobs/${id}/cancel`, "POST")).status).toBe(200);
    await reaches("CANCELLED");
    await origin.put({ "/m.gguf": { size: 50 * MB } });
    expect((await call(`${server.url}/jobs/${id}/retry`, "POST")).status).toBe(200);
    await completed(server, destination);
    expect(await fileHash(destination)).toBe(wholeHash("/m.gguf", 50 * MB));
  });

  it("goes on at a mirror with the bytes of the first address, once they are proven to be the same", async () => {
    const size = 30 * MB;
    const broken = { size, rules: [{ times: 1, cutAfter: 12 * MB, cut: "fin" as const }, { status: 404 }] };
    const origin = await originWith({ "/m.gguf": broken, "/copy/m.gguf": { size } });
    const world = await worldWith({});
    const server = await serve(world);
    const { body } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
      source: `${origin.url}/m.gguf`,
      mirrors: [`${origin.url}/copy/m.gguf`],
      sha256: wholeHash("/m.gguf", size),
    });
    const job = await waitFor(
      "the end",
      () => jobOf(server.url, body.id),
      ({ status }) => status === "COMPLETE" || status === "FAILED",
    );
    expect(job).toMatchObject({ status: "COMPLETE", checksum: { state: "verified" } });
    const copies = (await origin.requests()).filter(({ path }) => path === "/copy/m.gguf");
    expect(copies.reduce((sum, { bytesSent }) => sum + bytesSent, 0)).toBeLessThan(20 * MB);
  });

  it("leaves a second server of the same data folder no chance, and says why", async () => {
    const world = await worldWith({});
    await serve(world);
    await expect(startHaulyard(world)).rejects.toThrow(/another Haulyard serves .*data/i);
  });

  it("ends when its port is taken, and says so: who watches over it must not take it for one that serves", async () => {
    const { port } = await serve(await worldWith({}));
    await expect(startHaulyard(await worldWith({}), { port })).rejects.toThrow(/ended with 1:[^]*is taken/);
  });

  it("tells no secret to anybody: not in answers, events, files, logs or process lists", async () => {
    const secret = "PLANTED-4f1e";
    const size = 30 * MB;
    const origin = await originWith({
      "/private.gguf": { size, bytesPerSecond: MB / 4, authorization: `Bearer ${secret}` },
    });
    const url = `${origin.url}/private.gguf?token=${secret}&part=7`;
    const world = await worldWith({ m: { url, path: "unet/m.gguf" } });
    const server = await serve(world);
    const { status, body } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
      source: url,
      path: "private.gguf",
      headers: { Authorization: `Bearer ${secret}` },
    });
    expect(status).toBe(201);
    const events = new AbortController();
    const stream = await fetch(`${server.url}/events?snapshot=1`, { signal: events.signal });
    await waitFor(
      "bytes",
      () => jobOf(server.url, body.id),
      (job) => job.progress.bytes_done > MB,
    );
    await call(`${server.url}/download`, "POST", { model_set: "test", model_id: "m" });
    await waitFor(
      "the status file",
      async () => existsSync(join(world.downloads, ".download_status.json")),
      Boolean,
    );
    const reader = stream.body?.getReader();
    let streamed = "";
    while (!streamed.includes("event: progress")) {
      streamed += Buffer.from((await reader?.read())?.value ?? new Uint8Array()).toString();
    }
    events.abort();
    const shown: Record<string, string> = { events: streamed, log: server.output() };
    for (const path of [
      "/jobs",
      `/jobs/${body.id}`,
      `/jobs/${body.id}/history`,
      "/status",
      "/models",
      "/get_model_configs",
      "/health",
    ]) {
      shown[path] = await (await fetch(server.url + path)).text();
    }
    for (const folder of [world.downloads, world.models, world.data]) {
      for (const name of await readdir(folder, { recursive: true })) {
        if (/\.(part|db|db-wal|db-shm|gguf)$/.test(name) || (await stat(join(folder, name))).isDirectory())
          continue;
        shown[name] = await readFile(join(folder, name), "utf8");
      }
    }
    shown["cmdline"] = await readFile(`/proc/${server.pid}/cmdline`, "utf8");
    expect(Object.keys(shown)).toEqual(
      expect.arrayContaining([".download_status.json", "files/private.gguf.part.json"]),
    );
    expect(Object.keys(shown).filter((where) => shown[where]?.includes(secret))).toEqual([]);
    expect(((await stat(join(world.data, "haulyard.db"))).mode & 0o777).toString(8)).toBe("600");
    await origin.release("/private.gguf");
    await waitFor(
      "the end",
      () => jobOf(server.url, body.id),
      (job) => job.status === "COMPLETE",
    );
  });
});

function wholeHash(path: string, size: number): string {
  return hashOf({ size, seed: 1, head: headFor(path, size) }, "sha256");
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
