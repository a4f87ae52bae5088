import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { quickFolder } from "../../test/world/quick-folder.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { describeStore } from "./store.suite.ts";
import type { StoreUnderTest } from "./suite/under-test.ts";

describeStore("a SQLite store", async (): Promise<StoreUnderTest> => {
  const folder = quickFolder("haulyard-store-");
  const path = join(folder, "haulyard.db");
  const stores: JobStore[] = [];
  const open = async (): Promise<JobStore> => {
    const store = await openSqliteStore({ path });
    stores.push(store);
    return store;
  };
  return {
    store: await open(),
    url: pathToFileURL(path).href,
    openAnother: open,
    dispose: async () => {
      await Promise.all(stores.map((store) => store.close()));
      checkFile(path);
      rmSync(folder, { recursive: true });
    },
  };
});

/** Whatever a test did to it, kills included: the file itself is whole, and holds nothing of jobs that are gone. */
function checkFile(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  const ask = (sql: string): unknown[] => database.prepare(sql).all();
  expect(ask("pragma integrity_check")).toEqual([{ integrity_check: "ok" }]);
  expect(ask("pragma foreign_key_check")).toEqual([]);
  expect(ask("select job from history union select job from search_texts order by job")).toEqual(
    ask("select sequence as job from jobs order by job"),
  );
  expect(ask("select lane, kind, n from job_counts where n > 0 order by lane, kind")).toEqual(
    ask("select lane, kind, count(*) as n from jobs group by lane, kind order by lane, kind"),
  );
  database.close();
}
