import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { describeStore } from "./store.suite.ts";
import type { StoreUnderTest } from "./suite/under-test.ts";

describeStore("a SQLite store", async (): Promise<StoreUnderTest> => {
  const folder = mkdtempSync(join(tmpdir(), "haulyard-store-"));
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
      rmSync(folder, { recursive: true });
    },
  };
});
