/** Several servers on one PostgreSQL: one queue, shown alike by all. Real servers, a real database, real kills. */
import { stat } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventReader } from "../src/server/testing/read-events.ts";
import { fetching } from "../src/transfer/testing/bench.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call, jobOf } from "./world/api.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Postgres } from "./world/postgres.ts";
import { postgresFolder, startPostgres } from "./world/postgres.ts";
import { spawnOrigin } from "./world/spawn-origin.ts";

const MB = 1_000_000;

describe.skipIf(postgresFolder() === null)(
  "servers on one PostgreSQL (skipped where it is not installed)",
  () => {
    let postgres: Postgres;
    let count = 0;
    const cleanups: (() => Promise<unknown>)[] = [];
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });
    afterAll(() => postgres.remove());

    const database = (): Promise<string> => postgres.create(`servers_${(count += 1)}`);

    async function serve(node: string, url: string): Promise<{ server: Haulyard; world: World }> {
      const world = await createWorld();
      cleanups.push(() => world.remove());
      const server = await startHaulyard(world, {
        env: { HAULYARD_NODE: node, HAULYARD_DATABASE_URL: url },
      });
      cleanups.push(() => server.kill9());
      return { server, world };
    }

    async function origin(path: string, size: number, bytesPerSecond: number) {
      const spawned = await spawnOrigin({ [path]: { size, bytesPerSecond } });
      cleanups.push(() => spawned.close());
      return spawned;
    }

    const ended = (server: Haulyard, id: string): Promise<JobMessage> =>
      waitFor(
        "the download to end",
        () => jobOf(server.url, id),
        ({ status }) => status === "COMPLETE" || status === "FAILED",
      );

    it("are one queue: a download added at one runs once, there, and the streams of both tell of it", async () => {
      const url = await database();
      const [alpha, beta] = [await serve("alpha", url), await serve("beta", url)];
      const streams = await Promise.all([alpha, beta].map(({ server }) => EventReader.open(server.url)));
      cleanups.push(async () => streams.forEach((stream) => stream.close()));
      const source = await origin("/m.gguf", 8 * MB, 4 * MB);

      const { status, body } = await call<JobMessage>(`${alpha.server.url}/jobs`, "POST", {
        source: `${source.url}/m.gguf`,
      });
      expect(status).toBe(201);
      for (const stream of streams)
        await stream.until("the end of it", () =>
          stream.of("job").some(({ data }) => data["id"] === body.id && data["status"] === "COMPLETE"),
        );
      const [there, here] = await Promise.all([alpha, beta].map(({ server }) => jobOf(server.url, body.id)));
      expect(here).toEqual(there);
      expect((await stat(there?.destination ?? "")).size).toBe(8 * MB);
      expect(there?.destination?.startsWith(alpha.world.folder)).toBe(true);
      const gets = fetching(await source.requests()).filter(({ method }) => method === "GET");
      expect(gets).toHaveLength(1);
      const lists = await Promise.all(
        [alpha, beta].map(({ server }) => call<{ jobs: JobMessage[] }>(`${server.url}/jobs`)),
      );
      expect(lists.map(({ body: { jobs } }) => jobs.map(({ id }) => id))).toEqual([[body.id], [body.id]]);
    });

    it("go on downloading while the database is killed and started again, and nothing is fetched twice", async () => {
      const url = await database();
      const { server } = await serve("gamma", url);
      const source = await origin("/m.gguf", 60 * MB, 3 * MB);
      const { body } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
        source: `${source.url}/m.gguf`,
      });
      await waitFor(
        "some bytes",
        () => jobOf(server.url, body.id),
        ({ progress }) => progress.bytes_done > MB,
      );
      await postgres.kill9();
      await postgres.start();
      const job = await ended(server, body.id);
      expect(job).toMatchObject({ status: "COMPLETE", progress: { bytes_done: 60 * MB } });
      const gets = fetching(await source.requests()).filter(({ method }) => method === "GET");
      expect(gets).toHaveLength(1);
      expect(server.output()).not.toContain("not-to-be-told");
    });

    it("leave alone what another one has at work when they start, and take up at once what they had themselves", async () => {
      const url = await database();
      const source = await origin("/m.gguf", 1_000 * MB, MB);
      const first = await serve("delta", url);
      const { body } = await call<JobMessage>(`${first.server.url}/jobs`, "POST", {
        source: `${source.url}/m.gguf`,
      });
      await waitFor(
        "it to run",
        () => jobOf(first.server.url, body.id),
        ({ status }) => status === "RUNNING",
      );
      const other = await serve("epsilon", url);
      const kinds = async (): Promise<string[]> => {
        const { body: lines } = await call<{ history: { to: string }[] }>(
          `${other.server.url}/jobs/${body.id}/history`,
        );
        return lines.history.map(({ to }) => to);
      };
      expect(await kinds()).toEqual(["PENDING", "RUNNING"]);
      await first.server.kill9();
      const again = await startHaulyard(first.world, {
        env: { HAULYARD_NODE: "delta", HAULYARD_DATABASE_URL: url },
      });
      cleanups.push(() => again.kill9());
      await waitFor("the second run", kinds, ({ length }) => length >= 4);
      expect(await kinds()).toEqual(["PENDING", "RUNNING", "PENDING", "RUNNING"]);
    });
  },
);
