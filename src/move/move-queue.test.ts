import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Postgres } from "../../test/world/postgres.ts";
import { postgresFolder, startPostgres } from "../../test/world/postgres.ts";
import type { JobStore } from "../job/store-contract.ts";
import { lockDataFolder } from "../store/lock-data-folder.ts";
import { openPostgresStore } from "../store/open-postgres-store.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { checkWhole } from "../store/suite/check-whole.ts";
import { claim, draft, insert, NOW } from "../store/suite/under-test.ts";
import { ComparisonError } from "./copy-rows.ts";
import type { Address } from "./database.ts";
import { moveHere } from "./move-here.ts";
import { moveQueue, undoMove } from "./move-queue.ts";
import { fillQueue, HOSTILE } from "./testing/fill-queue.ts";

type Rows = Record<string, unknown>[];

describe.skipIf(postgresFolder() === null)(
  "a queue that is moved to another database (skipped where PostgreSQL is not installed)",
  () => {
    let postgres: Postgres;
    let count = 0;
    let folder: string;
    let path: string;
    let from: Address;
    let database: string;
    let url: string;
    let to: Address;
    const stores: JobStore[] = [];

    beforeAll(async () => {
      postgres = await startPostgres();
    });
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "haulyard-move-"));
      path = join(folder, "haulyard.db");
      from = { kind: "sqlite", file: path };
      database = `move_${(count += 1)}`;
      url = await postgres.create(database);
      to = { kind: "postgres", url };
    });
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
      rmSync(folder, { recursive: true });
    });
    afterAll(() => postgres.remove());

    const keep = async (opening: Promise<JobStore>): Promise<JobStore> => {
      const store = await opening;
      stores.push(store);
      return store;
    };
    const ask = <T extends Rows>(text: string): T => {
      const opened = new DatabaseSync(path);
      try {
        return opened.prepare(text).all() as T;
      } finally {
        opened.close();
      }
    };
    const change = (text: string, ...values: (string | number)[]): void => {
      const opened = new DatabaseSync(path);
      opened.prepare(text).run(...values);
      opened.close();
    };
    const tableNames = (): string[] =>
      ask("select name from sqlite_schema where type = 'table' and name not like 'sqlite~_%' escape '~'")
        .map(({ name }) => String(name))
        .filter((name) => name !== "schema_versions")
        .toSorted();
    /** As text, sorted: each database orders and types its rows in its own way. */
    const asText = (rows: Rows): string[] =>
      rows
        .map((row) => JSON.stringify(Object.entries(row).map(([key, value]) => [key, toText(value)])))
        .toSorted();
    const everything = (read: (table: string) => Rows): Map<string, string[]> =>
      new Map(tableNames().map((table) => [table, asText(read(table))]));
    const readThere = async (): Promise<Map<string, string[]>> => {
      const rows = new Map<string, Rows>();
      for (const table of tableNames()) {
        const columns = ask(`select name from pragma_table_info('${table}') order by cid`);
        const list = columns.map(({ name }) => `"${String(name)}"`).join(", ");
        rows.set(table, await postgres.ask(database, `select ${list} from ${table}`));
      }
      return everything((table) =>
        (rows.get(table) ?? []).filter((row) => table !== "facts" || row["key"] !== "moved_from"),
      );
    };

    it("is there whole, table by table and value by value, and goes on where it was: cursors, numbers and leases", async () => {
      await fillQueue(path);
      const before = everything((table) => ask(`select * from "${table}"`));
      for (const [table, rows] of before) expect([table, rows.length > 0]).toEqual([table, true]);
      const here = await openSqliteStore({ path });
      const [jobs, cursor, changes] = [
        await checkWhole(here),
        await here.cursor(),
        await here.changesAfter(0, 5_000),
      ];
      await here.close();

      const outcome = await moveQueue(from, to, NOW);
      expect(outcome).toMatchObject({ kind: "moved" });
      if (outcome.kind !== "moved") return;
      expect(outcome.tables.map(({ name }) => name).toSorted()).toEqual([...before.keys()]);
      expect(outcome.tables.map(({ name, rows }) => [name, rows])).toEqual(
        outcome.tables.map(({ name }) => [name, before.get(name)?.length]),
      );
      expect(await readThere()).toEqual(before);

      const there = await keep(openPostgresStore({ url }));
      expect(await checkWhole(there)).toEqual(jobs);
      expect(await there.changesAfter(0, 5_000)).toEqual(changes);
      expect(await there.getFact("hostile")).toBe(HOSTILE);
      // The newest job was removed before: neither its number nor its cursor comes again.
      const last = Math.max(...ask("select seq from sqlite_sequence where name = 'jobs'").map(seqOf));
      await insert(there, 5_000);
      expect(await there.cursor()).toBe(cursor + 1);
      const rows = await postgres.ask(database, "select max(sequence)::int as newest from jobs");
      expect(rows).toEqual([{ newest: last + 1 }]);
      expect(await claim(there)).not.toBeNull();
    });

    it("leaves a file on which nobody starts, told where it went, until that is taken back", async () => {
      await fillQueue(path);
      const before = everything((table) => ask(`select * from "${table}"`));
      await moveQueue(from, to, NOW);
      await expect(openSqliteStore({ path })).rejects.toThrow(
        new RegExp(`was moved to the database '${database}' .* on 2027-01-15`),
      );
      // What an older program goes by, which knows nothing of moves.
      const [newest] = ask("select max(version) as version from schema_versions");
      expect(newest).toEqual({ version: 1_000_000 });
      expect(await moveQueue(from, to, NOW)).toMatchObject({ kind: "refused" });
      expect(await undoMove(from)).toMatchObject({ kind: "undone" });
      expect(await undoMove(from)).toMatchObject({ kind: "nothing" });
      await keep(openSqliteStore({ path }));
      expect(everything((table) => ask(`select * from "${table}"`))).toEqual(before);
    });

    it("is not copied twice if the first try ended between the commit and its word of it", async () => {
      await fillQueue(path);
      await moveQueue(from, to, NOW);
      // As a kill in between would have left it.
      change(
        "update schema_versions set name = replace(name, '\"moved\"', '\"moving\"') where version = 1000000",
      );
      await expect(openSqliteStore({ path })).rejects.toThrow("was broken off");
      const there = await keep(openPostgresStore({ url }));
      const jobs = await checkWhole(there);
      await there.close();
      expect(await moveQueue(from, to, NOW)).toMatchObject({ kind: "finished" });
      expect(await checkWhole(await keep(openPostgresStore({ url })))).toEqual(jobs);
      await expect(openSqliteStore({ path })).rejects.toThrow("was moved to");
    });

    it("comes back to a file with all that has happened since, and the database it left is marked in turn", async () => {
      await fillQueue(path);
      await moveQueue(from, to, NOW);
      const there = await openPostgresStore({ url });
      await insert(there, 6_000);
      const [jobs, cursor] = [await checkWhole(there), await there.cursor()];
      await there.close();
      const back: Address = { kind: "sqlite", file: join(folder, "back.db") };
      expect(await moveQueue(to, back, NOW)).toMatchObject({ kind: "moved" });
      const here = await keep(openSqliteStore({ path: back.file }));
      expect(await checkWhole(here)).toEqual(jobs);
      await insert(here, 6_001);
      expect(await here.cursor()).toBe(cursor + 1);
      await expect(openPostgresStore({ url })).rejects.toThrow("was moved to");
    });

    it("is refused where another queue is, or a server is at work, and then nothing has changed", async () => {
      await fillQueue(path);
      const there = await openPostgresStore({ url, node: "alpha" });
      expect(await moveQueue(from, to, NOW)).toMatchObject({
        kind: "refused",
        message: expect.stringContaining("1 server is at work"),
      });
      await insert(there, 1);
      await there.close();
      expect(await moveQueue(from, to, NOW)).toMatchObject({
        kind: "refused",
        message: expect.stringContaining("is not empty: 1 row in"),
      });
      await keep(openSqliteStore({ path }));
    });

    it("takes the place of what a server has written that was only started there", async () => {
      await fillQueue(path);
      const there = await openPostgresStore({ url });
      await there.setFact("hostile", "of the other");
      await there.close();
      expect(await moveQueue(from, to, NOW)).toMatchObject({ kind: "moved" });
      expect(await (await keep(openPostgresStore({ url }))).getFact("hostile")).toBe(HOSTILE);
    });

    it("has U+FFFD where a text had U+0000, which PostgreSQL does not hold, and says in how many", async () => {
      await (await openSqliteStore({ path })).close();
      change("insert into facts values ('nul', 'a' || char(0) || 'b')");
      const outcome = await moveQueue(from, to, NOW);
      expect(outcome).toMatchObject({
        kind: "moved",
        tables: expect.arrayContaining([expect.objectContaining({ name: "facts", changedTexts: 1 })]),
      });
      expect(await (await keep(openPostgresStore({ url }))).getFact("nul")).toBe("a\uFFFDb");
    });

    it.each([
      ["a fraction in a whole number", "update jobs set created_at = 1.5", "the number 1.5 in created_at"],
      ["bytes in a text", "update jobs set name = x'00ff'", "bytes in name"],
      ["more than a number holds", "update jobs set created_at = 9007199254740993", "too large"],
      ["a word in a number", "update jobs set created_at = 'soon'", "does not take the row with sequence 1"],
      [
        "more than an integer holds",
        "update jobs set rank = 3000000000",
        "does not take the row with sequence 1",
      ],
      [
        "a path too long for an index",
        "update jobs set destination = (with recursive n (i) as (select 1 union all select i + 1 from n where i < 400) select group_concat(hex(randomblob(16)), '/') from n)",
        "does not take the row with sequence 1",
      ],
    ])("stays where it is with %s in it, and the row is named", async (_, spoil, why) => {
      const here = await openSqliteStore({ path });
      await here.insert(draft(1), NOW);
      await here.close();
      change(spoil);
      await expect(moveQueue(from, to, NOW)).rejects.toThrow(why);
      // No mark is left: the server starts here as before.
      await (await openSqliteStore({ path })).close();
      expect(await postgres.ask(database, "select count(*)::int as n from jobs")).toEqual([{ n: 0 }]);
    });

    it("does not begin while a server with its data folder elsewhere uses it", async () => {
      await fillQueue(path);
      const data = mkdtempSync(join(tmpdir(), "haulyard-data-"));
      const lock = lockDataFolder(data, path);
      // Neither the folder named nor the one of the file has ever been a data folder.
      const elsewhere = join(folder, "nobody");
      expect(await moveHere({ from, to, data: elsewhere, now: NOW })).toMatchObject({ kind: "refused" });
      lock?.release();
      expect(await moveHere({ from, to, data: elsewhere, now: NOW })).toMatchObject({ kind: "moved" });
      rmSync(data, { recursive: true });
    });

    it("is not kept where what arrived is not what was sent", async () => {
      await fillQueue(path);
      await (await openPostgresStore({ url })).close();
      await postgres.ask(
        database,
        `create function spoil() returns trigger language plpgsql as $$ begin new.label := new.label || '!'; return new; end $$;
         create trigger spoil before insert on hosts for each row execute function spoil()`,
      );
      await expect(moveQueue(from, to, NOW)).rejects.toThrow(ComparisonError);
      expect(await postgres.ask(database, "select count(*)::int as n from jobs")).toEqual([{ n: 0 }]);
      await keep(openSqliteStore({ path }));
    });
  },
);

function toText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "string" ? String(value) : value;
}

function seqOf({ seq }: Record<string, unknown>): number {
  return Number(seq);
}
