/** A living installation moves from SQLite to PostgreSQL: killed on the way, with a download and a command half done. */
import { statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPostgresStore } from "../src/store/open-postgres-store.ts";
import { fetching } from "../src/transfer/testing/bench.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call, jobOf } from "./world/api.ts";
import { endAllCli, jsonLines, runCli, startCli } from "./world/cli.ts";
import type { RunningCli } from "./world/cli.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { bytesOf, headFor } from "./world/file-bytes.ts";
import type { Postgres } from "./world/postgres.ts";
import { postgresFolder, startPostgres } from "./world/postgres.ts";
import { spawnOrigin } from "./world/spawn-origin.ts";
import { startSshd } from "./world/sshd.ts";

const MB = 1_000_000;
const SEED = 7;

describe.skipIf(postgresFolder() === null)(
  "haulyard migrate (skipped where PostgreSQL is not installed)",
  () => {
    let postgres: Postgres;
    let url: string;
    let world: World;
    beforeAll(async () => {
      postgres = await startPostgres();
      url = await postgres.create("moved");
      world = await createWorld();
    });
    afterEach(() => endAllCli());
    afterAll(async () => {
      await postgres.remove();
      await world.remove();
    });

    const migrate = (args: readonly string[], env: Record<string, string> = {}): RunningCli =>
      startCli(["migrate", ...args], { cwd: world.folder, env: { HAULYARD_DATA: world.data, ...env } });

    it("takes everything along, though it is killed half-way: the download ends whole, the command has run once", async () => {
      await using sshd = await startSshd();
      const { home } = sshd;
      await using origin = await spawnOrigin({
        // So slow that it is still under way when the server is killed, however long it takes to get there.
        "/m.gguf": { seed: SEED, size: 24 * MB, bytesPerSecond: MB / 2 },
        "/card.bin": { size: 12 * MB, bytesPerSecond: MB },
      });
      const cards = join(world.folder, "cards");
      await mkdir(cards);
      await writeFile(
        join(cards, "model.md"),
        `---\ntitle: A model\n---\n# Download\n\`\`\`bash\nmkdir -p "$UI_HOME/models"\nwget -P "$UI_HOME/models" ${origin.url}/card.bin\n\`\`\`\n`,
      );
      const env = { HAULYARD_RESOURCES: cards };
      let server = await startHaulyard(world, { env });
      const connection = sshd.line();
      const asked = await call<{ jobs: { id: string }[] }>(`${server.url}/downloads/queue`, "POST", {
        ssh_connection: connection,
        resources: [{ filepath: "model.md" }],
        ui_home: join(home, "ui"),
      });
      const cardId = asked.body.jobs[0]?.id ?? "";
      await acceptKey(server, connection, cardId);
      const added = await call<JobMessage>(`${server.url}/jobs`, "POST", { source: `${origin.url}/m.gguf` });
      const fileId = added.body.id;
      for (const id of [cardId, fileId])
        await waitFor(
          "bytes of both",
          () => jobOf(server.url, id),
          ({ progress }) => progress.bytes_done > MB,
        );

      // It serves from there.
      expect(await migrate([], { HAULYARD_DATABASE_URL: url }).ended).toMatchObject({
        code: 4,
        stderr: expect.stringContaining("A server is running"),
      });
      await server.kill9();
      await origin.put({ "/m.gguf": { seed: SEED, size: 24 * MB } });
      await killHalfWay(() => migrate([], { HAULYARD_DATABASE_URL: url }));
      await expect(startHaulyard(world, { env })).rejects.toThrow("was broken off");

      const moved = await migrate(["--json"], { HAULYARD_DATABASE_URL: url }).ended;
      expect(moved).toMatchObject({ code: 0, stderr: "" });
      expect(jsonLines(moved.stdout)[0]).toMatchObject({
        kind: "moved",
        tables: expect.arrayContaining([expect.objectContaining({ name: "jobs", rows: 2 })]),
      });
      expect(moved.stdout).not.toContain("not-to-be-told");
      // By mistake with the settings as they were.
      await expect(startHaulyard(world, { env })).rejects.toThrow("was moved to the database 'moved'");

      server = await startHaulyard(world, { env: { ...env, HAULYARD_DATABASE_URL: url } });
      for (const id of [cardId, fileId]) {
        const job = await waitFor(
          "both to end",
          () => jobOf(server.url, id),
          ({ status }) => status === "COMPLETE" || status === "FAILED",
        );
        expect(job).toMatchObject({ id, status: "COMPLETE" });
      }
      const { destination } = await jobOf(server.url, fileId);
      const whole = bytesOf({ seed: SEED, size: 24 * MB, head: headFor("/m.gguf", 24 * MB) });
      expect((await readFile(destination ?? "")).equals(whole)).toBe(true);
      expect(statSync(join(home, "ui/models/card.bin")).size).toBe(12 * MB);
      const requests = fetching(await origin.requests()).filter(({ method }) => method === "GET");
      // One run there, which never noticed; here the file went on from the bytes that were on the disk.
      expect(requests.filter(({ path }) => path === "/card.bin")).toHaveLength(1);
      const again = requests.findLast(({ path }) => path === "/m.gguf");
      expect(again?.range).toMatch(/^bytes=[1-9]/);
      await server.stop();
    });

    /** Its copy meets a table that somebody holds, so it is in the middle when it is killed. */
    async function killHalfWay(start: () => RunningCli): Promise<void> {
      // The tables have to be there before one of them can be held.
      await (await openPostgresStore({ url })).close();
      await postgres.ask("moved", "begin; lock table jobs in exclusive mode");
      const waiting = async (): Promise<boolean> => {
        const rows = await postgres.ask(
          "postgres",
          "select 1 from pg_stat_activity where datname = 'moved' and wait_event_type = 'Lock'",
        );
        return rows.length > 0;
      };
      let run = start();
      await waitFor(
        "the copy to wait",
        async () => {
          // A machine so slow that the wait was over before anybody looked: once more.
          if (run.child.exitCode !== null) {
            expect((await run.ended).stderr).toContain("took too long");
            run = start();
          }
          return waiting();
        },
        Boolean,
      );
      run.kill("SIGKILL");
      await run.ended;
      await postgres.ask("moved", "rollback");
    }

    it("says what to change, without the password, and refuses one among its arguments", async () => {
      const other = await createWorld();
      await (await startHaulyard(other)).stop();
      const target = await postgres.create("words");
      const run = (...args: string[]) =>
        runCli(["migrate", ...args], { cwd: other.folder, env: { HAULYARD_DATA: other.data } });
      const refused = await run("--to", target);
      expect(refused).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("PGPASSWORD") });
      expect(refused.stderr).not.toContain("not-to-be-told");
      expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining("Where to?") });
      const bare = target.replace(":not-to-be-told", "");
      const moved = await run("--to", bare);
      expect(moved).toMatchObject({ code: 0, stderr: "" });
      expect(moved.stdout).toContain(`  HAULYARD_DATABASE_URL=${bare}\n  HAULYARD_NODE=local\n`);
      expect(moved.stdout).toMatch(/^ {2}jobs +0 {2}0{16}…$/m);
      expect(await run("--undo")).toMatchObject({ code: 0, stderr: "" });
      expect(await run("--from", "sqlite:nowhere.db", "--to", bare)).toMatchObject({ code: 3 });
      await other.remove();
    });
  },
);

/** Says yes to the key that the instance showed. */
async function acceptKey(server: Haulyard, connection: string, id: string): Promise<void> {
  await waitFor(
    "the question",
    () => jobOf(server.url, id),
    ({ status }) => status === "HOST_VERIFICATION_NEEDED",
  );
  const verify = (answer: object) =>
    call<{ fingerprints?: string[] }>(`${server.url}/ssh/verify-host`, "POST", {
      ssh_connection: connection,
      ...answer,
    });
  const { body } = await verify({ accept: false });
  await verify({ accept: true, fingerprint: /SHA256:\S+/.exec(body.fingerprints?.[0] ?? "")?.[0] });
}
