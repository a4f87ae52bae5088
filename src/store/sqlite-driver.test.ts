import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { CompiledQuery, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import type { Db } from "./schema.ts";
import { createSqliteBackend } from "./sqlite-backend.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import { draft, insert, NOW } from "./suite/under-test.ts";

let folder: string;
let path: string;
let store: JobStore;
let other: DatabaseSync;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-driver-"));
  path = join(folder, "haulyard.db");
  store = await openSqliteStore({ path });
  other = new DatabaseSync(path);
});
afterEach(async () => {
  other.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

it("whoever asks again and again leaves room for sockets and timers", async () => {
  let turns = 0;
  let counting = setImmediate(count);
  // A page of everything, and a claim after the other, are such: each answer is followed by the next question.
  for (let asked = 0; turns < 2 && asked < 200_000; asked += 1) await store.cursor();
  clearImmediate(counting);
  expect(turns).toBeGreaterThanOrEqual(2);

  function count(): void {
    turns += 1;
    counting = setImmediate(count);
  }
});

describe("while another process writes", () => {
  it("a writer waits its turn without holding up the process", async () => {
    const fortyTurns = async (): Promise<number> => {
      const start = performance.now();
      for (let turn = 0; turn < 40; turn++) await sleep(5);
      return performance.now() - start;
    };
    const alone = await fortyTurns();
    other.exec("begin immediate");
    const inserted = store.insert(draft(1), NOW);
    // Had SQLite done the waiting, hardly a timer would have gone off before the lock was free.
    expect(await fortyTurns()).toBeLessThan(20 * alone);
    other.exec("commit");
    expect((await inserted).kind).toBe("inserted");
  });

  it("a reader does not wait at all", async () => {
    await insert(store, 1);
    other.exec("begin immediate; delete from jobs");
    expect((await store.list({ sort: "newest", limit: 10 })).jobs).toHaveLength(1);
    other.exec("rollback");
  });

  it("one that never ends is reported, not waited for", async () => {
    other.exec("begin immediate");
    const database = new DatabaseSync(path, { timeout: 0 });
    const driver = new SqliteDriver(database, path, { busyDeadlineMs: 100 });
    const connection = await driver.acquireConnection();
    await expect(driver.beginTransaction(connection)).rejects.toMatchObject({
      code: "store_busy",
      message: expect.stringContaining("locked by another process"),
    });
    await driver.rollbackTransaction(connection);
    await driver.releaseConnection();
    await driver.destroy();
    other.exec("rollback");
  });
});

describe("the driver", () => {
  it("lets one after the other at its connection, in the order they came", async () => {
    const driver = new SqliteDriver(new DatabaseSync(":memory:"), ":memory:");
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (n) => {
        await driver.acquireConnection();
        order.push(n);
        await sleep(5);
        order.push(n);
        await driver.releaseConnection();
      }),
    );
    expect(order).toEqual([1, 1, 2, 2, 3, 3]);
    await driver.destroy();
  });

  it("streams rows, and answers numbers of changed rows", async () => {
    const driver = new SqliteDriver(new DatabaseSync(":memory:"), ":memory:");
    const connection = await driver.acquireConnection();
    const run = (sql: string, parameters: unknown[] = []) =>
      connection.executeQuery(CompiledQuery.raw(sql, parameters));
    await run("create table t (x)");
    expect(await run("insert into t values (?), (?)", [1, "two"])).toMatchObject({
      numAffectedRows: 2n,
      insertId: 2n,
    });
    expect((await run("insert into t values (3) returning x")).rows).toEqual([{ x: 3 }]);
    const seen: unknown[] = [];
    for await (const { rows } of connection.streamQuery(CompiledQuery.raw("select x from t")))
      seen.push(...rows);
    expect(seen).toEqual([{ x: 1 }, { x: "two" }, { x: 3 }]);
    // More statements than are kept, and the first one again.
    for (let n = 0; n < 400; n++) expect((await run(`select ${n} as n`)).rows).toEqual([{ n }]);
    expect((await run("insert into t values (?), (?)", [1, 2])).numAffectedRows).toBe(2n);
    await driver.releaseConnection();
    await driver.destroy();
  });

  it("syncs every commit but those of heartbeats, also after one of them failed", async () => {
    const backend = createSqliteBackend(await openSqliteFile(path), path);
    const setting = async (db: Db): Promise<unknown> =>
      (await sql<{ synchronous: number }>`pragma synchronous`.execute(db)).rows[0]?.synchronous;
    // https://www.sqlite.org/pragma.html#pragma_synchronous: 1 is NORMAL, 2 is FULL.
    expect(await backend.write(setting)).toBe(2);
    expect(await backend.write(setting, "relaxed")).toBe(1);
    expect(await backend.write(setting)).toBe(2);
    await expect(backend.write(() => Promise.reject(new Error("no")), "relaxed")).rejects.toThrow("no");
    expect(await backend.write(setting)).toBe(2);
    await backend.close();
  });
});
