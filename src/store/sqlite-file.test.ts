import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JobStore } from "../job/store-contract.ts";
import { createJobStore } from "./job-store.ts";
import { migrate } from "./migrate.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { createSqliteBackend } from "./sqlite-backend.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import { checkWhole } from "./suite/check-whole.ts";
import { draft, insert, NOW } from "./suite/under-test.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-store-"));
  path = join(folder, "haulyard.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe("the database file", () => {
  it("is readable by its owner only, with all that belongs to it, whatever the umask", async () => {
    const umask = process.umask(0);
    try {
      const store = await openSqliteStore({ path });
      await insert(store, 1);
      for (const end of ["", "-wal", "-shm"]) expect(modeOf(path + end)).toBe(0o600);
      await store.close();
    } finally {
      process.umask(umask);
    }
  });

  it("is closed to others again if it was opened to them", async () => {
    await (await openSqliteStore({ path })).close();
    chmodSync(path, 0o664);
    await (await openSqliteStore({ path })).close();
    expect(modeOf(path)).toBe(0o600);
  });

  it("keeps everything over closing and opening", async () => {
    const store = await openSqliteStore({ path });
    const job = await insert(store, 1);
    await store.close();
    const again = await openSqliteStore({ path });
    expect(await again.get(job.id)).toEqual(job);
    expect(await again.cursor()).toBe(1);
    await again.close();
  });

  it("may have a name with any characters in it", async () => {
    const odd = join(folder, "file:ha ul%20?mode=ro#'ü.db");
    await (await openSqliteStore({ path: odd })).close();
    expect(modeOf(odd)).toBe(0o600);
  });

  it("refuses every verb once it is closed", async () => {
    const store = await openSqliteStore({ path });
    await store.close();
    await expect(store.counts()).rejects.toThrow(/destroyed/);
  });
});

describe("a database that cannot be used", () => {
  const opening = (): Promise<JobStore> => openSqliteStore({ path });

  it("is said to lack its folder", async () => {
    path = join(folder, "not there", "haulyard.db");
    await expect(opening()).rejects.toMatchObject({
      code: "write_denied",
      message: expect.stringContaining(
        `The folder ${join(folder, "not there")} of the database does not exist`,
      ),
    });
  });

  it("is said to be none if it is something else, and left as it is", async () => {
    const text = "This is a letter to my aunt, and it is longer than a header. ".repeat(100);
    writeFileSync(path, text);
    await expect(opening()).rejects.toMatchObject({
      code: "store_damaged",
      message: expect.stringContaining(path),
    });
    expect(readFileSync(path, "utf8")).toBe(text);
    mkdirSync(join(folder, "folder.db"));
    path = join(folder, "folder.db");
    await expect(opening()).rejects.toMatchObject({ code: "write_denied" });
  });

  it("is said to be another program's, and left as it is", async () => {
    const foreign = new DatabaseSync(path);
    foreign.exec("create table recipes (name text)");
    foreign.close();
    await expect(opening()).rejects.toMatchObject({ code: "store_foreign", message: /of another program/ });
    const after = new DatabaseSync(path);
    expect(after.prepare("select name from sqlite_schema").all()).toEqual([{ name: "recipes" }]);
    after.close();
  });

  it("is said to be of a newer version, which one, and what to do", async () => {
    await (await opening()).close();
    const database = new DatabaseSync(path);
    database.exec("insert into schema_versions values (99, 'from the future', 0)");
    database.exec("update facts set value = '99' where key = 'oldest_schema'");
    database.close();
    await expect(opening()).rejects.toMatchObject({
      code: "store_foreign",
      message: expect.stringMatching(
        /newer Haulyard \(schema 99; this one knows up to \d+\).*Start that version/,
      ),
    });
  });

  it("is said to be damaged when pages of it are gone or overwritten", async () => {
    const store = await opening();
    for (let n = 0; n < 50; n++) await insert(store, n);
    await store.close();
    const whole = `${path}.whole`;
    copyFileSync(path, whole);

    truncateSync(path, 8192);
    await expect(opening().then((cut) => cut.list({ sort: "newest", limit: 50 }))).rejects.toMatchObject({
      code: "store_damaged",
    });
    const bytes = readFileSync(whole);
    writeFileSync(path, bytes.fill(0xa5, 4096));
    await expect(opening()).rejects.toMatchObject({ code: "store_damaged" });
  });

  it("says which job a damaged column belongs to, and refuses to guess", async () => {
    const store = await opening();
    const { id } = await insert(store, 1);
    const good = await insert(store, 2);
    const database = new DatabaseSync(path);
    for (const [column, text] of [
      ["state", '{"kind":"complete"}'],
      ["state", '{"kind":'],
      ["steps", '[{"kind":"transfer"},null]'],
      ["progress", "[]"],
      ["source", "null"],
    ] as const) {
      const { kept } = database.prepare(`select ${column} as kept from jobs where id = ?`).get(id) as {
        kept: string;
      };
      database.prepare(`update jobs set ${column} = ? where id = ?`).run(text, id);
      await expect(store.get(id)).rejects.toMatchObject({
        code: "store_damaged",
        message: expect.stringContaining(`'${column}' of job ${id}`),
      });
      await expect(store.apply(id, { type: "cancel" }, NOW)).rejects.toMatchObject({ code: "store_damaged" });
      database.prepare(`update jobs set ${column} = ? where id = ?`).run(kept, id);
    }
    expect(await store.get(good.id)).toEqual(good);
    await checkWhole(store);
    database.close();
    await store.close();
  });
});

describe("a full disk", () => {
  /** Inserts until there is no space; answers how many were promised. */
  const fill = async (store: JobStore): Promise<number> => {
    for (let n = 0; n < 100_000; n++) {
      const outcome = await store.insert(draft(n), NOW).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({
          code: "no_space",
          message: expect.stringContaining("Free some space"),
        });
        return n;
      }
    }
    throw new Error("the disk never got full");
  };

  it("refuses what does not fit, keeps what was promised, and goes on once there is space", async () => {
    const database = await openSqliteFile(path);
    const backend = createSqliteBackend(database, path);
    await migrate(backend, path, NOW);
    const store = createJobStore(backend);
    database.exec("pragma max_page_count = 200");
    const promised = await fill(store);
    expect(promised).toBeGreaterThan(10);
    expect((await store.counts()).pending).toBe(promised);
    await checkWhole(store);
    database.exec("pragma max_page_count = 20000");
    await insert(store, promised);
    expect(await checkWhole(store)).toHaveLength(promised + 1);
    await store.close();
  });

  it.runIf(process.getuid?.() === 0)("leaves a whole database on a real one of 2 MiB", async () => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
    path = join(disk, "haulyard.db");
    const stores: JobStore[] = [];
    const open = async (): Promise<JobStore> => {
      const store = await openSqliteStore({ path });
      stores.push(store);
      return store;
    };
    try {
      execFileSync("sh", ["-c", 'cat /dev/zero >"$0" 2>/dev/null || true', join(disk, "other")]);
      await expect(open()).rejects.toMatchObject({ code: "no_space" });
      writeFileSync(join(disk, "other"), Buffer.alloc(300_000));
      const store = await open();
      const promised = await fill(store);
      expect(promised).toBeGreaterThan(10);
      expect(await checkWhole(store)).toHaveLength(promised);
      rmSync(join(disk, "other"));
      await insert(store, promised);
      expect(await checkWhole(await open())).toHaveLength(promised + 1);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      execFileSync("umount", [disk]);
    }
  });
});
