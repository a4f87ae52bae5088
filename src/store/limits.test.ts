import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JobStore } from "../job/store-contract.ts";
import { CHANGES_KEPT } from "./changes.ts";
import { HISTORY_LINES_KEPT } from "./history.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { insert, NOW } from "./suite/under-test.ts";

let folder: string;
let store: JobStore;
let database: DatabaseSync;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-limits-"));
  store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  database = new DatabaseSync(join(folder, "haulyard.db"));
});
afterEach(async () => {
  database.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Stands in for years of work: changes of this job, without doing them. */
function addChanges(count: number, id: string): void {
  database
    .prepare(
      `insert into changes (job_id, kind, at)
       with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?)
       select ?, 'job', 0 from numbers`,
    )
    .run(count, id);
}

const countChanges = (): unknown => database.prepare("select count(*) as n from changes").get()?.["n"];

describe("what is kept has a limit", () => {
  it("old changes are forgotten, and whoever was away that long is told that there is a gap", async () => {
    const { id } = await insert(store, 1);
    addChanges(CHANGES_KEPT + 1_500 - 2, id);
    expect((await store.changesAfter(0, 1)).gap).toBe(false);
    for (let n = 0; n < 501; n++) await store.adjust(id, { priority: n + 1 }, NOW);
    const newest = await store.cursor();
    expect(newest).toBe(CHANGES_KEPT + 2_000);
    expect(countChanges()).toBe(CHANGES_KEPT);
    expect(await store.changesAfter(1_999, 5)).toEqual({ changes: [], cursor: newest, gap: true });
    const oldest = await store.changesAfter(2_000, 2);
    expect(oldest).toMatchObject({
      gap: false,
      cursor: 2_002,
      changes: [{ cursor: 2_001 }, { cursor: 2_002 }],
    });
    expect(await store.changesAfter(newest, 2)).toEqual({ changes: [], cursor: newest, gap: false });
  });

  it("a cursor is not given twice, even after every change before it was forgotten", async () => {
    const { id } = await insert(store, 1);
    await store.apply(id, { type: "cancel" }, NOW);
    database.exec("delete from changes");
    await store.remove({}, NOW);
    expect(await store.cursor()).toBe(3);
  });

  it("the history of a job that never ends keeps its latest lines", async () => {
    const { id } = await insert(store, 1);
    database
      .prepare(
        `insert into history (job, line, at, from_kind, to_kind, reason)
         with recursive numbers (n) as (select 2 union all select n + 1 from numbers where n < ?)
         select sequence, n, 0, 'pending', 'pending', 'line ' || n from jobs, numbers`,
      )
      .run(HISTORY_LINES_KEPT);
    await store.apply(id, { type: "pause" }, NOW);
    const history = await store.history(id);
    expect(history).toHaveLength(HISTORY_LINES_KEPT);
    expect([history?.[0]?.reason, history?.at(-1)?.to]).toEqual(["line 2", "paused"]);
  });
});
