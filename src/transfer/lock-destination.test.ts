import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DestinationLock } from "./lock-destination.ts";
import { lockDestination } from "./lock-destination.ts";
import { identifyOurselves } from "./process-identity.ts";

const LIMITS = { heartbeatMs: 50, lockStaleMs: 60_000 };

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-lock-"));
  path = join(folder, "a.bin");
});
afterEach(() => rm(folder, { recursive: true }));

async function lock(limits = LIMITS): Promise<DestinationLock> {
  const locking = await lockDestination(path, limits);
  if (locking.kind === "busy") throw new Error(`busy: ${locking.owner}`);
  return locking.lock;
}

/** Leaves a lock of another owner behind. */
async function leave(owner: Record<string, unknown>): Promise<void> {
  const identity = { ...(await identifyOurselves()), token: "t-1", ...owner };
  await writeFile(`${path}.part.lock`, JSON.stringify(identity));
}

const silent = async (ms: number): Promise<void> => {
  const then = new Date(Date.now() - ms);
  await utimes(`${path}.part.lock`, then, then);
};

test("one holder at a time in one process, and a trace of it only while it lasts", async () => {
  const first = await lock();
  expect(await readdir(folder)).toEqual(["a.bin.part.lock"]);
  expect(await lockDestination(path, LIMITS)).toEqual({
    kind: "busy",
    owner: "another download of this program",
  });
  await first.release();
  expect(await readdir(folder)).toEqual([]);
  await (await lock()).release();
});

test.each([
  ["whose process is gone", { pid: 2 ** 22 - 3, startedAt: "1" }],
  ["whose number another process has now", { startedAt: "1" }],
  ["from before the last boot", { bootId: "another boot" }],
  ["of ours that nobody holds", {}],
])("a lock %s is taken over", async (_, owner) => {
  await leave(owner);
  const mine = await lock();
  expect(await readFile(`${path}.part.lock`, "utf8")).toContain(`"pid":${process.pid}`);
  await mine.release();
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ["on another machine", { host: "elsewhere" }, "process 77 on elsewhere"],
  ["in another container", { pidNamespace: "pid:[1]" }, "process 77"],
])("a lock of a process %s counts as long as its heart beats", async (_, owner, words) => {
  await leave({ pid: 77, ...owner });
  await silent(50_000);
  expect(await lockDestination(path, LIMITS)).toEqual({ kind: "busy", owner: words });
  await silent(70_000);
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("a living process of this machine keeps its lock, however silent it is", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
  const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await leave({ pid: child.pid, startedAt });
  await silent(3_600_000);
  expect((await lockDestination(path, LIMITS)).kind).toBe("busy");
  child.kill();
  await once(child, "exit");
  await (await lock()).release();
});

test("a zombie holds nothing", async () => {
  // The shell starts a child that ends, and never asks for its exit code.
  const shell = spawn("sh", ["-c", "sleep 0.05 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(shell.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  const state = async (): Promise<string[]> => {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  };
  const startedAt = (await state())[19];
  while ((await state())[0] !== "Z") await new Promise((resolve) => setTimeout(resolve, 10));
  await leave({ pid, startedAt });
  await (await lock()).release();
  shell.kill();
  await once(shell, "exit");
});

test("a lock that says nothing is given time, then taken over", async () => {
  await writeFile(`${path}.part.lock`, "");
  expect(await lockDestination(path, LIMITS)).toEqual({ kind: "busy", owner: "another download" });
  await silent(70_000);
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("the heart beats as long as the lock is held, and a lock that is lost is noticed", async () => {
  const mine = await lock();
  await silent(70_000);
  await expect.poll(async () => Date.now() - (await stat()).mtimeMs).toBeLessThan(2000);
  expect(mine.lost.aborted).toBe(false);
  await rm(`${path}.part.lock`);
  await leave({ host: "elsewhere", token: "t-2" });
  await expect.poll(() => mine.lost.aborted).toBe(true);
  await mine.release();
  // What is not ours stays.
  expect(await readFile(`${path}.part.lock`, "utf8")).toContain("t-2");

  async function stat(): Promise<{ mtimeMs: number }> {
    const { stat } = await import("node:fs/promises");
    return stat(`${path}.part.lock`);
  }
});

test("what processes left that died while they took a lock is cleared away, what is of living ones stays", async () => {
  const dead = { ...(await identifyOurselves()), bootId: "another boot" };
  const name = (digit: string): string => join(folder, `.haulyard-${digit.repeat(36)}.lock`);
  await writeFile(name("1"), JSON.stringify({ ...dead, token: "1" }));
  await writeFile(name("2"), JSON.stringify({ ...dead, token: "2", host: "elsewhere" }));
  await writeFile(join(folder, ".haulyard-notes.lock"), "mine");
  await leave({ bootId: "another boot" });
  await (await lock()).release();
  expect((await readdir(folder)).sort()).toEqual([name("2").split("/").at(-1), ".haulyard-notes.lock"]);
});

test("a claim of a dead process on a dead process's lock is inherited", async () => {
  await leave({ token: "dead-1", bootId: "another boot" });
  const claim = { ...(await identifyOurselves()), token: "dead-2", bootId: "another boot" };
  await writeFile(join(folder, ".haulyard-dead-1.claim"), JSON.stringify(claim));
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("a claim of a living process is respected", async () => {
  await leave({ token: "dead-1", bootId: "another boot" });
  const claim = { ...(await identifyOurselves()), token: "alive", host: "elsewhere", pid: 77 };
  await writeFile(join(folder, ".haulyard-dead-1.claim"), JSON.stringify(claim));
  expect((await lockDestination(path, LIMITS)).kind).toBe("busy");
  expect((await readdir(folder)).sort()).toEqual([".haulyard-dead-1.claim", "a.bin.part.lock"]);
});

test("many processes that take, lose and die with one lock are never two at once", async () => {
  const script = fileURLToPath(new URL("./testing/lock-child.ts", import.meta.url));
  const run = async (rounds: number, dieAfter: number): Promise<string> => {
    const child = spawn(process.execPath, [script, path, String(rounds), String(dieAfter)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    await once(child, "close");
    return errors;
  };
  // Six go to the end; six die holding the lock, each at another time.
  const children = Array.from({ length: 12 }, (_, nth) => run(12, nth % 2 === 0 ? 0 : 1 + nth));
  expect(await Promise.all(children)).toEqual(Array(12).fill(""));
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
}, 60_000);
