import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Postgres } from "../../test/world/postgres.ts";
import { postgresFolder, startPostgres } from "../../test/world/postgres.ts";
import { initialProgress } from "../job/progress.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openPostgresStore } from "./open-postgres-store.ts";
import { insertRunning, leaseOf, NOW } from "./suite/under-test.ts";

const DATABASE = "numbers";
/** 6 TB: more than 2^32 counts of KiB, and than an integer of PostgreSQL. */
const LARGE = 6_597_069_766_657;

describe.skipIf(postgresFolder() === null)(
  "numbers in PostgreSQL (skipped where it is not installed)",
  () => {
    let postgres: Postgres;
    let store: JobStore;
    beforeAll(async () => {
      postgres = await startPostgres();
      store = await openPostgresStore({ url: await postgres.create(DATABASE) });
    });
    afterAll(async () => {
      await store.close();
      await postgres.remove();
    });

    it("of terabytes come back to the byte, and sort as numbers", async () => {
      const job = await insertRunning(store, 1, { limitBytesPerSecond: LARGE + 1 });
      const lease = leaseOf(job);
      const progress = { ...initialProgress(LARGE), bytesDone: LARGE - 1 };
      expect(await store.heartbeat([{ id: job.id, lease, progress }], NOW + 10_000)).toEqual([]);
      await insertRunning(store, 2);
      const { jobs } = await store.list({ sort: "size", limit: 10 });
      expect(jobs.map(({ progress: { bytesTotal } }) => bytesTotal)).toEqual([LARGE, 1002]);
      expect(jobs[0]).toMatchObject({
        limitBytesPerSecond: LARGE + 1,
        createdAt: NOW,
        progress: { bytesDone: LARGE - 1 },
        state: { lease: { expiresAt: NOW + 10_000 } },
      });
    });

    it("that no number holds exactly are a damage that is told, not a rounded number", async () => {
      await postgres.ask(DATABASE, "update jobs set created_at = 9007199254740993");
      await expect(store.list({ sort: "newest", limit: 1 })).rejects.toMatchObject({
        code: "store_damaged",
        message: expect.stringContaining("9007199254740993"),
      });
      await postgres.ask(DATABASE, `update jobs set created_at = ${NOW}`);
    });

    it("are not disturbed by a name that holds U+0000: it matches nothing, instead of failing", async () => {
      expect(await store.get("a\0b")).toBeNull();
      expect((await store.list({ sort: "newest", limit: 9, search: "file-1\0" })).jobs).toEqual([]);
    });
  },
);
