/** `haulyard limit` as people use it: real processes, a real server that is killed, a real origin. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { jobOf as readJob } from "./world/api.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import { endAllCli, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import { untilMeasured } from "./world/until-measured.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const KiB = 1024;
const MB = 1_000_000;
let world: World;
let server: Haulyard;
let origin: Origin;

const env = { HAULYARD_LIMIT_RATE: "8MB" };

beforeAll(async () => {
  world = await createWorld();
  origin = await startOrigin();
  server = await startHaulyard(world, { env });
});
afterAll(async () => {
  await server.stop();
  await origin.close();
  await world.remove();
});
afterEach(async () => {
  await endAllCli();
  await cli("rm", "--all");
  await cli("limit", "--reset");
});

const cli = (...args: string[]): Promise<Ran> =>
  runCli(args, { cwd: world.folder, env: { HAULYARD_URL: server.url } });

async function add(url: string): Promise<JobMessage> {
  return jsonLines((await cli("add", "--json", url)).stdout)[0]?.["job"] as JobMessage;
}

const jobOf = (id: string): Promise<JobMessage> => readJob(server.url, id);

/** Bytes per second of a job, over so many milliseconds. */
async function speedOf(id: string, ms = 2_000): Promise<number> {
  const before = (await jobOf(id)).progress.bytes_done;
  const began = Date.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  return (((await jobOf(id)).progress.bytes_done - before) * 1000) / (Date.now() - began);
}

describe("the limit for all", () => {
  it("is shown with where it comes from and the present speed", async () => {
    expect(await cli("limit")).toMatchObject({
      code: 0,
      stdout: "limit  8 MB/s\nfrom   the setting HAULYARD_LIMIT_RATE\nspeed  nothing is running\n",
    });
    expect(jsonLines((await cli("limit", "--json")).stdout)).toEqual([
      {
        v: 1,
        limit: {
          limit_rate: "8MB",
          source: "setting",
          setting: "8MB",
          changed_at: null,
          now: { bytes_per_second: 8 * MB, window: null, until: null },
        },
        bytes_per_second: 0,
        running: 0,
        jobs: [],
      },
    ]);
  });

  it("is changed in the words of the setting, quoted or not, and survives kill -9 of the server", async () => {
    const ran = await cli("limit", "Mon-Fri", "08:00-18:00", "5M,", "off", "23:00-06:00");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^plan   mon-fri 08:00-18:00=5MiB, 23:00-06:00=off$/m);
    await server.kill9();
    server = await startHaulyard(world, { port: server.port, env });
    expect((await cli("limit")).stdout).toMatch(
      /^from   changed on \d{4}-\d\d-\d\d at \d\d:\d\d; the setting says 8MB, 'haulyard limit --reset' goes/m,
    );
    expect((await cli("limit", "--reset")).stdout).toMatch(/^from   the setting/m);
  });

  it("holds what runs to it, stops everything with off, and lets it go on with none", async () => {
    const { id } = await add(origin.put("/big.bin", { size: 400 * MB }));
    await waitFor(
      "it to run",
      () => jobOf(id),
      ({ progress }) => progress.bytes_done > 0,
    );
    await cli("limit", "500k");
    const slow = (speed: number): boolean => speed < 2.5 * 512 * KiB;
    await untilMeasured("it to be slow", () => speedOf(id), slow);
    expect((await cli("limit")).stdout).toMatch(/^speed  .*B\/s, 1 download running$/m);
    await cli("limit", "off");
    await waitFor(
      "it to wait",
      () => jobOf(id),
      ({ status }) => status === "PAUSED",
    );
    expect((await cli("ls")).stdout).toContain("downloads are switched off");
    const before = (await jobOf(id)).progress.bytes_done;
    await cli("limit", "none");
    await waitFor(
      "it to go on",
      () => jobOf(id),
      ({ progress }) => progress.bytes_done > before + 20 * MB,
    );
  });

  it.each([
    [["fast"], /limit: expected a rate \(20M, .*got "fast"/],
    [["20M", "--reset"], /--reset goes back to the setting's limit/],
    [["--reset", "--job", "1f3a"], /--reset goes back to the setting's limit/],
    [["08:00-18:00", "5M", "--job", "1f3a"], /the limit of a job: expected a number/],
    [["1023"], /limit: expected/],
  ])("%j is wrong usage", async (args, words) => {
    const ran = await cli("limit", ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(words);
  });
});

describe("the limit of one job", () => {
  it("is changed, shown beside its speed, and lifted; others are not held to it", async () => {
    const one = await add(origin.put("/one.bin", { size: 1_500 * MB }));
    const two = await add(origin.put("/two.bin", { size: 1_500 * MB }));
    for (const { id } of [one, two])
      await waitFor(
        "it to run",
        () => jobOf(id),
        ({ progress }) => progress.bytes_done > 0,
      );
    const ran = await cli("limit", "300kB", "--job", one.id.slice(0, 8));
    expect(ran).toMatchObject({ code: 0, stdout: `300 kB/s  ${one.id.slice(0, 8)}  one.bin\n` });
    await untilMeasured(
      "one to be slow, the other not",
      () => Promise.all([speedOf(one.id, 3_000), speedOf(two.id, 3_000)]),
      ([slow, quick]) => slow < 1.2 * MB && quick > 3 * MB,
    );
    const { stdout } = await cli("limit");
    expect(stdout).toMatch(/^ID +LIMIT +SPEED +NAME$/m);
    expect(stdout).toMatch(new RegExp(`^${one.id.slice(0, 8)} +300 kB/s +[\\d.]+ [kM]?B/s +one\\.bin$`, "m"));
    expect(stdout).not.toContain("two.bin");
    expect(jsonLines((await cli("limit", "none", "--json", "--job", one.id)).stdout)[0]).toMatchObject({
      job: { id: one.id, limit_rate: null },
    });
    expect((await cli("limit", "--job", one.id)).stdout).toMatch(/^no limit/);
  });

  it("of a job nobody knows is not found, and of one that is complete refused", async () => {
    expect((await cli("limit", "5M", "--job", "ffff0000")).code).toBe(3);
    const { id } = await add(origin.put("/small.bin", { size: 10 }));
    await waitFor(
      "it to be complete",
      () => jobOf(id),
      ({ status }) => status === "COMPLETE",
    );
    const ran = await cli("limit", "5M", "--job", id);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain("The job is complete.");
  });
});
