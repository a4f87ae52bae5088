/** The store goes away and comes back: whoever keeps up with the queue misses nothing of what others did meanwhile. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { applied, claim, complete } from "../store/suite/under-test.ts";
import { HealthMessage } from "../wire/health.ts";
import { gidOf } from "./compat/aria2/gid.ts";
import { openSocket } from "./compat/aria2/testing/rpc-socket.ts";
import { EventReader } from "./testing/read-events.ts";
import { send } from "./testing/send.ts";
import { soon } from "./testing/soon.ts";
import { startServer } from "./testing/start-server.ts";
import { StoreOutage } from "./testing/store-outage.ts";
import type { TestServer } from "./testing/test-server.ts";

const SSH = "ssh -p 44686 root@109.231.106.68";
const ENTRY = {
  id: "550e8400-e29b-41d4-a716-446655440000",
  instance_id: "109_231_106_68",
  ssh_connection: SSH,
  ui_home: "/root/ComfyUI",
  resource_paths: ["loras/wan.md"],
  commands: ['wget -P "$UI_HOME/models/loras" https://x.org/wan.safetensors'],
  total_commands: 1,
  command_index: 0,
  added_at: new Date().toISOString(),
  status: "PENDING",
};
const OTHER_ID = "550e8400-e29b-41d4-a716-446655440001";
const OLD = "/models/old.safetensors";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(outage: StoreOutage, folder?: string): Promise<TestServer> {
  const server = await startServer({
    localJobs: 0,
    storeOf: outage.storeOf,
    ...(folder === undefined ? {} : { folder }),
  });
  cleanups.push(async () => server[Symbol.asyncDispose]());
  return server;
}

const read = async (server: TestServer, file: string): Promise<unknown> =>
  JSON.parse(await readFile(join(server.downloads, file), "utf8").catch(() => "null"));

async function health({ url }: TestServer): Promise<string[]> {
  const { json, status } = await send(url, "/health");
  expect(status).toBe(200);
  return HealthMessage.parse(json).problems.map(({ code }) => code);
}

test("files, sockets and streams tell of all that another server did while the store was away", async () => {
  const outage = new StoreOutage();
  const server = await start(outage);
  const added = await send(server.url, "/jobs", {
    method: "POST",
    body: { source: "https://origin.example/a.bin" },
  });
  const { id } = added.json as { id: string };
  const queued = { ...ENTRY, id: OTHER_ID };
  await writeFile(join(server.downloads, "download_queue.json"), JSON.stringify([queued]));
  await soon(async () => (await server.store.get(OTHER_ID))?.id).toBe(OTHER_ID);
  await using client = await openSocket(server.url);
  await client.call("aria2.getVersion");
  const stream = await EventReader.open(server.url, "/events?snapshot=1");
  await stream.until("the snapshot", () => stream.lastId !== "");
  const cursor = stream.lastId;
  stream.close();

  outage.isAway = () => true;
  // What another program asks for, and what another server does.
  const entries = (await read(server, "download_queue.json")) as object[];
  await writeFile(join(server.downloads, "download_queue.json"), JSON.stringify([...entries, ENTRY]));
  const other = await openSqliteStore({ path: join(server.folder, "haulyard.db") });
  cleanups.push(() => other.close());
  await complete(other, await claim(other));
  await applied(other, OTHER_ID, { type: "cancel" }, Date.now());
  expect(await health(server)).toContain("store_unavailable");
  expect((await send(server.url, "/ready")).status).toBe(503);
  expect((await send(server.url, "/jobs")).status).toBe(503);
  // The feed of changes, and the entry that came, have both met a store that is not there.
  await soon(() => outage.missed).toEqual(expect.arrayContaining(["changesAfter", "get"]));
  outage.isAway = () => false;

  await client.heard("aria2.onDownloadComplete", gidOf(id));
  await soon(async () => (await server.store.get(ENTRY.id))?.id).toBe(ENTRY.id);
  await soon(() => read(server, "download_status.json")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: OTHER_ID, status: "CANCELLED" }),
      expect.objectContaining({ id: ENTRY.id, status: "PENDING" }),
    ]),
  );
  const statuses = async (): Promise<unknown[]> =>
    Object.values((await read(server, ".download_status.json")) as Record<string, unknown>);
  await soon(statuses).toEqual([expect.objectContaining({ status: "completed" })]);
  const again = await EventReader.open(server.url, "/events", { "last-event-id": cursor });
  cleanups.push(async () => again.close());
  await again.until("what happened meanwhile", () =>
    [id, OTHER_ID].every((each) => again.of("job").some(({ data }) => data["id"] === each)),
  );
  expect(await health(server)).toEqual([]);
});

test("what old systems have left is taken over whole, though the store goes away in the middle of it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-old-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const downloads = join(folder, "downloads");
  await mkdir(downloads);
  await writeFile(join(folder, "model_configs.json"), "{}");
  const second = {
    ...ENTRY,
    id: OTHER_ID,
    commands: ['wget -P "$UI_HOME/models/loras" https://x.org/b.bin'],
  };
  await writeFile(join(downloads, "download_queue.json"), JSON.stringify([ENTRY, second]));
  const model = join(folder, OLD);
  await writeFile(
    join(downloads, ".download_status.json"),
    JSON.stringify({
      [model]: {
        progress: 10,
        status: "downloading",
        url: "https://origin.example/old.safetensors",
        start_time: Date.now() / 1000,
        timestamp: Date.now() / 1000,
        file_size: 1000,
        downloaded: 100,
      },
    }),
  );
  const outage = new StoreOutage();
  outage.isAway = (verb) => verb === "insert";
  const server = await start(outage, folder);
  // Both were begun, and neither got anywhere.
  await soon(() => outage.missed.length).toBeGreaterThan(1);
  expect((await server.engine.list({ sort: "oldest", limit: 10 })).jobs).toEqual([]);
  outage.isAway = () => false;
  const taken = async (): Promise<string[]> =>
    (await server.engine.list({ sort: "oldest", limit: 10 })).jobs.map(({ destination, id }) =>
      destination === model ? model : id,
    );
  await soon(async () => (await taken()).toSorted()).toEqual([model, ENTRY.id, OTHER_ID].toSorted());
  // And nobody says that an entry could not be read, as if it were the entry's fault.
  expect(await health(server)).toEqual([]);
});
