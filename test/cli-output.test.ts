/** Output that nobody reads (`| head`) and output that a full disk does not take: real processes, real pipes. */
import { closeSync, existsSync, openSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { endAllCli, HAULYARD, runCli, startCli } from "./world/cli.ts";
import type { RunningCli } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const MB = 1_000_000;
let world: World;
let server: Haulyard;
let origin: Origin;

beforeAll(async () => {
  world = await createWorld();
  origin = await startOrigin();
  server = await startHaulyard(world);
  await runCli(["add", origin.put("/first.bin", { size: 10 })], optionsHere());
});
afterAll(async () => {
  await server.stop();
  await origin.close();
  await world.remove();
});
afterEach(async () => {
  await endAllCli();
});

const optionsHere = () => ({ cwd: world.folder, env: { HAULYARD_URL: server.url } });
const start = (...args: string[]): RunningCli => startCli(args, optionsHere());

/** Nobody reads standard output from now on, as after `| head -1`. */
const leave = ({ child }: RunningCli): unknown => child.stdout?.destroy();

const SHOWS = ["--help", "--version", "get --help", "man", "completion bash", "ls", "ls --json"];

it.each(SHOWS)("%s whose reader has gone ends without a word", async (command) => {
  const running = start(...command.split(" "));
  leave(running);
  expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
});

it.each(SHOWS)("%s onto a full disk says so and exits 6", async (command) => {
  const full = openSync("/dev/full", "w");
  const child = spawn(HAULYARD, command.split(" "), {
    stdio: ["ignore", full, "pipe"],
    cwd: world.folder,
    env: { PATH: process.env["PATH"], HOME: world.folder, HAULYARD_URL: server.url },
  });
  closeSync(full);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number];
  expect(stderr).toBe("haulyard: the output could not be written: no space left on the device\n");
  expect(code).toBe(6);
});

it("add adds all it was given, whoever reads", async () => {
  const urls = ["/one.bin", "/two.bin", "/three.bin"].map((path) => origin.put(path, { size: 1000 }));
  const running = start("add", ...urls);
  leave(running);
  expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
  await waitFor(
    "all three",
    () => runCli(["ls", "--json"], optionsHere()),
    ({ stdout }) => stdout.split('"COMPLETE"').length > 3,
  );
});

it("get goes on to the last byte when nobody reads any of its words", async () => {
  const url = origin.put("/whole.bin", { size: 3 * MB, bytesPerSecond: 2 * MB });
  const running = start("get", url);
  leave(running);
  running.child.stderr?.destroy();
  expect((await running.ended).code).toBe(0);
  expect((await readFile(join(world.folder, "whole.bin"))).equals(origin.bytes("/whole.bin"))).toBe(true);
});

it("what shows a job as it moves ends once nobody looks", async () => {
  const url = origin.put("/slow.bin", { size: 40 * MB, bytesPerSecond: 200_000 });
  const { stdout } = await runCli(["add", "--json", url], optionsHere());
  const { job } = JSON.parse(stdout) as { job: { id: string } };
  const running = start("watch", job.id, "--json");
  await waitFor(
    "a line",
    async () => running.stdout(),
    (text) => text.includes("\n"),
  );
  leave(running);
  expect((await running.ended).code).toBe(130);
  await runCli(["rm", job.id], optionsHere());
});

it("a server goes on when nobody reads what it says", async () => {
  const data = join(world.folder, "unread");
  const downloads = join(data, "downloads");
  const running = startCli(["serve"], {
    cwd: world.folder,
    env: {
      HAULYARD_PORT: "0",
      HAULYARD_DATA: data,
      HAULYARD_DOWNLOADS: downloads,
      HAULYARD_UI_HOME: join(world.folder, "ui"),
    },
  });
  const [, url = ""] = await waitFor(
    "its address",
    async () => /ready at (\S+)/.exec(running.stdout()) ?? [],
    ({ length }) => length > 0,
  );
  leave(running);
  running.child.stderr?.destroy();
  // What another program damaged is worth a warning, in the log and on standard error.
  const status = join(downloads, ".download_status.json");
  await waitFor(
    "the file",
    async () => existsSync(status),
    (isThere) => isThere,
  );
  await writeFile(status, "{ this is no JSON");
  await fetch(`${url}/jobs`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ source: origin.put("/served.bin", { size: 1000 }) }),
  });
  await waitFor(
    "the warning",
    () => readFile(join(data, "logs", "haulyard.log"), "utf8").catch(() => ""),
    (text) => text.includes('"level":40'),
  );
  expect((await fetch(`${url}/health`)).status).toBe(200);
  running.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);
});
