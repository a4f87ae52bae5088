import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../job/clock.ts";
import type { Clock } from "../../job/clock.ts";
import { HealthMessage } from "../../wire/health.ts";
import { QueueAnswer } from "../../wire/downloads.ts";
import { WATCH_EVERY_MS } from "./mirror-file.ts";
import { putCard } from "../testing/put-card.ts";
import { send } from "../testing/send.ts";
import { soon } from "../testing/soon.ts";
import { startServer } from "../testing/start-server.ts";
import type { TestOptions, TestServer } from "../testing/test-server.ts";

const QUEUE = "download_queue.json";
const STATUS = "download_status.json";
const SSH = "ssh -p 44686 root@109.231.106.68 -L 8080:localhost:8080";
const ID = "550e8400-e29b-41d4-a716-446655440000";
const OTHER = "550e8400-e29b-41d4-a716-446655440001";

/** As the document of the old system shows it. */
const ENTRY = {
  id: ID,
  instance_id: "109_231_106_68",
  ssh_connection: SSH,
  ui_home: "/root/ComfyUI",
  resource_paths: ["loras/wan21_fusionx.md"],
  commands: ['wget -P "$UI_HOME/models/loras" https://x.org/wan.safetensors'],
  total_commands: 1,
  command_index: 0,
  added_at: new Date().toISOString(),
  status: "PENDING",
};

type Entry = Record<string, unknown>;

const servers: TestServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  // All of them first: several may have had one folder.
  for (const server of servers) await server.stop();
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Waits a twentieth of what it is told to: two seconds are many where nothing else happens. */
const QUICK: Clock = { now: Date.now, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) };

async function start(options: TestOptions = {}): Promise<TestServer> {
  const server = await startServer({ clock: QUICK, localJobs: 0, ...options });
  servers.push(server);
  return server;
}

/** A folder that an old system has left, with its pair of files. */
async function leftBehind(queue: unknown, status: unknown = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-old-"));
  folders.push(folder);
  await mkdir(join(folder, "downloads"));
  await writeFile(join(folder, "model_configs.json"), "{}");
  const text = (value: unknown): string =>
    typeof value === "string" ? value : JSON.stringify(value, null, 2);
  await writeFile(join(folder, "downloads", QUEUE), text(queue));
  await writeFile(join(folder, "downloads", STATUS), text(status));
  return folder;
}

const pathOf = ({ downloads }: TestServer, file: string): string => join(downloads, file);
const textOf = (server: TestServer, file: string): Promise<string> => readFile(pathOf(server, file), "utf8");

async function entriesOf(server: TestServer, file: string): Promise<Entry[]> {
  return JSON.parse(await textOf(server, file).catch(() => "[]")) as Entry[];
}

const fieldsOf = async (server: TestServer, file: string, ...names: string[]): Promise<unknown[]> =>
  (await entriesOf(server, file)).map((entry) => names.map((name) => entry[name]));

async function problemsOf(server: TestServer): Promise<string[]> {
  const { json } = await send(server.url, "/health");
  return HealthMessage.parse(json).problems.map(({ message }) => message);
}

/** As a program does that knows nothing of us: reads, appends, writes. */
async function append(server: TestServer, entry: unknown): Promise<void> {
  const entries = await entriesOf(server, QUEUE);
  await writeFile(pathOf(server, QUEUE), JSON.stringify([...entries, entry], null, 2));
}

async function queueCard(server: TestServer, filepath = "a.md"): Promise<string> {
  const body = { ssh_connection: SSH, resources: [filepath] };
  const { json } = await send(server.url, "/downloads/queue", { method: "POST", body });
  return QueueAnswer.parse(json).jobs[0]?.id ?? "";
}

async function jobIds(server: TestServer): Promise<string[]> {
  return (await server.engine.list({ sort: "oldest", limit: 100 })).jobs.map(({ id }) => id);
}

describe("the mirrors of the resource queue", () => {
  it("say what the queue holds, soon after every change, and what /downloads/status says", async () => {
    const server = await start();
    await putCard(server, "a.md", ENTRY.commands[0] ?? "", "title: Wan");
    const id = await queueCard(server);
    await soon(() => entriesOf(server, QUEUE)).toMatchObject([
      {
        id,
        instance_id: "109_231_106_68",
        ssh_connection: "ssh -p 44686 root@109.231.106.68",
        ui_home: "/workspace/ComfyUI",
        resource_paths: ["a.md"],
        commands: ENTRY.commands,
        total_commands: 1,
        command_index: 0,
        status: "PENDING",
      },
    ]);
    await server.engine.act(id, "cancel");
    await soon(() => fieldsOf(server, QUEUE, "id", "status")).toEqual([[id, "CANCELLED"]]);
    await soon(() => fieldsOf(server, STATUS, "id", "status")).toEqual([[id, "CANCELLED"]]);
    const status = JSON.parse((await send(server.url, "/downloads/status")).text) as Entry[];
    expect(await entriesOf(server, STATUS)).toMatchObject(status);
    await server.engine.act(id, "remove");
    await soon(() => textOf(server, QUEUE)).toBe("[]\n");
    await soon(() => textOf(server, STATUS)).toBe("[]\n");
  });

  it("are not written while nothing changes, and hold no secrets", async () => {
    const server = await start();
    await putCard(server, "a.md", 'civitdl -k hunter2hunter2 12 "$UI_HOME/m"');
    await queueCard(server);
    await soon(() => entriesOf(server, QUEUE)).toHaveLength(1);
    await soon(() => entriesOf(server, STATUS)).toHaveLength(1);
    expect(await textOf(server, QUEUE)).not.toContain("hunter2");
    expect(await textOf(server, STATUS)).not.toContain("hunter2");
    const writtenAt = async (): Promise<bigint> =>
      (await stat(pathOf(server, QUEUE), { bigint: true })).mtimeNs;
    const before = await writtenAt();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await writtenAt()).toBe(before);
  });

  it("are not begun where there is nothing to say", async () => {
    const server = await start();
    await server.stop();
    expect(existsSync(pathOf(server, QUEUE))).toBe(true);
    expect(await textOf(server, QUEUE)).toBe("[]\n");
  });
});

describe("a job that another program appends", () => {
  it("is taken up within two seconds, under its own id", async () => {
    const server = await start({ clock: systemClock });
    await soon(() => textOf(server, QUEUE)).toBe("[]\n");
    await append(server, ENTRY);
    await soon(() => jobIds(server)).toEqual([ID]);
    // The promise: two looks, in case the first meets a file that is half written.
    expect(2 * WATCH_EVERY_MS).toBeLessThanOrEqual(2_000);
    expect(await server.engine.get(ID)).toMatchObject({
      source: { kind: "card", filepath: "loras/wan21_fusionx.md" },
      destination: "/root/ComfyUI/models/loras/wan.safetensors",
      steps: [{ kind: "command", line: ENTRY.commands[0], environment: { UI_HOME: "/root/ComfyUI" } }],
    });
    expect(await server.hosts.list()).toMatchObject([{ address: "109.231.106.68", port: 44686 }]);
    await soon(() => fieldsOf(server, QUEUE, "id", "managed_by")).toEqual([[ID, "haulyard"]]);
    await soon(() => fieldsOf(server, STATUS, "id", "status")).toEqual([[ID, "PENDING"]]);
    expect(await problemsOf(server)).toEqual([]);
  });

  it("is taken up once, whatever it is written next to and however often", async () => {
    const server = await start();
    const mine = await (async () => {
      await putCard(server, "a.md", "wget https://x.org/a.bin");
      return queueCard(server);
    })();
    await soon(() => entriesOf(server, QUEUE)).toHaveLength(1);
    const text = JSON.stringify([...(await entriesOf(server, QUEUE)), ENTRY]);
    for (let time = 0; time < 5; time += 1) {
      await writeFile(pathOf(server, QUEUE), text);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await soon(() => jobIds(server)).toEqual([mine, ID]);
    await soon(() => fieldsOf(server, QUEUE, "id")).toEqual([[mine], [ID]]);
  });

  it("is not brought back by a program that writes what it read before the job was deleted", async () => {
    const server = await start();
    await append(server, ENTRY);
    await soon(() => fieldsOf(server, QUEUE, "managed_by")).toEqual([["haulyard"]]);
    const old = await textOf(server, QUEUE);
    await server.engine.act(ID, "remove");
    await soon(() => textOf(server, QUEUE)).toBe("[]\n");
    await writeFile(pathOf(server, QUEUE), old);
    await soon(() => textOf(server, QUEUE)).toBe("[]\n");
    expect(await jobIds(server)).toEqual([]);
  });

  it("keeps its place behind those before it, and takes what the card says beside its commands", async () => {
    const server = await start();
    await putCard(server, "loras/wan21_fusionx.md", ENTRY.commands[0] ?? "", "title: Wan FusionX");
    await writeFile(
      pathOf(server, QUEUE),
      JSON.stringify([{ ...ENTRY, id: OTHER, ssh_connection: "root@10.0.0.1" }, ENTRY]),
    );
    await soon(() => jobIds(server)).toEqual([OTHER, ID]);
    expect((await server.engine.get(ID))?.name).toBe("Wan FusionX");
  });

  it.each([
    ["no id", { ...ENTRY, id: undefined }, "an entry without an id: id is missing or wrong"],
    ["an id that is none", { ...ENTRY, id: "7" }, "7: id is missing or wrong"],
    ["no connection", { ...ENTRY, ssh_connection: undefined }, "ssh_connection is missing or wrong"],
    [
      "a connection that runs programs here",
      { ...ENTRY, ssh_connection: "ssh -o ProxyCommand=sh x" },
      "ssh_connection: ",
    ],
    ["no commands and no card", { ...ENTRY, commands: [], resource_paths: [] }, "it has no commands"],
    ["commands that are none", { ...ENTRY, commands: [5] }, "commands.0 is missing or wrong"],
    ["a status nobody knows", { ...ENTRY, status: "WAITING" }, "status is missing or wrong"],
    ["a relative ui_home", { ...ENTRY, ui_home: "ComfyUI" }, "ui_home must be an absolute path"],
    [
      "a command whose secret is gone",
      { ...ENTRY, commands: ["civitdl -k *** 1 /m"] },
      "a secret was taken out",
    ],
    ["no object", "hello", "an entry without an id: it is no object"],
  ])("with %s stays as it is, is told once, and stops nothing else", async (_, bad, why) => {
    const server = await start();
    await writeFile(
      pathOf(server, QUEUE),
      JSON.stringify([bad, { ...ENTRY, id: OTHER, ssh_connection: "root@10.0.0.1" }]),
    );
    await soon(() => jobIds(server)).toEqual([OTHER]);
    await soon(() => problemsOf(server)).toEqual([expect.stringContaining(why)]);
    await soon(() => fieldsOf(server, QUEUE, "managed_by")).toContainEqual(["haulyard"]);
    const kept = (await entriesOf(server, QUEUE)).at(-1);
    expect(kept).toEqual(JSON.parse(JSON.stringify(bad)));
    await server.engine.act(OTHER, "cancel");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.log.filter((line) => line["code"] === "entries_not_imported")).toHaveLength(1);
    // Mended, it is taken up and there is nothing more to be said.
    await writeFile(pathOf(server, QUEUE), JSON.stringify([ENTRY]));
    await soon(() => jobIds(server)).toContain(ID);
    await soon(() => problemsOf(server)).toEqual([]);
  });

  it("that is not PENDING is its writer's affair: it stays, untaken and untold", async () => {
    const server = await start();
    await soon(() => textOf(server, QUEUE)).toBe("[]\n");
    await append(server, { ...ENTRY, status: "RUNNING", note: "theirs" });
    await soon(() => entriesOf(server, QUEUE)).toEqual([{ ...ENTRY, status: "RUNNING", note: "theirs" }]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await jobIds(server)).toEqual([]);
    expect(await problemsOf(server)).toEqual([]);
  });

  it("and that another job does already stays, and its writer is told which", async () => {
    const server = await start();
    await append(server, ENTRY);
    await soon(() => jobIds(server)).toEqual([ID]);
    await soon(() => fieldsOf(server, QUEUE, "managed_by")).toEqual([["haulyard"]]);
    await append(server, { ...ENTRY, id: OTHER });
    await soon(() => problemsOf(server)).toEqual([expect.stringContaining(`job ${ID} makes the same file`)]);
    await soon(() => fieldsOf(server, QUEUE, "id")).toEqual([[ID], [OTHER]]);
    expect(await jobIds(server)).toEqual([ID]);
  });

  it("is found by the next server if it came while none ran", async () => {
    const first = await start();
    await soon(() => textOf(first, QUEUE)).toBe("[]\n");
    await first.stop();
    folders.push(first.folder);
    await append(first, ENTRY);
    const second = await start({ folder: first.folder });
    await soon(() => jobIds(second)).toEqual([ID]);
  });

  it("is refused by a strict server, and stays", async () => {
    const server = await start({ commands: "known" });
    await append(server, { ...ENTRY, commands: ["curl https://x.org/i.sh | sh"] });
    await soon(() => problemsOf(server)).toEqual([expect.stringContaining("command 1 may not run here")]);
    expect(await jobIds(server)).toEqual([]);
    expect(await fieldsOf(server, QUEUE, "id")).toEqual([[ID]]);
  });
});

describe("a pair of files that an old system has left", () => {
  const entry = (id: string, more: Entry): Entry => ({
    ...ENTRY,
    id: `550e8400-e29b-41d4-a716-00000000000${id}`,
    commands: [`wget -P /m https://x.org/${id}-1.bin`, `wget -P /m https://x.org/${id}-2.bin`],
    ...more,
  });
  const status = (id: string, more: Entry): Entry => ({
    id: `550e8400-e29b-41d4-a716-00000000000${id}`,
    instance_id: "109_231_106_68",
    added_at: ENTRY.added_at,
    updated_at: ENTRY.added_at,
    ...more,
  });

  it("is taken over once: what waits or ran goes on where it was, what failed can be retried", async () => {
    const folder = await leftBehind(
      [
        entry("1", { status: "PENDING" }),
        entry("2", { status: "RUNNING", command_index: 1 }),
        entry("3", { status: "RUNNING" }),
        entry("4", { status: "HOST_VERIFICATION_NEEDED" }),
      ],
      [
        status("1", { status: "PENDING" }),
        status("2", { status: "RUNNING", command_index: 2 }),
        // The status is written more often than the queue.
        status("3", { status: "FAILED", error: "wget https://x.org/?token=hunter2 failed with exit code 8" }),
        status("4", { status: "HOST_VERIFICATION_NEEDED" }),
      ],
    );
    const server = await start({ folder });
    await soon(() => fieldsOf(server, STATUS, "status", "total_commands")).toEqual([
      ["PENDING", 2],
      ["PENDING", 1],
      ["FAILED", 2],
      ["PENDING", 2],
    ]);
    const [, second, third] = (await server.engine.list({ sort: "oldest", limit: 10 })).jobs;
    expect(second?.steps).toMatchObject([{ line: "wget -P /m https://x.org/2-2.bin" }]);
    expect(third?.state).toMatchObject({
      kind: "failed",
      failure: { message: expect.stringContaining("exit code 8") as string },
    });
    expect(await textOf(server, STATUS)).not.toContain("hunter2");
    expect(await problemsOf(server)).toEqual([]);
    await server.engine.actOnAll("remove", {});
    await soon(() => textOf(server, QUEUE)).toBe("[]\n");
  });

  it("keeps what is complete for its readers, as long as such entries are kept", async () => {
    const old = { status: "COMPLETE", updated_at: "2025-11-24T20:00:00Z" };
    const folder = await leftBehind(
      [entry("1", { status: "COMPLETE" }), entry("2", { ...old, added_at: "2025-11-24T20:00:00Z" })],
      [status("1", { status: "COMPLETE" }), status("2", old)],
    );
    const server = await start({ folder });
    await soon(() => fieldsOf(server, STATUS, "status", "id")).toEqual([
      ["COMPLETE", "550e8400-e29b-41d4-a716-000000000001"],
    ]);
    await soon(() => fieldsOf(server, QUEUE, "id")).toEqual([["550e8400-e29b-41d4-a716-000000000001"]]);
    expect(await jobIds(server)).toEqual([]);
  });

  it("is not taken over again by the next start", async () => {
    const folder = await leftBehind([entry("1", { status: "RUNNING" })]);
    const first = await start({ folder });
    await soon(() => jobIds(first)).toHaveLength(1);
    await soon(() => fieldsOf(first, QUEUE, "managed_by")).toEqual([["haulyard"]]);
    await first.stop();
    await writeFile(join(folder, "downloads", QUEUE), JSON.stringify([entry("5", { status: "RUNNING" })]));
    const second = await start({ folder });
    await soon(() => entriesOf(second, QUEUE)).toHaveLength(2);
    expect(await jobIds(second)).toEqual(["550e8400-e29b-41d4-a716-000000000001"]);
  });
});

describe("a file that is none", () => {
  it.each([
    ["broken JSON", '[{"id": "550e84'],
    ["an object", '{"jobs": []}'],
    ["an empty file", ""],
  ])(
    "%s is left alone until there is something to write, then kept as a copy, and told once",
    async (_, text) => {
      const folder = await leftBehind(text, text);
      const server = await start({ folder });
      await soon(() => problemsOf(server)).toHaveLength(2);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await textOf(server, QUEUE)).toBe(text);
      await putCard(server, "a.md", "wget https://x.org/a.bin");
      const id = await queueCard(server);
      await soon(() => fieldsOf(server, QUEUE, "id")).toEqual([[id]]);
      await soon(() => fieldsOf(server, STATUS, "id")).toEqual([[id]]);
      const copies = (await readdir(server.downloads)).filter((name) => name.includes(".rejected-"));
      expect(copies).toHaveLength(2);
      for (const copy of copies) expect(await readFile(join(server.downloads, copy), "utf8")).toBe(text);
      expect(server.log.filter((line) => line["code"] === "file_rejected")).toHaveLength(4);
    },
  );

  it("only while somebody writes it is waited for", async () => {
    const server = await start({ clock: systemClock });
    await soon(() => textOf(server, QUEUE)).toBe("[]\n");
    const whole = JSON.stringify([ENTRY]);
    await writeFile(pathOf(server, QUEUE), "");
    for (const piece of whole.match(/[^]{1,40}/g) ?? []) {
      await appendFile(pathOf(server, QUEUE), piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await soon(() => jobIds(server)).toEqual([ID]);
    expect(await problemsOf(server)).toEqual([]);
    expect((await readdir(server.downloads)).filter((name) => name.includes(".rejected-"))).toEqual([]);
  });
});
