import { createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DatabaseSync } from "node:sqlite";
import { create, Header } from "tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Job, JobDraft } from "../job/job.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { moveFile } from "./disk.ts";
import { MANIFEST } from "./format.ts";
import type { Manifest } from "./format.ts";
import { makeBackup } from "./make-backup.ts";
import type { BackupPlaces } from "./places.ts";
import { placeOf } from "./places.ts";
import { readBackup } from "./read-backup.ts";
import { restoreHere } from "./restore-here.ts";
import { finishRestore, restoreBackup } from "./restore-backup.ts";

const SECRET = "PLANTED-secret-0815";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-backup-"));
  file = join(folder, "backup.tar.gz");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function machine(name: string): Promise<BackupPlaces> {
  const at = (path: string): string => join(folder, name, path);
  await mkdir(at("data"), { recursive: true });
  return {
    data: at("data"),
    database: at("data/haulyard.db"),
    modelConfigs: at("model_configs.json"),
    imageCatalog: at("images.yaml"),
    resources: at("resources"),
    configFile: at("haulyard.config.json"),
    mirrors: [at("download_queue.json")],
  };
}

const draft = (name: string, url: string, headers: Record<string, string> = {}): JobDraft => ({
  source: { kind: "url", url },
  place: { kind: "node", name: "local" },
  steps: [
    {
      kind: "transfer",
      url,
      mirrors: [],
      folder: "/models",
      name,
      size: null,
      checksum: null,
      headers,
      ifExists: "refuse",
    },
  ],
  name,
  destination: `/models/${name}`,
  priority: 0,
  limitBytesPerSecond: null,
  after: null,
});

const commandDraft = (line: string, shown: string): JobDraft => ({
  ...draft("card", "https://a.org/card"),
  source: { kind: "card", filepath: "a.md" },
  destination: null,
  steps: [
    {
      kind: "command",
      line,
      shown,
      title: null,
      tool: "wget",
      environment: {},
      expects: [],
      resumes: true,
      isPlainFetch: true,
    },
  ],
});

/** A machine with a bit of everything, secrets included. */
async function usedMachine(name: string): Promise<BackupPlaces> {
  const places = await machine(name);
  const store = await openSqliteStore({ path: places.database });
  for (let number = 0; number < 50; number += 1)
    await store.insert(draft(`plain-${number}.bin`, `https://a.org/plain-${number}.bin`), number);
  await store.insert(draft("signed.bin", `https://a.org/signed.bin?token=${SECRET}`), 60);
  await store.insert(draft("header.bin", "https://a.org/h.bin", { authorization: `Bearer ${SECRET}` }), 61);
  await store.insert(commandDraft(`wget --header='X-Key: ${SECRET}' https://a.org`, "wget ***"), 62);
  const done = await store.claim({
    owner: "local/1",
    now: 70,
    leaseMs: 10,
    lanes: [{ lane: "node:local", limit: 1 }],
  });
  await store.apply(done?.id ?? "", { type: "step_done", steps: 1, checksumState: null }, 71, {
    owner: "local/1",
    epoch: 1,
  });
  await store.setFact("imported:x", "yes");
  await store.setFact("somebody_elses", SECRET);
  const changes = [
    { name: "hfToken", text: SECRET },
    { name: "localJobs", text: "7" },
  ];
  await store.settings.write(changes, 80);
  await store.close();
  await writeFile(join(places.data, "known_hosts"), "host ssh-ed25519 AAAA\n");
  await writeFile(join(places.data, "token"), SECRET);
  await writeFile(places.modelConfigs, '{"sd":{"name":"SD","models":{}}}\n');
  await writeFile(places.configFile, JSON.stringify({ port: 9000, hfToken: SECRET }));
  await mkdir(join(places.resources, "sdxl"), { recursive: true });
  await writeFile(join(places.resources, "sdxl/base.md"), "# Download\n");
  const command = `wget --header='Authorization: Bearer ${SECRET}' https://a.org/f.bin`;
  await writeFile(join(places.resources, "sdxl/gated.md"), `# Download\n\n\`\`\`bash\n${command}\n\`\`\`\n`);
  await writeFile(
    join(folder, name, "images.yaml"),
    `images:\n  - {id: a, name: A, url: "https://a.org/a.img?token=${SECRET}"}\n`,
  );
  await symlink("/etc/passwd", join(places.resources, "link.md"));
  return places;
}

async function backUp(places: BackupPlaces, withSecrets: boolean, to = file): Promise<Manifest> {
  const made = await makeBackup({
    places,
    version: "1.0.0",
    withSecrets,
    now: 1_800_000_000_000,
    secretSettings: ["hfToken", "token"],
  });
  await pipeline(Readable.from(made.archive), createWriteStream(to));
  await made.discard();
  return made.manifest;
}

/** Everything a store knows of its jobs. */
async function contentOf(places: BackupPlaces): Promise<{ jobs: Job[]; histories: unknown[] }> {
  const store = await openSqliteStore({ path: places.database });
  const { jobs } = await store.list({ sort: "oldest", limit: 1000 });
  const histories = await Promise.all(jobs.map(({ id }) => store.history(id)));
  await store.close();
  return { jobs, histories };
}

/** All bytes of all files of a backup. */
async function bytesOf(backup: string): Promise<string> {
  const into = await mkdtemp(join(folder, "look-"));
  const { files } = await readBackup(backup, into);
  return (await Promise.all(files.map(({ name }) => readFile(join(into, name), "latin1")))).join("\n");
}

describe("a backup with its secrets", () => {
  test("restored elsewhere holds every job and its history as they were, and every file", async () => {
    const [from, to] = [await usedMachine("one"), await machine("two")];
    const before = await contentOf(from);
    await backUp(from, true);
    const { ignored } = await restoreBackup(file, to, 0);
    expect(await contentOf(to)).toEqual(before);
    expect(before.jobs).toHaveLength(53);
    expect(ignored).toEqual([]);
    for (const path of ["data/known_hosts", "data/token", "model_configs.json", "resources/sdxl/base.md"])
      expect(await readFile(join(folder, "two", path)), path).toEqual(
        await readFile(join(folder, "one", path)),
      );
    // A link may lead anywhere: it is no card.
    expect(existsSync(join(to.resources, "link.md"))).toBe(false);
    expect((await readdir(from.data)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("is whole while the store is written to", async () => {
    const from = await usedMachine("one");
    const store = await openSqliteStore({ path: from.database });
    let writing = true;
    const writer = (async () => {
      for (let number = 100; writing; number += 1) {
        await store.insert(draft(`new-${number}`, `https://a.org/new-${number}`), number);
        await new Promise((next) => setImmediate(next));
      }
    })();
    await backUp(from, true);
    writing = false;
    await writer;
    await store.close();
    const to = await machine("two");
    await restoreBackup(file, to, 0);
    const { jobs, histories } = await contentOf(to);
    expect(jobs.length).toBeGreaterThanOrEqual(53);
    expect(histories.every((lines) => Array.isArray(lines) && lines.length > 0)).toBe(true);
  });
});

describe("a backup without secrets", () => {
  test("holds none, not even in the free pages of its database, and says what is left out", async () => {
    const manifest = await backUp(await usedMachine("one"), false);
    expect(await bytesOf(file)).not.toContain(SECRET);
    expect(manifest.leftOut).toEqual(
      expect.arrayContaining(["token", "setting hfToken", "cards/sdxl/gated.md", "secrets in image_catalog"]),
    );
    expect(manifest.files.map(({ name }) => name)).toContain("cards/sdxl/base.md");
    await backUp(await usedMachine("three"), true);
    expect(await bytesOf(file), "the test would notice one").toContain(SECRET);
  });

  test("keeps jobs that need none as they were; the others have failed, with the reason", async () => {
    const [from, to] = [await usedMachine("one"), await machine("two")];
    await backUp(from, false);
    await restoreBackup(file, to, 0);
    const { jobs } = await contentOf(to);
    const plain = (await contentOf(from)).jobs.filter(({ name }) => name.startsWith("plain"));
    expect(jobs.filter(({ name }) => name.startsWith("plain"))).toEqual(plain);
    const others = jobs.filter(({ name }) => !name.startsWith("plain"));
    expect(others.map(({ name }) => name)).toEqual(["signed.bin", "header.bin", "card"]);
    for (const { state } of others)
      expect(state).toMatchObject({
        kind: "failed",
        failure: { message: expect.stringContaining("backup") },
      });
    const store = await openSqliteStore({ path: to.database });
    expect(await store.settings.list()).toMatchObject([{ name: "localJobs" }]);
    await store.close();
    // Retried, a command whose secrets are gone refuses to run.
    expect(others[2]?.steps[0]).toMatchObject({
      line: expect.stringMatching(/^echo .*exit 1$/),
      shown: "wget ***",
    });
  });

  test("leaves out every table that nobody has looked at, whatever it holds", async () => {
    const from = await usedMachine("one");
    const database = new DatabaseSync(from.database);
    database.exec(`create table of_tomorrow (hash text); insert into of_tomorrow values ('${SECRET}')`);
    database.close();
    const { leftOut } = await backUp(from, false);
    expect(leftOut).toContain("table of_tomorrow");
    expect(await bytesOf(file)).not.toContain(SECRET);
  });
});

describe("a restore", () => {
  test("keeps what was there, SQLite's log included, and a second one keeps the first", async () => {
    const [from, to] = [await usedMachine("one"), await usedMachine("two")];
    await writeFile(`${to.database}-wal`, "old log");
    await writeFile(to.modelConfigs, "old catalogue");
    // Old programs put jobs in there: those of the queue that goes would come back.
    const [mirror = ""] = to.mirrors;
    await writeFile(mirror, "[]");
    await backUp(from, true);
    const { kept } = await restoreBackup(file, to, 0);
    expect(await readFile(join(kept ?? "", "haulyard.db-wal"), "utf8")).toBe("old log");
    expect(existsSync(`${to.database}-wal`)).toBe(false);
    expect(await readFile(join(kept ?? "", "model_configs.json"), "utf8")).toBe("old catalogue");
    expect(existsSync(mirror)).toBe(false);
    expect(await readFile(join(kept ?? "", "download_queue.json"), "utf8")).toBe("[]");
    const second = await restoreBackup(file, to, 1000);
    expect(second.kept).not.toBe(kept);
    expect((await readdir(kept ?? "")).length).toBeGreaterThan(3);
  });

  test("that is broken off at any moment leaves the old state, or is finished by the next start", async () => {
    const from = await usedMachine("one");
    await backUp(from, true);
    const wanted = await contentOf(from);
    const scratch = await machine("scratch");
    await restoreBackup(file, scratch, 0);
    // The moments after the journal is written: so many files are in their place already.
    for (const placed of [0, 1, 3, 6]) {
      const to = await usedMachine(`broken-${placed}`);
      const old = await contentOf(to);
      const stage = join(to.data, ".haulyard-restore-x");
      const { files } = await readBackup(file, (await mkdir(stage), stage));
      const entries = files.map(({ name }) => ({ name, to: placeOf(name, to) }));
      const kept = "before-restore-x";
      await mkdir(join(to.data, kept));
      for (const [index, { name, to: path }] of entries.entries()) {
        if (index >= placed || path === null) break;
        if (existsSync(path)) await moveFile(path, join(to.data, kept, name));
        // Killed between the two moves of the last one.
        if (index < placed - 1) await moveFile(join(stage, name), path);
      }
      const journal = { stage: ".haulyard-restore-x", kept, files: entries };
      await writeFile(join(to.data, "restore.json"), JSON.stringify(journal));
      expect(await finishRestore(to.data)).toBe(true);
      expect(await contentOf(to)).toEqual(wanted);
      expect(await readFile(join(to.data, kept, "known_hosts"), "utf8")).toContain("ssh-ed25519");
      const database = join(to.data, kept, "haulyard.db");
      expect(await contentOf({ ...to, database })).toEqual(old);
      expect(await finishRestore(to.data)).toBe(false);
    }
  });

  test("that was killed before it began to change anything leaves nothing behind", async () => {
    const to = await usedMachine("two");
    const before = await contentOf(to);
    await mkdir(join(to.data, ".haulyard-restore-abc"));
    await writeFile(join(to.data, ".haulyard-restore-abc/haulyard.db"), "half");
    await mkdir(join(to.data, "backup-of-mine"));
    expect(await finishRestore(to.data)).toBe(false);
    expect(await contentOf(to)).toEqual(before);
    const names = await readdir(to.data);
    expect(names.filter((name) => name.startsWith(".haulyard"))).toEqual([]);
    expect(names).toContain("backup-of-mine");
  });
});

test("a restore into a folder that cannot be written says so, and is no fault of ours", async () => {
  const [from, to] = [await usedMachine("one"), await usedMachine("two")];
  await backUp(from, true);
  const restore = (data: string) => restoreHere(file, { ...to, data }, { replace: true, now: 0 });
  await mkdir(join(to.data, "server.lock"));
  expect(await restore(to.data)).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("server.lock cannot be opened"),
  });
  const below = join(to.database, "below");
  expect(await restore(below)).toEqual({
    kind: "bad_folder",
    message: `The data folder ${below} cannot be made (ENOTDIR).`,
  });
});

describe("a file that is no backup of ours", () => {
  let machines = 0;
  const untouched = async (why: RegExp): Promise<void> => {
    const to = await usedMachine(`untouched-${(machines += 1)}`);
    const before = await contentOf(to);
    const names = (await readdir(to.data)).toSorted();
    await expect(restoreBackup(file, to, 0)).rejects.toThrow(why);
    expect(await contentOf(to)).toEqual(before);
    expect(
      (await readdir(to.data)).filter((name) => !name.includes("-wal") && !name.includes("-shm")).toSorted(),
    ).toEqual(names);
  };

  /** An archive of files with any names, made by hand: tar's own programs would refuse to. */
  const archive = (
    entries: readonly { path: string; body?: string; type?: "File" | "SymbolicLink" }[],
  ): Buffer =>
    Buffer.concat([
      ...entries.flatMap(({ path, body = "", type = "File" }) => {
        const header = new Header({
          path,
          size: body.length,
          type,
          mode: 0o644,
          linkpath: type === "File" ? "" : "/etc/passwd",
        });
        const block = Buffer.alloc(512);
        header.encode(block, 0);
        const padded = Buffer.alloc(Math.ceil(body.length / 512) * 512);
        padded.write(body, "latin1");
        return [block, padded];
      }),
      Buffer.alloc(1024),
    ]);

  const hostileManifest = (name: string, bytes = 1): string =>
    JSON.stringify({
      format: 1,
      version: "1",
      createdAt: "2026-01-01T00:00:00.000Z",
      withSecrets: true,
      files: [{ name, bytes, sha256: "a".repeat(64) }],
      leftOut: [],
    });

  test.each([
    "../outside.md",
    "cards/../../outside.md",
    "/etc/cron.d/x",
    "cards//etc/x.md",
    "cards/.ssh/x.md",
    "cards/a\\..\\b.md",
    "cards/a\n.md",
    "server.lock",
    "haulyard.db-wal",
    "__proto__",
  ])("cannot name %j", async (name) => {
    await writeFile(
      file,
      archive([
        { path: MANIFEST, body: hostileManifest(name) },
        { path: name, body: "x" },
      ]),
    );
    await untouched(/manifest of the backup is not valid/);
    expect(existsSync(join(folder, "outside.md"))).toBe(false);
  });

  test("cannot hide a file that its manifest does not name", async () => {
    const body = hostileManifest("known_hosts");
    await writeFile(
      file,
      archive([
        { path: MANIFEST, body },
        { path: "../x", body: "x" },
      ]),
    );
    await untouched(/does not belong in it/);
  });

  test("cannot hold a link", async () => {
    const body = hostileManifest("known_hosts");
    await writeFile(
      file,
      archive([
        { path: MANIFEST, body },
        { path: "known_hosts", type: "SymbolicLink" },
      ]),
    );
    await untouched(/only files belong in it/);
  });

  test("cannot unpack to more than it says", async () => {
    const body = hostileManifest("known_hosts", 10);
    await writeFile(
      file,
      archive([
        { path: MANIFEST, body },
        { path: "known_hosts", body: "x".repeat(5000) },
      ]),
    );
    await untouched(/5000 bytes, not 10/);
  });

  test("is refused where a byte of it has changed, where its end is missing, and where it is something else", async () => {
    await backUp(await usedMachine("one"), true);
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length - 2000));
    await untouched(/no backup, or is damaged|not whole/);
    await writeFile(
      file,
      archive([
        { path: MANIFEST, body: hostileManifest("known_hosts") },
        { path: "known_hosts", body: "x" },
      ]),
    );
    await untouched(/known_hosts in the backup is damaged/);
    await writeFile(file, "just text");
    await untouched(/backup/);
    await create({ gzip: true, file, cwd: folder }, ["one"]);
    await untouched(/manifest|only files/);
  });
});
