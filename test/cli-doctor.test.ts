/** `haulyard doctor`, of a real server and without one. */
import { mkdir, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../src/job/finding.ts";
import { endAllCli, jsonLines, runCli, startCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";

/** Nobody listens there: the internet is not asked. */
const NOBODY = "http://127.0.0.1:1";

let world: World;
let server: Haulyard;

beforeAll(async () => {
  world = await createWorld();
  server = await startHaulyard(world, {
    env: { HF_ENDPOINT: NOBODY, CIVITAI_ENDPOINT: NOBODY, HF_TOKEN: "hf_doctors_secret" },
  });
});
afterAll(async () => {
  await server.stop();
  await world.remove();
});
afterEach(() => endAllCli());

const findingsIn = ({ stdout }: Ran): Finding[] => jsonLines(stdout)[0]?.["findings"] as Finding[];

describe("of a server", () => {
  it("tells what the server's machine has, and its problems with the exit code", async () => {
    await mkdir(join(world.folder, "resources"), { recursive: true });
    const ran = await runCli(["doctor", "--json"], { cwd: world.folder, env: { HAULYARD_URL: server.url } });
    expect(jsonLines(ran.stdout)[0]).toMatchObject({ v: 1, server: server.url, ok: false });
    const findings = findingsIn(ran);
    expect(findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "data_folder",
        "models_folder",
        "model_catalogue",
        "ssh",
        "hugging_face",
        "civitai",
      ]),
    );
    expect(findings.find(({ name }) => name === "hugging_face")).toMatchObject({ state: "problem" });
    expect(findings.find(({ name }) => name === "data_folder")?.message).toContain("can be written");
    expect(ran.stdout + ran.stderr).not.toContain("hf_doctors_secret");
    expect(ran.code).toBe(1);
  });
});

describe("without a server", () => {
  it("looks at this machine instead, and says so", async () => {
    const ran = await runCli(["doctor", "--offline"], { cwd: world.folder, env: { HAULYARD_URL: NOBODY } });
    expect(ran.stdout).toContain(`No server answers at ${NOBODY}`);
    expect(ran.stdout).toMatch(/Folders\n/);
    expect(ran.stdout).toMatch(/\d+ hints?\.|No problems\.\n$/);
    expect(ran.code).toBe(0);
  });

  it("a wrong setting is said as the start of a server would say it", async () => {
    const folder = join(world.folder, "elsewhere");
    await mkdir(folder);
    await writeFile(join(folder, "haulyard.config.json"), '{"localJobs":"many"}');
    const ran = await runCli(["doctor", "--here", "--offline"], { cwd: folder });
    expect(ran.stderr).toContain("haulyard.config.json: localJobs");
    expect(ran.code).toBe(2);
  });
});

describe("broken off", () => {
  it.each([
    ["SIGINT", "the server", []],
    ["SIGTERM", "the server", []],
    ["SIGINT", "this machine", ["--here"]],
  ] as const)("by %s while it looks at %s it gives no verdict", async (signal, _, more) => {
    // Takes every call and answers none.
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const env = { HAULYARD_URL: url, HF_ENDPOINT: url, CIVITAI_ENDPOINT: NOBODY, HF_TOKEN: "hf_x" };
    const asked = once(silent, "connection");
    const run = startCli(["doctor", ...more], { cwd: world.folder, env });
    try {
      await asked;
      run.kill(signal);
      expect(await run.ended).toMatchObject({ code: 130, stdout: "", stderr: "" });
    } finally {
      silent.close();
    }
  });
});
