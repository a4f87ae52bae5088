/** The commands that talk to a server: real processes, a real server, a real origin. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { endAllCli, HAULYARD, jsonLines, runCli, startCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
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
});

const optionsHere = () => ({ cwd: world.folder, env: { HAULYARD_URL: server.url } });
const cli = (...args: string[]): Promise<Ran> => runCli(args, optionsHere());

interface Job {
  id: string;
  status: string;
  destination: string;
  progress: { bytes_done: number };
}

async function add(...args: string[]): Promise<Job> {
  const ran = await cli("add", "--json", ...args);
  const [line] = jsonLines(ran.stdout);
  if (ran.code !== 0 || line === undefined)
    throw new Error(`add ended with ${ran.code}: ${ran.stderr}${ran.stdout}`);
  return line["job"] as Job;
}

async function list(...args: string[]): Promise<Job[]> {
  return jsonLines((await cli("ls", "--json", ...args)).stdout)[0]?.["jobs"] as Job[];
}

const becomes = (id: string, status: string): Promise<Job[]> =>
  waitFor(
    `${id} to be ${status}`,
    () => list(),
    (jobs) => jobs.some((job) => job.id === id && job.status === status),
  );

/** Comes to its end only once it is released: it is met running however slow the machine is. */
const slow = (path: string, size = 40 * MB): string => origin.put(path, { size, bytesPerSecond: 20_000 });

/** Takes some seconds. What is slow over one connection is slow over many, too. */
const env = { HAULYARD_LIMIT_RATE: "4MB" };
const unhurried = (path: string, size: number): string => origin.put(path, { size, bytesPerSecond: 2 * MB });

describe("add", () => {
  it("puts downloads into the queue and says where they go; again it says that they are there", async () => {
    const url = origin.put("/a.gguf", { size: 1000 });
    const first = await cli("add", url);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^added {2}[0-9a-f]{8} {2}a\.gguf {2}\/.*\/a\.gguf\n$/);
    const [job] = await list();
    await becomes(job?.id ?? "", "COMPLETE");
    expect((await readFile(job?.destination ?? "")).equals(origin.bytes("/a.gguf"))).toBe(true);
    expect(await cli("add", url)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^there already /),
    });
  });

  it("passes on path, hash, headers, rate and priority", async () => {
    const url = origin.put("/a.gguf", { size: 1000, authorization: "Bearer hunter2" });
    const job = await add(
      url,
      "--path=sub/b.gguf",
      `--sha256=${origin.hash("/a.gguf")}`,
      "--priority=5",
      "--header=Authorization: Bearer hunter2",
      "--limit-rate=20M",
    );
    expect(job).toMatchObject({ priority: 5, limit_rate: 20 * 1024 ** 2, name: "b.gguf" });
    expect(JSON.stringify(job)).not.toContain("hunter2");
    const done = await becomes(job.id, "COMPLETE");
    expect(done[0]).toMatchObject({ checksum: { state: "verified", algorithm: "sha256" } });
  });

  it("takes what it can, names what it cannot, and its exit code says which", async () => {
    const url = origin.put("/a.gguf", { size: 10 });
    const ran = await cli("add", "--json", url, "no-such-model", "foo://x");
    expect(jsonLines(ran.stdout)).toMatchObject([
      { v: 1, source: url, created: true },
      { v: 1, source: "no-such-model", error: { status: 404, code: "not_found", field: "source" } },
      { v: 1, source: "foo://x", error: { code: "unsupported", field: "source" } },
    ]);
    expect(ran.code).toBe(1);
    expect(await cli("add", url, "--path", "../out")).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^haulyard: path must .*\n {2}Give another name or path: .*\n$/),
    });
  });

  it("says with --dry-run what it would come to, and adds nothing", async () => {
    const url = origin.put("/dry.gguf", { size: 5 * MB });
    const ran = await cli("add", "--dry-run", url, `${origin.url}/missing.bin`, "no-such-model");
    expect(ran.stdout).toMatch(/^dry\.gguf\n/);
    expect(ran.stdout).toMatch(/new +5\.0 MB +no hash +\/.*\/files\/dry\.gguf *\n/);
    expect(ran.stdout).toMatch(/would fail .*answered 404/);
    expect(ran.stdout).toMatch(
      /no-such-model\n {2}source: the catalogues of models and images have no "no-such-model"\n/,
    );
    expect(ran.stdout).toMatch(/Would fetch 1 file, 5\.0 MB\.\nFree for \/.*\n$/);
    expect(ran.code).toBe(3);
    const json = jsonLines((await cli("add", "-n", "--json", url)).stdout);
    expect(json).toMatchObject([{ v: 1, count: 1, bytes: 5 * MB, plans: [{ jobs: [{ state: "new" }] }] }]);
    expect(await list()).toEqual([]);
  });

  it.each([
    [["--path", "one.bin", "http://a/1", "http://a/2"], /--path: of several sources/],
    [["--priority", "high", "http://a/1"], /--priority: expected/],
    [["--sha256", "abc", "http://a/1"], /--sha256: expected/],
    [["--header", "nonsense", "http://a/1"], /--header: expected/],
    [[], /add: expected at least one source/],
  ])("%j is wrong usage", async (args, words) => {
    const ran = await cli("add", ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(words);
  });
});

describe("ls", () => {
  it("shows each job in a line that says how it stands", async () => {
    const running = await add(slow("/slow.gguf"));
    const failed = await add(`${origin.url}/none.gguf`);
    await becomes(failed.id, "FAILED");
    await becomes(running.id, "RUNNING");
    const { stdout } = await cli("ls");
    expect(stdout).toMatch(/^ID +STATUS +% +SIZE +NAME/);
    expect(stdout).toMatch(new RegExp(`${failed.id.slice(0, 8)} +failed .*none\\.gguf .*404 Not Found`));
    expect(stdout).toMatch(new RegExp(`${running.id.slice(0, 8)} +running .*40\\.0 MB +slow\\.gguf`));
    expect((await list("--status", "failed")).map(({ id }) => id)).toEqual([failed.id]);
    expect((await list("--search", "slow")).map(({ id }) => id)).toEqual([running.id]);
    expect(await list("--limit", "1")).toHaveLength(1);
    expect((await cli("ls", "--status", "broken")).code).toBe(2);
  });

  it("says that the queue is empty, and how to fill it", async () => {
    expect(await cli("ls")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("haulyard add"),
    });
  });
});

describe("pause, resume, cancel, retry and rm", () => {
  it("do what they say to the job whose id begins so", async () => {
    const { id } = await add(slow("/slow.gguf"));
    await becomes(id, "RUNNING");
    const short = id.slice(0, 6);
    expect(await cli("pause", short)).toMatchObject({ code: 0, stdout: `paused  ${id.slice(0, 8)}\n` });
    await becomes(id, "PAUSED");
    expect((await cli("resume", id)).code).toBe(0);
    await becomes(id, "RUNNING");
    expect((await cli("cancel", short.toUpperCase())).code).toBe(0);
    await becomes(id, "CANCELLED");
    expect((await cli("retry", short)).code).toBe(0);
    await becomes(id, "RUNNING");
    expect((await cli("rm", short)).code).toBe(0);
    expect(await list()).toEqual([]);
  });

  it("refuse what makes no sense (exit 4), what is not there (3) and what fits several (2)", async () => {
    const jobs: Job[] = [];
    for (let n = 0; n < 2; n++) jobs.push(await add(slow(`/slow${n}.gguf`)));
    const [one = ""] = jobs.map(({ id }) => id);
    const refused = await cli("resume", "--json", one);
    expect(refused.code).toBe(4);
    expect(jsonLines(refused.stdout)).toMatchObject([
      { v: 1, action: "resume", changed: [], refused: [{ id: one, code: "conflict" }] },
    ]);
    const unknown = "00000000-0000-4000-8000-000000000000";
    expect((await cli("pause", unknown)).code).toBe(3);
    expect((await cli("pause", "0000")).code).toBe(3);
    expect((await cli("pause", "not-an-id!")).code).toBe(2);
    expect((await cli("pause", "ab")).code).toBe(2);
    expect((await cli("pause")).code).toBe(2);
    expect((await cli("pause", one, "--all")).code).toBe(2);
    // One that is wrong does not keep the others from being done.
    const mixed = await cli("pause", one, unknown);
    expect(mixed.code).toBe(3);
    await becomes(one, "PAUSED");
  });

  it("with --all do it to every job it makes sense for", async () => {
    const jobs: Job[] = [];
    for (let n = 0; n < 4; n++) jobs.push(await add(slow(`/slow${n}.gguf`)));
    expect((await cli("pause", "--all")).stdout).toBe("paused  4 jobs\n");
    for (const { id } of jobs) await becomes(id, "PAUSED");
    expect((await cli("pause", "--all")).stdout).toBe("paused  0 jobs\n");
    expect((await cli("cancel", "--all")).stdout).toBe("cancelled  4 jobs\n");
    expect((await cli("retry", "--all")).stdout).toBe("tried again  4 jobs\n");
    expect((await cli("rm", "--all")).stdout).toBe("removed  4 jobs\n");
  });
});

describe("clear", () => {
  it("forgets the completed ones, or the ones that are named, and leaves files alone", async () => {
    const done = await add(origin.put("/done.gguf", { size: 10 }));
    const failed = await add(`${origin.url}/none.gguf`);
    const running = await add(slow("/slow.gguf"));
    await becomes(done.id, "COMPLETE");
    await becomes(failed.id, "FAILED");
    expect((await cli("clear")).stdout).toBe("removed  1 job\n");
    expect((await list()).map(({ id }) => id).sort()).toEqual([failed.id, running.id].sort());
    expect(await readFile(done.destination)).toHaveLength(10);
    expect(jsonLines((await cli("clear", "--failed", "--json")).stdout)).toEqual([
      { v: 1, action: "remove", changed: [failed.id], refused: [] },
    ]);
    await cli("cancel", running.id);
    await becomes(running.id, "CANCELLED");
    await cli("clear", "--all-ended");
    expect(await list()).toEqual([]);
  });
});

describe("watch", () => {
  const bytesIn = (lines: readonly Record<string, unknown>[]): number[] =>
    lines.flatMap((line) => (line["job"] as Job | undefined)?.progress.bytes_done ?? []);

  it("ends with the job, and its exit code is that of the job's end", async () => {
    const good = await add(unhurried("/good.gguf", 4 * MB));
    const ran = await cli("watch", good.id.slice(0, 8));
    expect(ran.code).toBe(0);
    expect(ran.stdout.trimEnd().split("\n").at(-1)).toMatch(/^complete .* 100% .* good\.gguf/);
    const bad = await add(unhurried("/bad.gguf", 2 * MB), "--sha256", "0".repeat(64));
    expect((await cli("watch", bad.id)).code).toBe(5);
    // It has ended long since: said at once.
    expect(await cli("watch", bad.id)).toMatchObject({ code: 5, stdout: expect.stringMatching(/^failed /) });
    expect((await cli("watch", "0000")).code).toBe(3);
  });

  it("survives a server that is killed, says so, and goes on when it is back", async () => {
    const job = await add(slow("/long.gguf", 16 * MB));
    const watching = startCli(["watch", job.id], optionsHere());
    const says = (words: RegExp): Promise<string> =>
      waitFor(
        String(words),
        async () => watching.stdout() + watching.stderr(),
        (text) => words.test(text),
      );
    await says(/^running /);
    await server.kill9();
    await says(/server away, reconnecting/);
    server = await startHaulyard(world, { port: server.port, env });
    await says(/the server is back/);
    origin.release("/long.gguf");
    const ran = await watching.ended;
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/complete .* 100% .* long\.gguf/);
  });

  it("--json tells every change of every job", async () => {
    const job = await add(slow("/told.gguf", 3 * MB));
    const watching = startCli(["watch", "--json"], optionsHere());
    const told = async (): Promise<Record<string, unknown>[]> =>
      jsonLines(watching.stdout().replace(/[^\n]*$/, ""));
    await waitFor("it to be told on its way", told, (all) => bytesIn(all).length > 2);
    origin.release("/told.gguf");
    const lines = await waitFor("the job to be complete", told, (all) =>
      all.some((line) => (line["job"] as Job | undefined)?.status === "COMPLETE"),
    );
    await cli("rm", job.id);
    await waitFor(
      "removed",
      async () => watching.stdout(),
      (text) => text.includes(`"event":"removed","id":"${job.id}"`),
    );
    watching.kill("SIGINT");
    expect((await watching.ended).code).toBe(130);
    expect(lines.every((line) => line["v"] === 1)).toBe(true);
    expect(lines[0]).toMatchObject({ event: "link" });
    const bytes = bytesIn(lines);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  });

  it("draws bars on a terminal, and cleans up behind itself", async () => {
    // Its bar grows while it is looked at, and comes to its end only once it was seen.
    await add(origin.put("/drawn.gguf", { size: 8 * MB, bytesPerSecond: 80_000 }));
    const command = `stty cols 70; ${HAULYARD} watch`;
    const watching = startCli(["-qec", command, "/dev/null"], optionsHere(), "script");
    await waitFor(
      "a bar",
      async () => watching.stdout(),
      (text) => /drawn\.gguf +.*━.*\d+%/.test(text),
    );
    origin.release("/drawn.gguf");
    await waitFor(
      "its end",
      async () => watching.stdout(),
      (text) => /complete.* {2}drawn\.gguf/.test(text),
    );
    watching.child.stdin?.end();
    watching.kill("SIGTERM");
    await watching.ended;
  });
});

describe("a server", () => {
  it("that does not answer is told with what to do: exit 7", async () => {
    const env = { HAULYARD_URL: "http://127.0.0.1:1" };
    for (const args of [["ls"], ["add", "http://a/x"], ["watch"], ["pause", "--all"], ["clear"]]) {
      const ran = await runCli(args, { cwd: world.folder, env });
      expect(ran.code).toBe(7);
      expect(ran.stderr).toMatch(
        /^haulyard: No server answers at http:\/\/127\.0\.0\.1:1 \(.*\)\.\n.*haulyard serve/,
      );
    }
  });

  it("that is none of ours is not believed", async () => {
    const ran = await runCli(["ls"], { cwd: world.folder, env: { HAULYARD_URL: origin.url } });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/Expected an answer of Haulyard/);
  });

  it("that wants a token gets it from the environment, and without it says what is missing: exit 4", async () => {
    const guarded = await createWorld();
    const other = await startHaulyard(guarded, { env: { HAULYARD_TOKEN: "hunter2-hunter2" } });
    try {
      const env = { HAULYARD_URL: other.url };
      for (const args of [["ls"], ["watch"]]) {
        const without = await runCli(args, { cwd: guarded.folder, env });
        expect(without.code).toBe(4);
        expect(without.stderr).toContain("HAULYARD_TOKEN");
      }
      const withIt = await runCli(["ls"], {
        cwd: guarded.folder,
        env: { ...env, HAULYARD_TOKEN: "hunter2-hunter2" },
      });
      expect(withIt.code).toBe(0);
    } finally {
      await other.stop();
      await guarded.remove();
    }
  });

  it("with a wrong address is wrong usage", async () => {
    const ran = await runCli(["ls"], { cwd: world.folder, env: { HAULYARD_URL: "box:8866" } });
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("HAULYARD_URL: expected an http:// or https:// address"),
    });
  });
});
