import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Backend } from "./backend.ts";
import { migrate, MIGRATIONS } from "./migrate.ts";
import type { Migration } from "./migrate.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { createSqliteBackend } from "./sqlite-backend.ts";
import { openSqliteFile } from "./sqlite-file.ts";

let folder: string;
let path: string;
let backend: Backend;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-migrate-"));
  path = join(folder, "haulyard.db");
  backend = createSqliteBackend(await openSqliteFile(path), path);
});
afterEach(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
});

const adding = (version: number, table: string): Migration => ({
  version,
  name: `adds ${table}`,
  up: async (db) => {
    await db.schema.createTable(table).addColumn("a", "integer").execute();
  },
});
const versions = () =>
  backend.db.selectFrom("schema_versions").select(["version", "name"]).orderBy("version").execute();

describe("migrations", () => {
  it("are numbered from 1 without holes", () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it("bring an older database up step by step, each once, and are written down", async () => {
    const first = adding(1, "one");
    const all = [first, adding(2, "two"), adding(3, "three")];
    await migrate(backend, path, 0, { migrations: [first] });
    await migrate(backend, path, 0, { migrations: all });
    await migrate(backend, path, 0, { migrations: all });
    expect(await versions()).toEqual([
      { version: 1, name: "adds one" },
      { version: 2, name: "adds two" },
      { version: 3, name: "adds three" },
    ]);
    expect((await backend.tableNames()).toSorted()).toEqual(["one", "schema_versions", "three", "two"]);
  });

  it("leave the older version whole when one of them fails half-way, and say so", async () => {
    await migrate(backend, path, 0, { migrations: [adding(1, "one")] });
    const failing: Migration = {
      ...adding(3, "three"),
      up: async (db, types) => {
        await adding(3, "three").up(db, types);
        throw new Error("out of luck.");
      },
    };
    const asked: number[] = [];
    const before = async (version: number): Promise<string> => {
      asked.push(version);
      return "/the/copy";
    };
    const migrations = [adding(1, "one"), adding(2, "two"), failing];
    await expect(migrate(backend, path, 0, { migrations, before })).rejects.toMatchObject({
      code: "store_stuck",
      message: expect.stringMatching(/schema 1 to 3: out of luck\..*Nothing.*\/the\/copy/),
    });
    expect(asked).toEqual([2]);
    expect(await versions()).toEqual([{ version: 1, name: "adds one" }]);
    expect((await backend.tableNames()).toSorted()).toEqual(["one", "schema_versions"]);
    await migrate(backend, path, 0, { migrations: [adding(1, "one"), adding(2, "two")] });
    expect(await backend.tableNames()).toContain("two");
  });

  it("keep no copy of a database that is new, or needs none", async () => {
    const before = async (): Promise<never> => {
      throw new Error("asked for");
    };
    await migrate(backend, path, 0, { migrations: [adding(1, "one")], before });
    await migrate(backend, path, 0, { migrations: [adding(1, "one")], before });
    expect(await versions()).toHaveLength(1);
  });

  it("refuse to go back", async () => {
    await migrate(backend, path, 0, { migrations: [adding(1, "one"), adding(2, "two")] });
    await expect(migrate(backend, path, 0, { migrations: [adding(1, "one")] })).rejects.toMatchObject({
      code: "store_foreign",
    });
  });

  it("that a newer release added keep nobody out who knows enough, and others with a word about it", async () => {
    const newer = [...MIGRATIONS, adding(MIGRATIONS.length + 1, "of_tomorrow")];
    await migrate(backend, path, 0, { migrations: newer });
    const store = await openSqliteStore({ path });
    await store.setFact("imported:x", "yes");
    expect(await store.counts()).toMatchObject({ pending: 0 });
    await store.close();
    expect(await versions()).toHaveLength(newer.length);

    const breaking = { ...adding(newer.length + 1, "of_next_week"), oldest: newer.length };
    await migrate(backend, path, 0, { migrations: [...newer, breaking] });
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: "store_foreign",
      message: expect.stringContaining(
        `(schema ${newer.length + 1}; this one knows up to ${MIGRATIONS.length})`,
      ),
    });
    await migrate(backend, path, 0, { migrations: newer });
  });

  it("ask of programs no more than the one before knows", () => {
    for (const { version, oldest } of MIGRATIONS.slice(9)) expect(oldest ?? 0).toBeLessThan(version);
  });

  it("are done once by processes that start on an empty folder together", async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => openSqliteStore({ path })));
    expect(await versions()).toHaveLength(MIGRATIONS.length);
    await Promise.all(stores.map((store) => store.close()));
    const database = new DatabaseSync(path);
    expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    expect(database.prepare("pragma foreign_key_check").all()).toEqual([]);
    database.close();
  });
});
