/**
 * One writer per file, whatever processes, containers and file systems do: attacks on the lock. Real processes,
 * real kills; network disks and file systems without hard links are played by a disk of our own.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lockDestination } from "../src/transfer/lock/lock-destination.ts";
import type { LockOrder } from "../src/transfer/testing/lock-child.ts";
import type { ChildOrder } from "../src/transfer/testing/transfer-child.ts";
import { endAllCli, runCli, startCli } from "./world/cli.ts";
import { stepFor } from "./world/downloads.ts";
import type { Fault } from "./world/fragile-disk/faults.ts";
import type { FragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import { mountFragileDisk, whyNoFragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import { seeded } from "./world/fragile-disk/power-cut.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { bootAgain, lookThrough } from "./world/promises.ts";
import { testSeed } from "./world/test-seed.ts";

const MB = 1_000_000;
const NAME = "a.bin";
const LOCK_CHILD = fileURLToPath(new URL("../src/transfer/testing/lock-child.ts", import.meta.url));
const TRANSFER_CHILD = fileURLToPath(new URL("../src/transfer/testing/transfer-child.ts", import.meta.url));
/** In a container of its own: nobody outside can see whether it lives. */
const CONTAINER = ["--pid", "--fork", "--kill-child", "--mount-proc"];
const isRoot = process.getuid?.() === 0;
const running = new Set<ChildProcess>();

let origin: Origin;
beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(() => origin.close());
afterEach(async () => {
  await endAllCli();
  for (const child of running) child.kill("SIGKILL");
});

interface Ended {
  stdout: string;
  stderr: string;
}

function start(command: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  const ended = once(child, "close").then(() => {
    running.delete(child);
    return said;
  });
  return { child, ended };
}

/** Starters of all kinds: some go to the end, most die at any moment, some holding the lock. */
async function storm(folder: string, starters: number, atOnce: number, seed: number): Promise<string[]> {
  const random = seeded(seed);
  const limits = { heartbeatMs: 1000, lockStaleMs: 60_000 };
  const orders = Array.from({ length: starters }, (_, nth): LockOrder => {
    const order: LockOrder = { path: join(folder, NAME), rounds: 6, limits };
    if (nth % 4 === 1) return { ...order, dieAt: 1 + Math.floor(random() * 6) };
    return nth % 4 === 0 ? order : { ...order, dieAfterMs: Math.floor(random() * 80) };
  });
  const errors: string[] = [];
  const work = async (): Promise<void> => {
    for (let order = orders.pop(); order !== undefined; order = orders.pop()) {
      const { stderr } = await start(process.execPath, [LOCK_CHILD, JSON.stringify(order)]).ended;
      if (stderr !== "") errors.push(stderr);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return errors;
}

/** After all of them: the lock can be had, and what the dead have left goes with it. */
async function expectClean(folder: string): Promise<void> {
  await rm(join(folder, "holder"), { force: true });
  const limits = { heartbeatMs: 1000, lockStaleMs: 60_000 };
  await bootAgain(folder);
  const locking = await lockDestination(join(folder, NAME), limits, new AbortController().signal);
  expect(locking.kind).toBe("locked");
  if (locking.kind === "locked") await locking.lock.release();
  expect(await readdir(folder)).toEqual([]);
}

describe("one file, many processes", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "haulyard-writers-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("of twenty `haulyard get` of one file one fetches it, and the others say who and end with 4", async () => {
    origin.put(`/${NAME}`, { size: 6 * MB, bytesPerSecond: 2 * MB });
    const before = origin.requests.length;
    const get = (): ReturnType<typeof runCli> =>
      runCli(["get", `${origin.url}/${NAME}`, "-x", "1", "-d", folder], { cwd: folder });
    const ran = await Promise.all(Array.from({ length: 20 }, get));
    const winners = ran.filter(({ code }) => code === 0);
    expect(winners.length).toBeGreaterThanOrEqual(1);
    for (const { code, stderr } of ran) {
      expect([0, 4]).toContain(code);
      if (code === 4) expect(stderr).toMatch(/a\.bin is being written by process \d+\./);
    }
    // Whoever came when it was whole asked only what it is called.
    const fetched = origin.requests.slice(before).filter(({ bytesSent }) => bytesSent >= 6 * MB);
    expect(fetched).toHaveLength(1);
    expect(await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)])).toMatchObject({
      names: [NAME],
      broken: [],
    });
  });

  test("forty starters, killed at any moment with and without the lock, are never two at once", async () => {
    const seed = testSeed();
    expect(await storm(folder, 40, 10, seed), `seed ${seed}`).toEqual([]);
    await expectClean(folder);
  });

  test("the next one goes on at once when the owner was killed, and nothing is fetched twice", async () => {
    origin.put(`/${NAME}`, { size: 60 * MB, bytesPerSecond: 4 * MB });
    const args = ["get", `${origin.url}/${NAME}`, "-x", "1", "-d", folder];
    const first = startCli(args, { cwd: folder });
    await expect
      .poll(async () => (await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)])).claimed.length)
      .toBeGreaterThan(0);
    first.kill("SIGKILL");
    await first.ended;
    origin.change(`/${NAME}`, { bytesPerSecond: 500 * MB });
    expect(await runCli(args, { cwd: folder })).toMatchObject({ code: 0 });
    const last = origin.seen(`/${NAME}`).at(-1);
    expect(Number(/^bytes=(\d+)-/.exec(last?.range ?? "")?.[1])).toBeGreaterThan(5 * MB);
  });
});

describe.skipIf(!isRoot)("one file, several containers (need root to make them)", () => {
  const limits = { heartbeatMs: 1_000, lockStaleMs: 60_000, flushEveryBytes: MB, unclaimedBytes: 2 * MB };
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "haulyard-containers-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const step = (): ChildOrder["step"] => stepFor({ url: `${origin.url}/${NAME}`, folder, name: NAME });
  const startTransfer = (inContainer: boolean): ReturnType<typeof start> => {
    const order = JSON.stringify({ step: step(), limits, connections: 1 } satisfies ChildOrder);
    const args = [process.execPath, TRANSFER_CHILD, order];
    return inContainer ? start("unshare", [...CONTAINER, ...args]) : start(args[0] ?? "", args.slice(1));
  };
  const outcomeOf = async ({ ended }: ReturnType<typeof start>): Promise<unknown> =>
    (JSON.parse((await ended).stdout.trim().split("\n").at(-1) ?? "{}") as { outcome?: unknown }).outcome;
  const begun = async (): Promise<void> => {
    await expect.poll(async () => (await readdir(folder)).includes(`${NAME}.part.json`)).toBe(true);
  };

  /** As if its heart had beaten last longer ago than silence is borne. */
  const silence = (): Promise<void> => {
    const then = new Date(Date.now() - limits.lockStaleMs - 1_000);
    return utimes(join(folder, `${NAME}.part.lock`), then, then);
  };

  test("a living one is left alone, and it is said when it is worth another try", async () => {
    origin.put(`/${NAME}`, { size: 24 * MB, bytesPerSecond: MB / 4 });
    const first = startTransfer(true);
    await begun();
    await silence();
    expect(await outcomeOf(startTransfer(false))).toMatchObject({
      kind: "failed",
      failure: { code: "destination_busy", retryable: true, retryAt: expect.any(Number) },
    });
    origin.release(`/${NAME}`);
    expect(await outcomeOf(first)).toMatchObject({ kind: "complete" });
  });

  test("a dead one is found out by its silence", async () => {
    origin.put(`/${NAME}`, { size: 12 * MB, bytesPerSecond: MB / 4 });
    const first = startTransfer(true);
    await begun();
    first.child.kill("SIGKILL");
    await first.ended;
    expect(await outcomeOf(startTransfer(false))).toMatchObject({ failure: { code: "destination_busy" } });
    await silence();
    origin.change(`/${NAME}`, { bytesPerSecond: 500 * MB });
    expect(await outcomeOf(startTransfer(false))).toMatchObject({ kind: "complete" });
    expect(await readdir(folder)).toEqual([NAME]);
  });

  test("one that was frozen and given up writes no byte more once it wakes, and says why", async () => {
    origin.put(`/${NAME}`, { size: 12 * MB, bytesPerSecond: MB / 4 });
    const first = startTransfer(true);
    await begun();
    const frozen = await childrenOf(first.child.pid ?? 0);
    for (const pid of frozen) process.kill(pid, "SIGSTOP");
    await silence();
    // Another version is there by now: what the frozen one has in its hands is of the old one.
    origin.put(`/${NAME}`, { size: 12 * MB, seed: 2, bytesPerSecond: 5 * MB });
    const second = startTransfer(false);
    await expect
      .poll(async () =>
        (await readFile(join(folder, `${NAME}.part.lock`), "utf8")).includes(`:${second.child.pid},`),
      )
      .toBe(true);
    for (const pid of frozen) process.kill(pid, "SIGCONT");
    expect(await outcomeOf(first)).toMatchObject({ kind: "failed", failure: { code: "destination_busy" } });
    expect(await outcomeOf(second)).toMatchObject({ kind: "complete" });
    const found = await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)]);
    expect({ ...found, final: null }).toMatchObject({ names: [NAME], broken: [] });
  });
});

/** The processes below one, with all of theirs. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const children = text.trim().split(" ").filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(childrenOf))).flat()];
}

const impossible = whyNoFragileDisk();

describe.skipIf(impossible !== null)(`one file on odd file systems (${impossible ?? "as root"})`, () => {
  let disk: FragileDisk;
  beforeAll(async () => {
    disk = await mountFragileDisk();
  });
  afterAll(() => disk[Symbol.asyncDispose]());
  afterEach(() => disk.clear());

  test.each<[string, readonly Fault[]]>([
    ["without hard links", [{ on: ["link"], errno: "EPERM", times: null }]],
    [
      "where every change takes its time, as over a network",
      [{ on: ["link", "rename", "unlink", "create"], delayMs: 7, times: null }],
    ],
    [
      "whose answers get lost: what was done is said to have failed",
      [
        { on: ["link"], after: 3, errno: "EEXIST", done: true, times: 15 },
        { on: ["rename"], after: 1, errno: "ENOENT", done: true, times: 10 },
      ],
    ],
  ])("%s, starters that are killed at any moment are never two at once", async (name, faults) => {
    const seed = testSeed();
    // Another one each time: what lies in a folder is looked through once.
    const folder = await disk.folder(name.slice(0, 12));
    await disk.fail(faults);
    expect(await storm(folder, 24, 8, seed), `seed ${seed}`).toEqual([]);
    await disk.fail([]);
    await expectClean(folder);
  });

  test("trouble with looking at a lock is no loss of it: the download goes on", async () => {
    const folder = await disk.folder("odd");
    origin.put(`/${NAME}`, { size: 3 * MB, bytesPerSecond: MB / 4 });
    const order: ChildOrder = {
      step: stepFor({ url: `${origin.url}/${NAME}`, folder, name: NAME }),
      limits: { heartbeatMs: 50 },
    };
    const running = start(process.execPath, [TRANSFER_CHILD, JSON.stringify(order)]);
    await expect.poll(async () => (await readdir(folder)).includes(`${NAME}.part`)).toBe(true);
    await disk.fail([{ on: ["open", "read", "write", "sync"], name: ".part.lock", errno: "EIO", times: 20 }]);
    expect((await running.ended).stdout).toContain('"complete"');
    expect((await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)])).broken).toEqual([]);
  });
});
