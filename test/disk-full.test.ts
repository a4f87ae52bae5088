/** A full disk pauses a download and loses nothing; it goes on by itself when there is space again. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, statfs, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call, jobOf } from "./world/api.ts";
import { hashOf, headFor } from "./world/file-bytes.ts";
import type { World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import { spawnOrigin } from "./world/spawn-origin.ts";

const run = promisify(execFile);
const MB = 1_000_000;
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("a full disk (needs root to mount a small one)", () => {
  const cleanups: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  /** A world whose models folder is a file system of its own. */
  async function smallWorld(bytes: number): Promise<World> {
    const world = await createWorld();
    await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", world.models]);
    cleanups.push(async () => {
      await run("umount", ["-l", world.models]);
      await world.remove();
    });
    return world;
  }

  const reaches = (url: string, id: string, status: string): Promise<JobMessage> =>
    waitFor(
      `status ${status}`,
      () => jobOf(url, id),
      (job) => job.status === status,
    );

  it("does not begin what cannot fit, says how much is missing, and begins when it fits", async () => {
    const world = await smallWorld(120 * MB);
    const filler = join(world.models, "filler");
    await writeFile(filler, Buffer.alloc(70 * MB));
    await using origin = await spawnOrigin({ "/m.gguf": { size: 40 * MB } });
    const server = await startHaulyard(world);
    cleanups.push(() => server.kill9());
    const { body } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
      source: `${origin.url}/m.gguf`,
      path: join(world.models, "unet/m.gguf"),
    });
    const paused = await reaches(server.url, body.id, "PAUSED");
    expect(paused.paused).toMatchObject({ why: "no_space", note: expect.stringMatching(/space|full|free/i) });
    expect(paused.progress.bytes_done).toBe(0);
    await rm(filler);
    await reaches(server.url, body.id, "COMPLETE");
    expect(await hashFile(join(world.models, "unet/m.gguf"))).toBe(wholeHash("/m.gguf", 40 * MB));
  });

  it("keeps the bytes when the disk fills up half-way, whoever filled it, even over kill -9", async () => {
    const size = 60 * MB;
    const world = await smallWorld(140 * MB);
    await mkdir(join(world.models, "unet"));
    // So slow that it is still under way when the disk is full, however long filling it takes.
    await using origin = await spawnOrigin({ "/m.gguf": { size, bytesPerSecond: 1.5 * MB } });
    let server = await startHaulyard(world);
    cleanups.push(() => server.kill9());
    const { body } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
      source: `${origin.url}/m.gguf`,
      path: join(world.models, "unet/m.gguf"),
    });
    await waitFor(
      "some bytes",
      () => jobOf(server.url, body.id),
      (job) => job.progress.bytes_done > 10 * MB,
    );
    const filler = join(world.models, "filler");
    await fillUp(world.models, filler);
    const paused = await reaches(server.url, body.id, "PAUSED");
    expect(paused.paused?.why).toBe("no_space");
    expect(paused.progress.bytes_done).toBeGreaterThan(10 * MB);
    await server.kill9();
    await origin.put({ "/m.gguf": { size } });
    server = await startHaulyard(world, { port: server.port });
    expect((await jobOf(server.url, body.id)).status).toBe("PAUSED");
    await truncate(filler, 0);
    await reaches(server.url, body.id, "COMPLETE");
    expect(await hashFile(join(world.models, "unet/m.gguf"))).toBe(wholeHash("/m.gguf", size));
    const last = (await origin.requests()).findLast(({ method }) => method === "GET");
    expect(Number(/bytes=(\d+)-/.exec(last?.range ?? "")?.[1])).toBeGreaterThan(10 * MB);
  });
});

/** Writes zeros until the file system takes no more. */
async function fillUp(folder: string, filler: string): Promise<void> {
  for (;;) {
    const { bavail, bsize } = await statfs(folder);
    if (bavail === 0) return;
    try {
      await writeFile(filler, Buffer.alloc(Math.min(bavail * bsize, 16 * MB)), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      return;
    }
  }
}

function wholeHash(path: string, size: number): string {
  return hashOf({ size, seed: 1, head: headFor(path, size) }, "sha256");
}

async function hashFile(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
