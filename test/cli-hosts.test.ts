/** `haulyard hosts`: real processes, a real server, a real sshd, and a real terminal where a person is asked. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endAllCli, HAULYARD, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startSshd } from "./world/sshd.ts";
import type { Sshd } from "./world/sshd.ts";

let world: World;
let server: Haulyard;
let sshd: Sshd;

beforeAll(async () => {
  world = await createWorld();
  sshd = await startSshd();
  server = await startHaulyard(world);
});
afterAll(async () => {
  await endAllCli();
  await server.stop();
  await sshd[Symbol.asyncDispose]();
  await world.remove();
});

const cli = (...args: string[]): Promise<Ran> =>
  runCli(["hosts", ...args], { cwd: world.folder, env: { HAULYARD_URL: server.url } });
const json = (ran: Ran): Record<string, unknown> => jsonLines(ran.stdout)[0] ?? {};
const paste = (): string => `${sshd.line()} -L 8080:localhost:8080`;
const sha = (): string => sshd.fingerprint("ed25519").split(" ")[1] ?? "";

/** On a terminal of its own, with a person at it who types this. */
function atTerminal(typed: string, ...args: string[]): { code: number; output: string } {
  const words = [HAULYARD, "hosts", ...args].map((word) => `'${word}'`).join(" ");
  try {
    const output = execFileSync("script", ["-qefc", words, "/dev/null"], {
      input: typed,
      encoding: "utf8",
      timeout: 120_000,
      env: { PATH: process.env["PATH"], HOME: world.folder, HAULYARD_URL: server.url, TERM: "xterm" },
    });
    return { code: 0, output };
  } catch (error) {
    const { status, stdout } = error as { status: number | null; stdout: string };
    return { code: status ?? -1, output: stdout };
  }
}

describe("the way of a host, from the paste to the end", () => {
  test("without one it says how to add one", async () => {
    expect(await cli()).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("hosts add") as unknown,
    });
  });

  test("it is added as pasted, once, with what is left out named", async () => {
    const added = await cli("add", paste(), "--label", "my box", "--tag", "4090", "vast");
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^added {2}[0-9a-f]{8} {2}my box {2}ssh -p /) as unknown,
    });
    expect(added.stderr).toContain("-L is remembered, not applied");
    expect(added.stderr).toContain("hosts verify");
    const again = json(await cli("add", `${sshd.user}@127.0.0.1:${sshd.port}`, "--jobs", "2", "--json"));
    expect(again).toMatchObject({
      created: false,
      host: { label: "my box", limits: { jobs: 2 }, tags: ["4090", "vast"] },
    });
    const asking = await cli("add", paste(), "--needs", "site=fra,disk=nvme", "--json");
    expect(json(asking)).toMatchObject({ host: { needs: { disk: "nvme", site: "fra" } } });
    expect((await cli()).stdout).toContain("needs disk=nvme,site=fra");
    expect(json(await cli("add", paste(), "--needs", "none", "--json"))).toMatchObject({
      host: { needs: {} },
    });
    expect((await cli()).stdout).toContain("my box");
    expect(json(await cli("--json"))).toMatchObject({ v: 1, hosts: [{ label: "my box", port: sshd.port }] });
  });

  test("its key is shown, and without an answer nothing is trusted", async () => {
    const shown = await cli("verify", "my box");
    expect(shown.code).toBe(4);
    expect(shown.stderr).toContain(sha());
    expect(shown.stdout).toContain("Not answered");
    expect(await cli("test", "my box")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("hosts verify") as unknown,
    });
    expect((await cli()).stdout).toContain("asks about its key");
    expect(await cli("verify", "my box", "--accept", "SHA256:nonsense")).toMatchObject({ code: 4 });
    const refused = json(await cli("verify", "my box", "--json"));
    expect(refused).toMatchObject({
      outcome: "unanswered",
      fingerprints: [expect.stringContaining(sha()) as unknown],
    });
  });

  test("it is accepted by its fingerprint, and then commands can be run", async () => {
    expect(await cli("verify", `127.0.0.1:${sshd.port}`, "--accept", sha())).toMatchObject({
      code: 0,
      stdout: "Accepted.\n",
    });
    expect(readFileSync(join(world.data, "known_hosts"), "utf8")).toContain(await sshd.hostKey("ed25519"));
    expect(json(await cli("verify", "my box", "--json"))).toMatchObject({ outcome: "known" });
    expect(await cli("test", "my box")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("ms") as unknown,
    });
    expect(json(await cli("test", paste(), "--json"))).toMatchObject({ success: true });
    const scan = await cli("scan", "my box");
    expect(scan).toMatchObject({ code: 0, stdout: expect.stringContaining("tool: sha256sum") as unknown });
    expect((await cli()).stdout).toMatch(/\d [GT]B +now/);
  });

  test("a changed key is shown with the old one, and a yes at the terminal is not enough for it", async () => {
    const old = sha();
    await sshd.changeHostKeys();
    const unsure = atTerminal("yes\n", "verify", "my box");
    expect(unsure.code).toBe(4);
    expect(unsure.output).toContain("HAS CHANGED");
    expect(unsure.output.indexOf(old)).toBeLessThan(unsure.output.indexOf(sha()));
    expect(unsure.output.indexOf(old)).toBeGreaterThan(0);
    expect(await cli("test", "my box")).toMatchObject({ code: 4 });
    const sure = atTerminal(`${sha()}\n`, "verify", "my box");
    expect(sure).toMatchObject({ code: 0, output: expect.stringContaining("Accepted.") as unknown });
    expect(await cli("test", "my box")).toMatchObject({ code: 0 });
  });

  test("it is forgotten with its key, and asked about anew", async () => {
    expect(await cli("rm", "my box", "nobody")).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^forgotten {2}[0-9a-f]{8} {2}my box/) as unknown,
      stderr: expect.stringContaining('"nobody"') as unknown,
    });
    expect(atTerminal("y\n", "verify", paste())).toMatchObject({
      code: 0,
      output: expect.stringContaining("is not known yet") as unknown,
    });
    expect(await cli("verify", "127.0.0.1", "--reject")).toMatchObject({ code: 0 });
    await cli("rm", "127.0.0.1");
    expect(atTerminal("no\n", "verify", paste())).toMatchObject({
      code: 4,
      output: expect.stringContaining("Rejected.") as unknown,
    });
    expect(json(await cli("rm", "127_0_0_1", "--json"))).toMatchObject({
      removed: [expect.any(String) as unknown],
      refused: [],
    });
  });
});

describe("what cannot be done is said, with its exit code", () => {
  test.each([
    [2, ["add"], "missing required argument"],
    [2, ["add", "ssh -o ProxyCommand=id root@x"], "ProxyCommand"],
    [2, ["add", "root@192.0.2.1", "--jobs", "0"], "--jobs"],
    [2, ["add", "root@192.0.2.1", "--needs", "fra"], "--needs"],
    [2, ["add", "root@192.0.2.1", "--ui-home", "here"], "ui_home"],
    [2, ["verify", "x", "--accept", "SHA256:x", "--reject"], "opposite"],
    [2, ["nonsense"], "too many arguments"],
    [3, ["verify", "nobody"], "no host called"],
    [3, ["test", "nobody"], "no host called"],
    [3, ["scan", "nobody"], "no host called"],
    [3, ["rm", "nobody"], "no host called"],
    [7, ["verify", "ssh -p 1 root@127.0.0.1"], "no ssh server listens"],
    [7, ["test", "ssh -p 1 root@127.0.0.1"], "hosts verify|no ssh server listens"],
  ] as const)("%i for hosts %j", async (code, args, words) => {
    const ran = await cli(...args);
    expect(ran).toMatchObject({ code });
    expect(ran.stderr).toMatch(new RegExp(words));
    expect(json(await cli("--json"))).toMatchObject({ hosts: [] });
  });
});
