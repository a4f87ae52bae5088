/** The JSON files of the resource queue under `kill -9`: never half a file, never a job lost or made twice. */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { DownloadsAnswer } from "../src/wire/downloads.ts";
import { call } from "./world/api.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const QUEUE = "download_queue.json";
const STATUS = "download_status.json";
/** Nobody listens there. */
const SSH = "ssh -p 1 root@127.0.0.1";
const FENCE = "```";

interface Entry {
  id: string;
  [field: string]: unknown;
}

async function worldWithCard(): Promise<World> {
  const world = await createWorld();
  cleanups.push(() => world.remove());
  await mkdir(join(world.folder, "resources"));
  await writeFile(
    join(world.folder, "resources/a.md"),
    `# Download\n\n${FENCE}bash\nwget -P "$UI_HOME/m" https://x.invalid/a.bin\n${FENCE}\n`,
  );
  return world;
}

async function serve(world: World): Promise<Haulyard> {
  const server = await startHaulyard(world);
  cleanups.push(() => server.kill9());
  return server;
}

async function entriesIn({ downloads }: World, file: string): Promise<Entry[]> {
  return JSON.parse(await readFile(join(downloads, file), "utf8").catch(() => "[]")) as Entry[];
}

const idsIn = async (world: World, file: string): Promise<string[]> =>
  (await entriesIn(world, file)).map(({ id }) => id);

const idsOf = async ({ url }: Haulyard): Promise<string[]> =>
  DownloadsAnswer.parse((await call(`${url}/downloads/status`)).body).map(({ id }) => id);

function foreign(count: number): Entry[] {
  return Array.from({ length: count }, () => crypto.randomUUID()).map((id) => ({
    id,
    ssh_connection: SSH,
    ui_home: "/workspace/ComfyUI",
    resource_paths: [`loras/${id}.md`],
    commands: [`wget -P /m https://x.invalid/${id}.bin`],
    total_commands: 1,
    command_index: 0,
    added_at: new Date().toISOString(),
    status: "PENDING",
  }));
}

/** As careful programs do: aside, then renamed over. */
async function appendAll(world: World, entries: readonly Entry[]): Promise<void> {
  const path = join(world.downloads, QUEUE);
  const text = JSON.stringify([...(await entriesIn(world, QUEUE)), ...entries]);
  await writeFile(`${path}.theirs`, text);
  await rename(`${path}.theirs`, path);
}

it("killed at any moment while jobs come, the files are whole and say all of it after the next start", async () => {
  const world = await worldWithCard();
  const expected = new Set<string>();
  for (const lifeMs of [300, 2_050, 700, 4_100]) {
    const server = await serve(world);
    const killAt = Date.now() + lifeMs;
    for (let port = 2; Date.now() < killAt; port += 1) {
      const body = { ssh_connection: `ssh -p ${port} u${expected.size}@127.0.0.1`, resources: ["a.md"] };
      const { status, body: answer } = await call<{ jobs: Entry[] }>(
        `${server.url}/downloads/queue`,
        "POST",
        body,
      );
      expect(status).toBe(200);
      for (const { id } of answer.jobs) expected.add(id);
    }
    await server.kill9();
    // Whole whenever somebody reads: parsing throws otherwise.
    for (const file of [QUEUE, STATUS])
      for (const id of await idsIn(world, file)) expect(expected).toContain(id);
  }
  const last = await serve(world);
  expect(new Set(await idsOf(last))).toEqual(expected);
  for (const file of [QUEUE, STATUS])
    await waitFor(
      "the files to say all",
      () => idsIn(world, file),
      (ids) => ids.length === expected.size,
    );
  expect(new Set(await idsIn(world, STATUS))).toEqual(expected);
  const names = await readdir(world.downloads);
  expect(names.filter((name) => name.includes("rejected") || name.endsWith(".tmp"))).toEqual([]);
});

it("killed while it takes up what another program appended, every job of it is there once", async () => {
  const world = await worldWithCard();
  const entries = foreign(60);
  await appendAll(world, entries);
  for (const lifeMs of [30, 150, 400]) {
    const server = await serve(world);
    await new Promise((resolve) => setTimeout(resolve, lifeMs));
    await server.kill9();
    const more = foreign(5);
    entries.push(...more);
    await appendAll(world, more);
  }
  const last = await serve(world);
  const expected = entries.map(({ id }) => id).toSorted();
  await waitFor(
    "all of them",
    () => idsOf(last),
    (ids) => ids.length >= expected.length,
  );
  expect((await idsOf(last)).toSorted()).toEqual(expected);
  await waitFor(
    "the queue file to be ours",
    () => entriesIn(world, QUEUE),
    (all) => all.length === expected.length && all.every((entry) => entry["managed_by"] === "haulyard"),
  );
});
