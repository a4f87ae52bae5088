/** Where a command is started and whom it asks, where neither is as it should be. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSilent } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Ran } from "./world/cli.ts";
import { endAllCli, HAULYARD, runCli, startCli } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:1";
const GONE = "haulyard: The present folder is not there any more.\n  Go to another one: cd.\n";

let world: World;
let server: Haulyard;
let folder: string;

beforeAll(async () => {
  world = await createWorld();
  server = await startHaulyard(world);
  folder = await mkdtemp(join(tmpdir(), "haulyard-places-"));
});
afterAll(async () => {
  await server.stop();
  await world.remove();
  await rm(folder, { recursive: true });
});
afterEach(() => endAllCli());

/** The script decides on the folder; `"$0" "$@"` is the command. */
const inShell = (script: string, ...args: string[]): Promise<Ran> =>
  startCli(["-c", script, HAULYARD, ...args], { cwd: folder }, "/bin/sh").ended;
const askingAt = (url: string, ...args: string[]): Promise<Ran> =>
  runCli(args, { cwd: folder, env: { HAULYARD_URL: url } });

describe("in a folder that somebody removed", () => {
  it.each([
    ["get", `${NOBODY}/x.bin`],
    ["doctor", "--here"],
    ["serve", "--port", "0"],
    ["cards", "check"],
  ])("%s says so in a line", async (...args) => {
    const ran = await inShell('mkdir g && cd g && rmdir ../g && exec "$0" "$@"', ...args);
    expect(ran.stderr.endsWith(GONE), ran.stderr).toBe(true);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(ran.code).toBe(2);
  });
});

describe("names that are no UTF-8", () => {
  it("a folder of such a name gets no file: it would come into another one", async () => {
    const ran = await inShell(
      'mkdir "$(printf "\\377")" && cd "$(printf "\\377")" && exec "$0" "$@"',
      "get",
      `${NOBODY}/x.bin`,
    );
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("The name of the present folder") });
    // Neither of the two has anything in it, and there is no second one.
    expect((await readdir(folder, "buffer")).length).toBe(1);
  });

  it("as an argument they are refused", async () => {
    const ran = await inShell('exec "$0" "$@" -o "$(printf "\\377.bin")"', "get", `${NOBODY}/x.bin`);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("no UTF-8") });
  });
});

describe("HAULYARD_URL", () => {
  it.each(["ls", "doctor --offline", "ready", "backup x.tar.gz", "watch"])(
    "with a password is refused by %s, which does not show it",
    async (command) => {
      const ran = await askingAt("http://u:s3cret@127.0.0.1:1", ...command.split(" "));
      expect(ran.stderr).toContain("takes no user or password; use HAULYARD_TOKEN");
      expect(ran.stdout + ran.stderr).not.toContain("s3cret");
      expect(ran.code).toBe(2);
    },
  );

  it("that goes on behind the server, or names another one, is named with what it should be", async () => {
    const below = `${server.url}/page/of/it`;
    const path = await askingAt(below, "ls");
    expect(path.stderr).toContain(`${below} was asked; HAULYARD_URL has to be the address`);
    const other = createServer((_, response) => response.end("<h1>Hello</h1>")).listen(0, "127.0.0.1");
    try {
      await new Promise((listening) => other.once("listening", listening));
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      const ran = await askingAt(url, "ls");
      expect(ran.stderr).toContain(`${url} was asked; HAULYARD_URL has to be the address`);
    } finally {
      other.close();
    }
  });
});

describe("a server", () => {
  it("that takes calls and answers none is not ready, and that is known in seconds", async () => {
    const silent = createSilent().listen(0, "127.0.0.1");
    try {
      await new Promise((listening) => silent.once("listening", listening));
      const ran = await askingAt(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, "ready");
      expect(ran).toMatchObject({ code: 7, stderr: expect.stringContaining("(no answer within 5 s)") });
    } finally {
      silent.close();
    }
  });

  it("that knows no machine of a name: the command that shows them is named", async () => {
    for (const verb of ["drain", "undrain", "rm"])
      expect(await askingAt(server.url, "nodes", verb, "nope")).toMatchObject({
        code: 3,
        stderr: "haulyard: There is no machine called nope.\n  'haulyard nodes' shows them.\n",
      });
  });

  it("is not asked for a job by what is no id: it is named, and the others are acted on", async () => {
    const unknown = "0198c5a2-1111-7222-8333-444444444444";
    const none = "ffffffff-1111-2222-3333-444444444444";
    const ran = await askingAt(server.url, "pause", unknown, none);
    expect(ran.stderr).toContain(`There is no job with the id ${none}.`);
    expect(ran.stderr).toContain("0198c5a2: There is no such job.");
    expect(ran.code).toBe(3);
  });

  it("that knows no file below a folder: so it is said", async () => {
    expect(await askingAt(server.url, "files", "/nope")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("There is no file below /nope"),
    });
  });

  it("that does not reach its database says at once that it waits, and at last that this is the way to it", async () => {
    const env = {
      HAULYARD_DATABASE_URL: "postgres://u:s3cret@127.0.0.1:1/x",
      HAULYARD_DATA: join(folder, "data"),
    };
    const run = startCli(["serve", "--port", "0"], { cwd: folder, env });
    await waitFor("the word that it waits", async () => run.stderr(), Boolean);
    expect(run.stderr()).toMatch(
      /^haulyard: The database 'x' at 127\.0\.0\.1:1 does not answer; waiting for it\.\n/,
    );
    const ran = await run.ended;
    expect(ran.stderr).toContain("cannot be reached (ECONNREFUSED). Look at PostgreSQL and the way to it.");
    expect(ran.stderr).not.toMatch(/Downloads at work|s3cret/);
    expect(ran.code).toBe(7);
  });
});
