/** A server and workers on one PostgreSQL, an instance behind a real sshd: deaths, takeovers, machines that rest. */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { NodeMessage } from "../src/wire/nodes.ts";
import { addTrustedInstance } from "./world/add-instance.ts";
import { call, jobOf } from "./world/api.ts";
import { runCli } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Postgres } from "./world/postgres.ts";
import { postgresFolder, startPostgres } from "./world/postgres.ts";
import { spawnOrigin } from "./world/spawn-origin.ts";
import type { Sshd } from "./world/sshd.ts";
import { startSshd } from "./world/sshd.ts";

const MB = 1_000_000;
/** Says that it began, and goes on until it is told to. */
const CARD = `# Waits
# Download
\`\`\`bash
mkdir -p "$UI_HOME" && echo begun >> "$UI_HOME/begun" && while [ ! -e "$UI_HOME/go" ]; do sleep 0.2; done
\`\`\`
`;

const QUICK = `# Quick
# Download
\`\`\`bash
echo quick
\`\`\`
`;

describe.skipIf(postgresFolder() === null)(
  "workers beside a server (skipped where PostgreSQL is not installed)",
  () => {
    const cleanups: (() => Promise<unknown>)[] = [];
    let postgres: Postgres;
    let sshd: Sshd;
    let env: Record<string, string>;
    let server: Haulyard;
    let gpu: World;
    let worker: Haulyard;
    let hostId: string;

    beforeAll(async () => {
      postgres = await startPostgres();
      cleanups.push(() => postgres.remove());
      sshd = await startSshd();
      cleanups.push(async () => sshd[Symbol.asyncDispose]());
      const [main, resources] = [await createWorld(), join(sshd.home, "cards")];
      gpu = await createWorld();
      cleanups.push(main.remove, gpu.remove);
      await mkdir(resources);
      await writeFile(join(resources, "waits.md"), CARD);
      await writeFile(join(resources, "quick.md"), QUICK);
      env = { HAULYARD_DATABASE_URL: await postgres.create("workers"), HAULYARD_RESOURCES: resources };
      server = await startHaulyard(main, { env: { ...env, HAULYARD_NODE: "main" } });
      cleanups.push(() => server.kill9());
      // The key is accepted at the server; the worker hears of it from the store.
      hostId = await addTrustedInstance(server, sshd, { uiHome: join(sshd.home, "ui") });
      worker = await startGpu();
      cleanups.push(() => worker.kill9());
    });
    afterAll(async () => {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });

    const startGpu = (): Promise<Haulyard> =>
      startHaulyard(gpu, {
        command: "worker",
        env: { ...env, HAULYARD_NODE: "gpu-1", HAULYARD_LABELS: "site=ams" },
      });
    const nodes = async (): Promise<NodeMessage[]> =>
      (await call<{ nodes: NodeMessage[] }>(`${server.url}/nodes`)).body.nodes;
    const stateOf = async (name: string): Promise<string | undefined> =>
      (await nodes()).find((node) => node.name === name)?.state;
    const drain = (name: string, on: boolean) =>
      call(`${server.url}/nodes/${name}/drain`, "POST", { drain: on });
    const job = (id: string) => jobOf(server.url, id);
    const begun = () => readFile(join(sshd.home, "ui/begun"), "utf8").catch(() => "");

    it("are shown with what they are", async () => {
      expect(await nodes()).toMatchObject([
        { name: "gpu-1", kind: "worker", state: "alive", labels: { site: "ams" }, is_this: false },
        { name: "main", kind: "serve", state: "alive", is_this: true },
      ]);
    });

    it("run what is for an instance that asks for their labels; as long as no machine has them, the job says so", async () => {
      const needs = (labels: Record<string, string>) =>
        call(`${server.url}/hosts/${hostId}`, "PATCH", { needs: labels });
      expect((await needs({ site: "fra" })).status).toBe(200);
      const { body: queued } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
        source: "quick.md",
        to: hostId,
      });
      expect(queued).toMatchObject({
        status: "PENDING",
        waiting: { why: "machine", machine: "missing", needs: { site: "fra" } },
      });
      const told = await runCli(["ls"], { cwd: gpu.folder, env: { HAULYARD_URL: server.url } });
      expect(told.stdout).toContain("for a machine with site=fra");
      // Of two machines this is the one that has it.
      expect((await needs({ site: "ams" })).status).toBe(200);
      await waitFor(
        "it to end",
        () => job(queued.id),
        ({ status }) => status === "COMPLETE",
      );
      const { body } = await call<{ history: { reason: string }[] }>(
        `${server.url}/jobs/${queued.id}/history`,
      );
      expect(body.history.map(({ reason }) => reason).join("\n")).toMatch(/taken up by gpu-1\//);
      expect((await needs({})).status).toBe(200);
    });

    it("that die in the midst of a command on an instance lose nothing: another machine follows the same run", async () => {
      await drain("main", true);
      await waitFor(
        "the server to rest",
        () => stateOf("main"),
        (state) => state === "drained",
      );
      const { body: queued } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
        source: "waits.md",
        to: hostId,
      });
      await waitFor("the command to begin", begun, (text) => text !== "");
      await drain("main", false);
      await worker.kill9();
      const kinds = async (): Promise<string[]> => {
        const { body } = await call<{ history: { to: string }[] }>(`${server.url}/jobs/${queued.id}/history`);
        return body.history.map(({ to }) => to);
      };
      await waitFor("the server to take it up", kinds, ({ length }) => length >= 4);
      await writeFile(join(sshd.home, "ui/go"), "");
      await waitFor(
        "it to end",
        () => job(queued.id),
        ({ status }) => status === "COMPLETE",
      );
      expect(await kinds()).toEqual(["PENDING", "RUNNING", "PENDING", "RUNNING", "COMPLETE"]);
      expect(await begun()).toBe("begun\n");
    });

    it("have the jobs for their own disk to themselves: these wait for them, say so, and go on when they are back", async () => {
      await waitFor(
        "the worker to be away",
        () => stateOf("gpu-1"),
        (state) => state === "away",
      );
      const origin = await spawnOrigin({ "/m.gguf": { size: MB } });
      cleanups.push(() => origin.close());
      const { status, body: queued } = await call<JobMessage>(`${server.url}/jobs`, "POST", {
        source: `${origin.url}/m.gguf`,
        to: "node:gpu-1",
      });
      expect(status).toBe(201);
      const waiting = await waitFor(
        "it to say so",
        () => job(queued.id),
        (told) => told.waiting?.why === "machine",
      );
      expect(waiting).toMatchObject({
        status: "PENDING",
        place: { kind: "node", name: "gpu-1" },
        waiting: { node: "gpu-1" },
      });
      const wrong = await call<{ message: string }>(`${server.url}/jobs`, "POST", {
        source: `${origin.url}/m.gguf`,
        to: "node:gpu-9",
      });
      expect(wrong).toMatchObject({ status: 400, body: { field: "to" } });
      expect(wrong.body.message).toContain('"main", "gpu-1"');

      worker = await startGpu();
      const done = await waitFor(
        "it to end",
        () => job(queued.id),
        (told) => told.status === "COMPLETE",
      );
      expect(done.destination?.startsWith(gpu.folder)).toBe(true);
      expect((await stat(done.destination ?? "")).size).toBe(MB);
    });

    it("that the database turns away after they have opened it end, in words, as a server does", async () => {
      // 42501: it may not write. Of a database that is gone the same is said, after a quarter of a minute of patience.
      await postgres.ask(
        "workers",
        `create function lost() returns trigger language plpgsql as
           $$ begin raise exception 'no' using errcode = '42501'; end $$;
         create trigger lost before insert on nodes for each row when (new.name like 'lost-%') execute function lost()`,
      );
      const [one, other] = [await createWorld(), await createWorld()];
      cleanups.push(one.remove, other.remove);
      const ends = await Promise.all([
        runCli(["worker", "--name", "lost-1", "--port", "0"], { cwd: one.folder, env }),
        runCli(["serve", "--port", "0"], { cwd: other.folder, env: { ...env, HAULYARD_NODE: "lost-2" } }),
      ]);
      for (const { code, stderr } of ends) {
        expect(code).toBe(1);
        expect(stderr).toMatch(/^haulyard: .*database/);
        expect(stderr.trim().split("\n")).toHaveLength(1);
      }
    });

    it("end when they are drained, and can be forgotten then", async () => {
      const told = await runCli(["worker", "--name", "gpu-1", "--drain"], { cwd: gpu.folder, env });
      expect(told).toMatchObject({ code: 0 });
      await waitFor(
        "the worker to end",
        () => stateOf("gpu-1"),
        (state) => state === "away",
      );
      const removed = await call(`${server.url}/nodes/gpu-1`, "DELETE");
      expect(removed.status).toBe(200);
      expect((await nodes()).map(({ name }) => name)).toEqual(["main"]);
    });
  },
);
