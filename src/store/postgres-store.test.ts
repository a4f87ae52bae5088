import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Postgres } from "../../test/world/postgres.ts";
import { postgresFolder, startPostgres } from "../../test/world/postgres.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openPostgresStore } from "./open-postgres-store.ts";
import { describeStore } from "./store.suite.ts";
import type { StoreUnderTest } from "./suite/under-test.ts";

const DATABASE = "haulyard";

describe.skipIf(postgresFolder() === null)("on PostgreSQL (skipped where it is not installed)", () => {
  let postgres: Postgres;
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.create(DATABASE);
  });
  afterAll(() => postgres.remove());

  describeStore("a PostgreSQL store", async (): Promise<StoreUnderTest> => {
    const stores: JobStore[] = [];
    const open = async (): Promise<JobStore> => {
      const store = await openPostgresStore({ url });
      stores.push(store);
      return store;
    };
    return {
      store: await open(),
      url,
      openAnother: open,
      dispose: async () => {
        await Promise.all(stores.map((store) => store.close()));
        await checkDatabase(postgres);
        await postgres.empty(DATABASE);
      },
    };
  });
});

/** Whatever a test did to it, kills included: nothing is left of jobs that are gone, and the counts are right. */
async function checkDatabase(postgres: Postgres): Promise<void> {
  const ask = (sql: string): Promise<unknown[]> => postgres.ask(DATABASE, sql);
  expect(await ask("select job from history union select job from search_texts order by job")).toEqual(
    await ask("select sequence as job from jobs order by job"),
  );
  expect(await ask("select lane, kind, n::text from job_counts where n > 0 order by lane, kind")).toEqual(
    await ask("select lane, kind, count(*)::text as n from jobs group by lane, kind order by lane, kind"),
  );
}
