import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Postgres } from "../../test/world/postgres.ts";
import { postgresFolder, startPostgres } from "../../test/world/postgres.ts";
import { createPostgresPool } from "./postgres-pool.ts";

const LIMITS = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] as const;

describe.skipIf(postgresFolder() === null)(
  "the limits of a connection (skipped where PostgreSQL is not installed)",
  () => {
    let postgres: Postgres;
    let url: string;
    beforeAll(async () => {
      postgres = await startPostgres();
      url = await postgres.create("limits");
    });
    afterAll(() => postgres.remove());

    it("leave a statement the time that the address gives it, and wait no longer for an answer", async () => {
      const pool = createPostgresPool({ url: `${url}&statement_timeout=50` });
      const client = await pool.connect();
      await expect(client.query("select pg_sleep(600)")).rejects.toMatchObject({ code: "57014" });
      client.release();
      await pool.close();
    });

    async function limitsOf(address: string): Promise<string[]> {
      const pool = createPostgresPool({ url: address });
      const client = await pool.connect();
      try {
        const values: string[] = [];
        for (const name of LIMITS) {
          const { rows } = await client.query<{ value: string }>("select current_setting($1) as value", [
            name,
          ]);
          values.push(rows[0]?.value ?? "");
        }
        return values;
      } finally {
        client.release();
        await pool.close();
      }
    }

    it("are ours, and those that the address gives where it gives some", async () => {
      expect(await limitsOf(url)).toEqual(["30s", "15s", "10s"]);
      const given = "&statement_timeout=120000&lock_timeout=60000&idle_in_transaction_session_timeout=30000";
      expect(await limitsOf(`${url}${given}`)).toEqual(["2min", "1min", "30s"]);
    });

    it("may be given with PostgreSQL's units, and a time that is none is refused by name", async () => {
      const given = "&statement_timeout=2min&lock_timeout=1.5s&idle_in_transaction_session_timeout=0";
      expect(await limitsOf(`${url}${given}`)).toEqual(["2min", "1500ms", "0"]);
      expect(() => createPostgresPool({ url: `${url}&lock_timeout=soon` })).toThrow(
        /lock_timeout in the address of the database must be a time .* not 'soon'/,
      );
    });
  },
);
