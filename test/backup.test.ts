/** Backups of a server at work, by the command line, killed on the way; and what a start makes of a broken restore. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobListMessage } from "../src/wire/requests.ts";
import { readBackup } from "../src/backup/read-backup.ts";
import { call } from "./world/api.ts";
import { endAllCli, jsonLines, runCli, startCli } from "./world/cli.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";
import type { Origin } from "./world/origin.ts";

const JOBS = 40;

let world: World;
let server: Haulyard;
let origin: Origin;
let file: string;

beforeAll(async () => {
  world = await createWorld();
  origin = await startOrigin();
  server = await startHaulyard(world);
  file = join(world.folder, "b.tar.gz");
  for (let number = 0; number < JOBS; number += 1) {
    const source = origin.put(`/file-${number}.bin`, { size: 1000 + number });
    await call(`${server.url}/jobs`, "POST", { source });
  }
  await waitFor(
    "all downloads",
    () => list(server),
    (jobs) => jobs.every(({ status }) => status === "COMPLETE"),
  );
});

afterEach(() => endAllCli());
afterAll(async () => {
  await server.kill9();
  await origin.close();
  await world.remove();
});

async function list({ url }: Haulyard): Promise<JobListMessage["jobs"]> {
  return (await call<JobListMessage>(`${url}/jobs?limit=1000&sort=oldest`)).body.jobs;
}

const cli = (...args: string[]): ReturnType<typeof runCli> =>
  runCli(args, { cwd: world.folder, env: { HAULYARD_URL: server.url } });

test("a backup of a server at work, restored into an empty folder, shows the same jobs with the same history", async () => {
  const made = await cli("backup", file, "--json");
  expect(made).toMatchObject({ code: 0 });
  expect(jsonLines(made.stdout)[0]).toMatchObject({ server: server.url, withSecrets: false });
  const other = await createWorld();
  const restored = await runCli(["restore", file, "--data", other.data], { cwd: other.folder });
  expect(restored).toMatchObject({ code: 0, stderr: "" });
  expect(restored.stdout).toContain("What was there is in");
  const empty = await mkdtemp(join(tmpdir(), "haulyard-empty-"));
  const first = await runCli(["restore", file, "--data", "./new"], { cwd: empty });
  expect(first).toMatchObject({ code: 0, stdout: expect.not.stringContaining("What was there") });
  expect((await readdir(join(empty, "new"))).filter((name) => name.startsWith("before-"))).toEqual([]);
  await rm(empty, { recursive: true });
  const copy = await startHaulyard(other);
  try {
    const [before, after] = [await list(server), await list(copy)];
    expect(before).toHaveLength(JOBS);
    expect(after).toEqual(before);
    for (const { id } of before)
      expect((await call(`${copy.url}/jobs/${id}/history`)).body).toEqual(
        (await call(`${server.url}/jobs/${id}/history`)).body,
      );
    // It serves from there: a restore has to wait.
    const again = await runCli(["restore", file, "--data", other.data, "--replace"], { cwd: other.folder });
    expect(again).toMatchObject({ code: 4, stderr: expect.stringContaining("A server is running") });
  } finally {
    await copy.stop();
  }
  const refused = await runCli(["restore", file, "--data", other.data], { cwd: other.folder });
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("--replace") });
  const replaced = await runCli(["restore", file, "--data", other.data, "--replace"], { cwd: other.folder });
  expect(replaced.code).toBe(0);
  expect(replaced.stdout).toContain("before-restore-");
  await other.remove();
});

test("kill -9 while a backup is written leaves the one before, whole", async () => {
  const target = join(world.folder, "kept.tar.gz");
  expect((await cli("backup", target)).code).toBe(0);
  const before = await readFile(target);
  for (let round = 0; round < 4; round += 1) {
    const run = startCli(["backup", target, "--here"], {
      cwd: world.folder,
      env: { HAULYARD_DATA: world.data, HAULYARD_MODEL_CONFIGS: world.catalogue },
    });
    // At the first sign of its work, or when it is done already.
    const begun = async (): Promise<boolean> =>
      run.child.exitCode !== null ||
      [...(await readdir(world.data)), ...(await readdir(world.folder))].some((name) =>
        /^\.haulyard-backup-|kept\.tar\.gz\..*tmp$/.test(name),
      );
    await waitFor("its work", begun, Boolean);
    run.kill("SIGKILL");
    await run.ended;
    const now = await readFile(target);
    if (!now.equals(before)) await readBackup(target, null);
  }
  // What they left in the data folder goes with the next start.
  await server.stop();
  server = await startHaulyard(world, { port: server.port });
  expect((await readdir(world.data)).filter((name) => name.startsWith(".haulyard-"))).toEqual([]);
});

test("kill -9 while a backup is restored leaves the state before, or the backup's, and never a mixture", async () => {
  expect((await cli("backup", file)).code).toBe(0);
  const other = await createWorld();
  let copy = await startHaulyard(other);
  const source = origin.put("/other.bin", { size: 10 });
  await call(`${copy.url}/jobs`, "POST", { source });
  await copy.stop();
  const seen = new Set<number>();
  for (let round = 0; round < 3; round += 1) {
    const run = startCli(["restore", file, "--data", other.data, "--replace"], { cwd: other.folder });
    const sign = round === 0 ? /^\.haulyard-restore-/ : /^restore\.json$|^before-restore-/;
    const begun = async (): Promise<boolean> =>
      run.child.exitCode !== null || (await readdir(other.data)).some((name) => sign.test(name));
    await waitFor("its work", begun, Boolean);
    run.kill("SIGKILL");
    await run.ended;
    copy = await startHaulyard(other);
    seen.add((await list(copy)).length);
    await copy.stop();
    expect(existsSync(join(other.data, "restore.json"))).toBe(false);
  }
  for (const count of seen) expect([1, JOBS]).toContain(count);
  await other.remove();
});

test("a file that is no backup changes nothing and says why", async () => {
  const bad = join(world.folder, "bad.tar.gz");
  await writeFile(bad, "no archive");
  const other = await createWorld();
  const run = await runCli(["restore", bad, "--data", other.data], { cwd: other.folder });
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("backup") });
  expect((await readdir(other.data)).filter((name) => name !== "server.lock")).toEqual([]);
  await other.remove();
});
