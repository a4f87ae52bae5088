import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepBeforeUpgrade } from "./keep-before-upgrade.ts";
import { migrate, MIGRATIONS } from "./migrate.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { createSqliteBackend } from "./sqlite-backend.ts";
import { openSqliteFile } from "./sqlite-file.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-upgrade-"));
  path = join(folder, "haulyard.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A database as an older program left it, with a row in it. */
async function olderDatabase(version: number): Promise<void> {
  const backend = createSqliteBackend(await openSqliteFile(path), path);
  await migrate(backend, path, 0, { migrations: MIGRATIONS.slice(0, version) });
  await backend.db.insertInto("facts").values({ key: "who", value: "an older one" }).execute();
  await backend.close();
}

const copies = (): string[] => readdirSync(folder).filter((name) => name.includes(".before-"));

test("an older database is opened with all it holds, and a copy of it as it was stays beside it", async () => {
  await olderDatabase(1);
  const store = await openSqliteStore({ path });
  expect(await store.getFact("who")).toBe("an older one");
  await store.close();
  expect(copies()).toEqual(["haulyard.db.before-2"]);
  const copy = new DatabaseSync(join(folder, "haulyard.db.before-2"));
  expect(copy.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(copy.prepare("select max(version) as v from schema_versions").get()).toEqual({ v: 1 });
  expect(copy.prepare("select value from facts").get()).toEqual({ value: "an older one" });
  copy.close();
  // It holds what the database holds: nobody else may read it.
  expect(statSync(join(folder, "haulyard.db.before-2")).mode & 0o777).toBe(0o600);
});

test("a database that is up to date is not copied", async () => {
  await (await openSqliteStore({ path })).close();
  await (await openSqliteStore({ path })).close();
  expect(copies()).toEqual([]);
});

test("a few copies are kept, and the oldest goes first", async () => {
  await olderDatabase(1);
  for (const version of [2, 3, 10, 11]) await keepBeforeUpgrade(path, version);
  expect(copies().toSorted()).toEqual([
    "haulyard.db.before-10",
    "haulyard.db.before-11",
    "haulyard.db.before-3",
  ]);
});

test("a copy taken while others write is of one moment", async () => {
  const store = await openSqliteStore({ path });
  let writing = true;
  const writer = (async () => {
    for (let number = 0; writing; number += 1) {
      await store.setFact("a", String(number));
      await store.setFact("b", String(number));
      // SQLite answers at once: without a pause nobody else would have a turn.
      await new Promise((next) => setImmediate(next));
    }
  })();
  for (let version = 1; version <= 5; version += 1) {
    const copy = new DatabaseSync(await keepBeforeUpgrade(path, version), { readOnly: true });
    const [a = -1, b = -1] = ["a", "b"].map((key) =>
      Number(copy.prepare("select value from facts where key = ?").get(key)?.["value"] ?? -1),
    );
    expect(a - b).toBeGreaterThanOrEqual(0);
    expect(a - b).toBeLessThanOrEqual(1);
    expect(copy.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    copy.close();
  }
  writing = false;
  await writer;
  await store.close();
});
