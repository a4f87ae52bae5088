import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import { startOrigin } from "../../../test/world/origin.ts";
import type { Origin } from "../../../test/world/origin.ts";
import { systemClock } from "../../job/clock.ts";
import type { Clock } from "../../job/clock.ts";
import { HealthMessage } from "../../wire/health.ts";
import { StatusAnswer } from "../../wire/models.ts";
import type { ModelStatus } from "../../wire/models.ts";
import { send } from "../testing/send.ts";
import { soon } from "../testing/soon.ts";
import { startServer } from "../testing/start-server.ts";
import type { TestOptions, TestServer } from "../testing/test-server.ts";
import { MIRROR_EVERY_MS } from "./mirror-file.ts";

const FILE = ".download_status.json";
const MIB = 1024 * 1024;
const HOUR_S = 3600;

const servers: TestServer[] = [];
const origins: Origin[] = [];
const folders: string[] = [];
afterEach(async () => {
  // All of them first: several may have had one folder.
  for (const server of servers) await server.stop();
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
  for (const origin of origins.splice(0)) await origin.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Waits a twentieth of what it is told to: two seconds are many where nothing else happens. */
const QUICK: Clock = { now: Date.now, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) };

async function start(options: TestOptions = {}): Promise<TestServer> {
  const server = await startServer({ clock: options.real === true ? systemClock : QUICK, ...options });
  servers.push(server);
  return server;
}

async function origin(files: Parameters<typeof startOrigin>[0]): Promise<Origin> {
  const one = await startOrigin(files);
  origins.push(one);
  return one;
}

/** A folder that an old system has left, with its status file. */
async function leftBehind(status: unknown, files: Record<string, string | Buffer> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-old-"));
  folders.push(folder);
  await mkdir(join(folder, "downloads"));
  await writeFile(join(folder, "model_configs.json"), "{}");
  const text = typeof status === "string" ? status : JSON.stringify(status, null, 2).replaceAll("@", folder);
  await writeFile(join(folder, "downloads", FILE), text);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const pathOf = ({ downloads }: { downloads: string }): string => join(downloads, FILE);
const textOf = (server: TestServer): Promise<string> => readFile(pathOf(server), "utf8");

async function fileOf(server: TestServer): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(await textOf(server).catch(() => "{}")) as Record<string, Record<string, unknown>>;
}

async function statusOf(server: TestServer): Promise<Record<string, ModelStatus>> {
  return StatusAnswer.parse((await send(server.url, "/status")).json);
}

const add = (server: TestServer, source: string): ReturnType<typeof send> =>
  send(server.url, "/jobs", { method: "POST", body: { source } });

async function problemsOf(server: TestServer): Promise<string[]> {
  const { json } = await send(server.url, "/health");
  return HealthMessage.parse(json).problems.map(({ message }) => message);
}

const now = (): number => Math.round(Date.now() / 1000);

describe("the mirror of the downloads", () => {
  it("says what /status says, soon after every change", async () => {
    const server = await start({ localJobs: 1 });
    await add(server, "http://127.0.0.1:1/a.bin");
    const run = await server.transfers.begun(0);
    run.move(500);
    await soon(() => fileOf(server)).toMatchObject({
      [`${server.downloads}/files/a.bin`]: { status: "downloading", progress: 50, downloaded: 500 },
    });
    run.complete();
    await soon(() => fileOf(server)).toMatchObject({
      [`${server.downloads}/files/a.bin`]: { status: "completed", progress: 100 },
    });
    expect(await fileOf(server)).toEqual(await statusOf(server));
  });

  it("is written at most every two seconds, and not at all while nothing changes", async () => {
    const clock = new FakeClock();
    const server = await start({ localJobs: 0, clock });
    // Numbers of files are used again.
    const inode = async (): Promise<string> => {
      const { ino, mtimeNs } = await stat(pathOf(server), { bigint: true });
      return `${ino} ${mtimeNs}`;
    };
    const turn = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 50));
    await add(server, "http://127.0.0.1:1/0.bin");
    await clock.advance(MIRROR_EVERY_MS);
    const entries = async (): Promise<number> => Object.keys(await fileOf(server)).length;
    await soon(entries).toBe(1);
    // When the pause after the first time is over the next change is written, and those after it are not.
    await add(server, "http://127.0.0.1:1/1.bin");
    const later = async (): Promise<number> => {
      await clock.advance(100);
      return entries();
    };
    await soon(later).toBe(2);
    const first = await inode();
    for (let index = 2; index < 10; index += 1) await add(server, `http://127.0.0.1:1/${index}.bin`);
    await clock.advance(MIRROR_EVERY_MS - 500);
    await turn();
    expect(await inode()).toBe(first);
    await clock.advance(MIRROR_EVERY_MS);
    await soon(entries).toBe(10);
    const second = await inode();
    expect(second).not.toBe(first);
    await clock.advance(10 * MIRROR_EVERY_MS);
    await turn();
    expect(await inode()).toBe(second);
  });

  it("is whole whenever somebody reads it", async () => {
    const clock = new FakeClock();
    const server = await start({ localJobs: 0, clock });
    let reads = 0;
    let done = false;
    const reading = (async () => {
      while (!done) {
        const text = await textOf(server).catch(() => "{}\n");
        JSON.parse(text);
        expect(text.endsWith("}\n")).toBe(true);
        reads += 1;
      }
    })();
    for (let index = 0; index < 100; index += 1) {
      await add(server, `http://127.0.0.1:1/${index}.bin`);
      await clock.advance(MIRROR_EVERY_MS, MIRROR_EVERY_MS);
    }
    done = true;
    await reading;
    expect(reads).toBeGreaterThan(20);
    await server.stop();
    expect((await readdir(server.downloads)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("holds no secrets", async () => {
    const server = await start({ localJobs: 0 });
    await add(server, "http://anna:hunter2@127.0.0.1:1/a.bin?X-Amz-Signature=hunter2");
    await soon(async () => Object.keys(await fileOf(server)).length).toBe(1);
    expect(await textOf(server)).not.toContain("hunter2");
  });

  it("carries along what other programs write into it, and takes back nothing of its own", async () => {
    const server = await start({ localJobs: 0 });
    await add(server, "http://127.0.0.1:1/a.bin");
    await soon(async () => Object.keys(await fileOf(server)).length).toBe(1);
    const theirs = {
      "/elsewhere/b.bin": { status: "downloading", progress: 3, note: "theirs" },
      "not a path": 5,
    };
    await writeFile(pathOf(server), JSON.stringify({ ...(await fileOf(server)), ...theirs }));
    const [job] = (await server.engine.list({ sort: "newest", limit: 1 })).jobs;
    await server.engine.act(job?.id ?? "", "remove");
    await soon(() => fileOf(server)).toEqual(theirs);
    expect(await statusOf(server)).toEqual({});
  });

  it("sweeps away what a process that was killed while it wrote has left", async () => {
    const folder = await leftBehind({}, { "downloads/..download_status.json.4242.tmp": "half" });
    const server = await start({ folder });
    expect((await readdir(server.downloads)).filter((name) => name.includes(".4242."))).toEqual([]);
  });

  it("tells once that it cannot be written, and goes on when it can be again", async () => {
    const folder = await leftBehind({});
    const server = await start({ folder, localJobs: 0 });
    // A folder in its place: nobody, root included, can rename a file over it.
    await rm(pathOf(server));
    await mkdir(join(pathOf(server), "in the way"), { recursive: true });
    await add(server, "http://127.0.0.1:1/a.bin");
    await soon(() => problemsOf(server)).toHaveLength(1);
    await add(server, "http://127.0.0.1:1/b.bin");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.log.filter((line) => line["code"] === "file_not_written").map(({ msg }) => msg)).toEqual([
      expect.stringContaining("EISDIR"),
    ]);
    await rm(pathOf(server), { recursive: true });
    await soon(async () => Object.keys(await fileOf(server)).length).toBe(2);
    await soon(() => problemsOf(server)).toEqual([]);
  });
});

describe("a status file that is none", () => {
  it.each([
    ["broken JSON", '{"/models/a.bin": {"status": "downl'],
    ["a list", "[1, 2]"],
    ["an empty file", ""],
    ["bytes of something else", "\u0000\u0001\u0002"],
  ])("%s is left alone until there is something to write, then kept as a copy", async (_, text) => {
    const folder = await leftBehind(text);
    const server = await start({ folder, localJobs: 0 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await soon(() => problemsOf(server)).toEqual([expect.stringContaining(FILE)]);
    expect(await textOf(server)).toBe(text);

    await add(server, "http://127.0.0.1:1/a.bin");
    await soon(async () => Object.keys(await fileOf(server).catch(() => ({}))).length).toBe(1);
    const copies = (await readdir(server.downloads)).filter((name) => name.startsWith(`${FILE}.rejected-`));
    expect(copies).toHaveLength(1);
    expect(await readFile(join(server.downloads, copies[0] ?? ""), "utf8")).toBe(text);
    expect(await problemsOf(server)).toEqual([expect.stringContaining(copies[0] ?? "none")]);
  });

  it("written by another program while we run is kept aside, too", async () => {
    const server = await start({ localJobs: 0 });
    await add(server, "http://127.0.0.1:1/a.bin");
    await soon(async () => Object.keys(await fileOf(server)).length).toBe(1);
    await writeFile(pathOf(server), "oops");
    await add(server, "http://127.0.0.1:1/b.bin");
    await soon(async () => Object.keys(await fileOf(server).catch(() => ({}))).length).toBe(2);
    const copy = (await readdir(server.downloads)).find((name) => name.includes(".rejected-")) ?? "none";
    expect(await readFile(join(server.downloads, copy), "utf8")).toBe("oops");
  });
});

describe("a status file that was mended by hand", () => {
  it("is taken over with the next start", async () => {
    const folder = await leftBehind('{"@/models/a.gguf": {"status": "error",');
    const first = await start({ folder, localJobs: 0 });
    await soon(() => problemsOf(first)).toHaveLength(1);
    await first.stop();
    const entry = { status: "error", error: "x", url: "http://127.0.0.1:1/a.gguf", timestamp: now() };
    await writeFile(pathOf(first), JSON.stringify({ [join(folder, "models/a.gguf")]: entry }));
    const second = await start({ folder, localJobs: 0 });
    await soon(async () => Object.keys(await statusOf(second))).toEqual([join(folder, "models/a.gguf")]);
  });
});

describe("the first start in the place of an old system", () => {
  it("goes on with what was downloading, from the bytes under the final name", async () => {
    const away = await origin({
      "/base.safetensors": { size: 8 * MIB },
      "/late.safetensors": { size: 2 * MIB },
    });
    const folder = await leftBehind(
      {
        "@/models/checkpoints/base.safetensors": {
          status: "downloading",
          progress: 37,
          url: `${away.url}/base.safetensors`,
          timestamp: now() - 60,
        },
        "@/models/late.safetensors": { status: "starting", progress: 0, url: `${away.url}/late.safetensors` },
      },
      { "models/checkpoints/base.safetensors": away.bytes("/base.safetensors", 0, 3 * MIB) },
    );
    const server = await start({ folder, real: true });
    const [base, late] = [
      join(server.models, "checkpoints/base.safetensors"),
      join(server.models, "late.safetensors"),
    ];
    await soon(() => statusOf(server)).toMatchObject({
      [base]: { status: "completed", progress: 100 },
      [late]: { status: "completed", progress: 100 },
    });
    expect((await readFile(base)).equals(away.bytes("/base.safetensors"))).toBe(true);
    expect((await readFile(late)).equals(away.bytes("/late.safetensors"))).toBe(true);
    expect(away.bytesSent("/base.safetensors")).toBeLessThan(7 * MIB);
    expect(await problemsOf(server)).toEqual([]);
  });

  it("never takes a partial file for whole because the old file says so", async () => {
    const away = await origin({ "/a.gguf": { size: 2 * MIB }, "/b.gguf": { size: 2 * MIB } });
    const folder = await leftBehind(
      {
        "@/models/a.gguf": {
          status: "completed",
          progress: 100,
          url: `${away.url}/a.gguf`,
          timestamp: now(),
        },
        "@/models/b.gguf": {
          status: "completed",
          progress: 100,
          url: `${away.url}/b.gguf`,
          timestamp: now(),
        },
        "@/models/c.gguf": {
          status: "completed",
          progress: 100,
          url: `${away.url}/b.gguf`,
          timestamp: now(),
        },
      },
      {
        "models/a.gguf": away.bytes("/a.gguf"),
        "models/b.gguf": away.bytes("/b.gguf", 0, MIB),
      },
    );
    const server = await start({ folder, real: true });
    await soon(() => problemsOf(server)).toHaveLength(1);
    expect(Object.keys(await statusOf(server))).toEqual([join(server.models, "a.gguf")]);
    expect(await statusOf(server)).toMatchObject({
      [join(server.models, "a.gguf")]: { status: "completed" },
    });
    const [problem] = await problemsOf(server);
    expect(problem).toMatch(/b\.gguf: .*could not be confirmed; .*c\.gguf: .*no such file/);
    // What was not taken over stays in the file.
    await soon(async () => Object.keys(await fileOf(server)).sort()).toEqual(
      ["a", "b", "c"].map((name) => join(server.models, `${name}.gguf`)),
    );
    expect((await stat(join(server.models, "b.gguf"))).size).toBe(MIB);
  });

  it("keeps the words of what had failed, and lets it be tried again", async () => {
    const away = await origin({ "/a.gguf": { size: MIB } });
    const folder = await leftBehind({
      "@/models/a.gguf": {
        status: "error",
        error: "Download stalled",
        url: `${away.url}/a.gguf`,
        timestamp: now(),
      },
    });
    const server = await start({ folder, real: true });
    const path = join(server.models, "a.gguf");
    await soon(() => statusOf(server)).toMatchObject({
      [path]: { status: "error", error: expect.stringContaining("Download stalled") },
    });
    expect(away.requests).toEqual([]);
    const { job_id } = (await statusOf(server))[path] ?? {};
    await send(server.url, `/jobs/${job_id}/retry`, { method: "POST" });
    await soon(() => statusOf(server)).toMatchObject({ [path]: { status: "completed" } });
  });

  it("forgets what ended longer ago than ended downloads are kept", async () => {
    const old = now() - 25 * HOUR_S;
    const folder = await leftBehind({
      "@/models/a.gguf": {
        status: "completed",
        url: "http://127.0.0.1:1/a",
        completion_time: old,
        timestamp: old,
      },
      "@/models/b.gguf": { status: "error", error: "x", url: "http://127.0.0.1:1/b", timestamp: old },
    });
    const server = await start({ folder });
    await soon(() => fileOf(server)).toEqual({});
    expect(await statusOf(server)).toEqual({});
    expect(await problemsOf(server)).toEqual([]);
  });

  it("writes nothing outside of the folders it was given, and says what it left alone", async () => {
    const away = await origin({ "/a.gguf": { size: MIB } });
    const url = `${away.url}/a.gguf`;
    const bad: Record<string, unknown> = {
      "/etc/cron.d/evil": { status: "downloading", url },
      "@/models/../../evil.bin": { status: "downloading", url },
      "@/models/.ssh/authorized_keys": { status: "downloading", url },
      "@/models/link/evil.bin": { status: "downloading", url },
      "@/models": { status: "downloading", url },
      "@/downloads/download_queue.json": { status: "downloading", url },
      "relative/evil.bin": { status: "downloading", url },
      "@/models/null\u0000byte": { status: "downloading", url },
      "@/models/scheme.bin": { status: "downloading", url: "file:///etc/passwd" },
      "@/models/redacted.bin": { status: "downloading", url: `${url}?token=***` },
      "@/models/no-url.bin": { status: "downloading" },
      "@/models/no-status.bin": { url },
      "@/models/odd-status.bin": { status: "flying", url },
      "@/models/number.bin": 5,
      "@/models/null.bin": null,
      "@/models/list.bin": [],
      __proto__x: { status: "downloading", url },
    };
    const outside = await mkdtemp(join(tmpdir(), "haulyard-outside-"));
    folders.push(outside);
    const folder = await leftBehind(bad);
    await mkdir(join(folder, "models"));
    await symlink(outside, join(folder, "models/link"));
    const before = await fileOf({ downloads: join(folder, "downloads") } as TestServer);

    const server = await start({ folder, real: true });
    await soon(() => problemsOf(server)).toHaveLength(1);
    expect((await problemsOf(server))[0]).toMatch(/; and \d+ more\.$/);
    expect(server.log.filter((line) => line["code"] === "entries_not_imported")).toHaveLength(1);
    expect(await statusOf(server)).toEqual({});
    expect(await readdir(outside)).toEqual([]);
    expect(away.requests).toEqual([]);
    // Something new is written: everything that was there is still there.
    await add(server, url);
    const path = `${server.downloads}/files/a.gguf`;
    await soon(async () => path in (await fileOf(server))).toBe(true);
    expect(await fileOf(server)).toMatchObject(before);
  });

  it("uses the catalogue's entry for a file whose URL was written down without its secret", async () => {
    const away = await origin({ "/a.gguf": { size: MIB } });
    const secret = `${away.url}/a.gguf?token=hunter2`;
    const folder = await leftBehind({
      "@/models/llm/a.gguf": { status: "downloading", url: `${away.url}/a.gguf?token=***`, timestamp: now() },
    });
    const catalogue = { llm: { name: "LLM", models: { a: { name: "A", url: secret, path: "llm/a.gguf" } } } };
    const server = await start({ folder, catalogue, real: true });
    const path = join(server.models, "llm/a.gguf");
    await soon(() => statusOf(server)).toMatchObject({ [path]: { status: "completed" } });
    expect(away.seen("/a.gguf").at(-1)?.path).toContain("hunter2");
  });

  it("happens once: what was cleared does not come back with the next start", async () => {
    const folder = await leftBehind({
      "@/models/a.gguf": { status: "error", error: "x", url: "http://127.0.0.1:1/a.gguf", timestamp: now() },
    });
    const first = await start({ folder });
    await soon(async () => Object.keys(await statusOf(first)).length).toBe(1);
    await soon(async () => first.store.getFact(`imported:${FILE}`)).not.toBeNull();
    expect((await send(first.url, "/clear_completed", { method: "POST" })).json).toMatchObject({
      removed_count: 1,
    });
    await first.stop();
    const second = await start({ folder });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await statusOf(second)).toEqual({});
    expect(await fileOf(second)).toEqual({});
  });

  it("goes on with the import after a crash in the middle of it, and makes nothing twice", async () => {
    const folder = await leftBehind({
      "@/models/a.gguf": { status: "downloading", url: "http://127.0.0.1:1/a.gguf", timestamp: now() },
    });
    const old = await readFile(join(folder, "downloads", FILE), "utf8");
    const first = await start({ folder, localJobs: 0 });
    await soon(async () => Object.keys(await statusOf(first)).length).toBe(1);
    await first.stop();
    // As it was before the import: neither the fact nor the new file had reached the disk.
    const { openSqliteStore } = await import("../../store/open-sqlite-store.ts");
    const store = await openSqliteStore({ path: join(folder, "haulyard.db") });
    expect(await store.getFact(`imported:${FILE}`)).not.toBeNull();
    await store.close();
    await writeFile(join(folder, "downloads", FILE), old);
    await forget(folder);
    const second = await start({ folder, localJobs: 0 });
    await soon(async () => second.store.getFact(`imported:${FILE}`)).not.toBeNull();
    expect((await second.engine.list({ sort: "newest", limit: 10 })).jobs).toHaveLength(1);
  });

  it("gets the downloads back from the file when the database was lost", async () => {
    const away = await origin({ "/a.gguf": { size: MIB } });
    const first = await start({ localJobs: 0 });
    await add(first, `${away.url}/a.gguf`);
    await soon(async () => Object.keys(await fileOf(first)).length).toBe(1);
    await first.stop();
    for (const name of await readdir(first.folder))
      if (name.startsWith("haulyard.db")) await rm(join(first.folder, name));
    const second = await start({ folder: first.folder, real: true });
    const path = `${second.downloads}/files/a.gguf`;
    await soon(() => statusOf(second)).toMatchObject({ [path]: { status: "completed" } });
  });
});

/** Takes the fact of the import out of a database, as if it had not been written yet. */
async function forget(folder: string): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(join(folder, "haulyard.db"));
  const { changes } = database.prepare("DELETE FROM facts WHERE key = ?").run(`imported:${FILE}`);
  database.close();
  expect(changes).toBe(1);
}
