import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DestinationLock } from "./held-lock.ts";
import { lockDestination } from "./lock-destination.ts";
import { draftName } from "./lock-owner.ts";
import { identifyOurselves } from "./process-identity.ts";
import type { LockOrder } from "../testing/lock-child.ts";

const LIMITS = { heartbeatMs: 50, lockStaleMs: 60_000 };
const { signal } = new AbortController();

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-lock-"));
  path = join(folder, "a.bin");
});
afterEach(() => rm(folder, { recursive: true }));

async function lock(limits = LIMITS): Promise<DestinationLock> {
  const locking = await lockDestination(path, limits, signal);
  if (locking.kind === "busy") throw new Error(`busy: ${locking.owner}`);
  return locking.lock;
}

/** Leaves a lock of another owner behind. */
async function leave(owner: Record<string, unknown>): Promise<void> {
  const identity = { ...(await identifyOurselves()), token: "t-1", ...owner };
  await writeFile(`${path}.part.lock`, JSON.stringify(identity));
}

/** As if its last heartbeat was so long ago. */
const silent = async (ms: number): Promise<void> => {
  const then = new Date(Date.now() - ms);
  await utimes(`${path}.part.lock`, then, then);
};

const silentSinceBoot = (): Promise<void> => silent((uptime() + 60) * 1000);

test("one holder at a time in one process, and a trace of it only while it lasts", async () => {
  const first = await lock();
  expect(await readdir(folder)).toEqual(["a.bin.part.lock"]);
  expect(await lockDestination(path, LIMITS, signal)).toEqual({
    kind: "busy",
    owner: "another download of this program",
    mayGoInMs: null,
  });
  await first.release();
  expect(await readdir(folder)).toEqual([]);
  await (await lock()).release();
});

test.each([
  ["whose process is gone", { pid: 2 ** 22 - 3, startedAt: "1" }],
  ["whose number another process has now", { startedAt: "1" }],
  ["of ours that nobody holds", {}],
])("a lock %s is taken over", async (_, owner) => {
  await leave(owner);
  const mine = await lock();
  expect(await readFile(`${path}.part.lock`, "utf8")).toContain(`"pid":${process.pid}`);
  await mine.release();
  expect(await readdir(folder)).toEqual([]);
});

test("a lock from before the last boot is taken over", async () => {
  await leave({ bootId: "another boot" });
  await silentSinceBoot();
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("two machines of one name are told apart: one does not take the other for itself before a reboot", async () => {
  await leave({ bootId: "another boot", pid: 77 });
  expect(await lockDestination(path, LIMITS, signal)).toMatchObject({ kind: "busy", owner: "process 77" });
});

const ELSEWHERE = { host: "elsewhere", bootId: "another boot" };

test.each([
  ["on another machine", ELSEWHERE, "process 77 on elsewhere"],
  ["in another container", { pidNamespace: "pid:[1]" }, "process 77"],
])("a lock of a process %s counts as long as its heart beats", async (_, owner, words) => {
  await leave({ pid: 77, ...owner });
  await silent(50_000);
  const locking = await lockDestination(path, LIMITS, signal);
  expect(locking).toMatchObject({ kind: "busy", owner: words });
  // When it may be asked for again.
  expect(locking.kind === "busy" && locking.mayGoInMs).toBeGreaterThan(0);
  expect(locking.kind === "busy" && locking.mayGoInMs).toBeLessThan(10_500);
  await silent(70_000);
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ["forth", 3_600_000],
  ["back", -3_600_000],
])("a clock that was set %s costs nobody a lock while its heart beats", async (_, jumpMs) => {
  await leave({ pid: 77, ...ELSEWHERE });
  await silent(jumpMs);
  let beats = 0;
  const heart = setInterval(() => void silent(jumpMs - (beats += 1)), 40);
  // Watched long enough for a slow machine to beat.
  const limits = { ...LIMITS, heartbeatMs: 2_000 };
  expect(await lockDestination(path, limits, signal)).toMatchObject({ kind: "busy" });
  clearInterval(heart);
  // And a dead one is found out all the same.
  await silent(jumpMs);
  await (await lock()).release();
  expect(beats).toBeGreaterThan(0);
});

test("whoever waits for a silent owner can be stopped", async () => {
  await leave({ pid: 77, ...ELSEWHERE });
  await silent(70_000);
  const limits = { ...LIMITS, heartbeatMs: 60_000 };
  const began = Date.now();
  expect(await lockDestination(path, limits, AbortSignal.timeout(50))).toMatchObject({ kind: "busy" });
  // He would be waited for as long as a beat of his heart takes.
  expect(Date.now() - began).toBeLessThan(60_000);
});

test("a living process of this machine keeps its lock, however silent it is", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
  const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await leave({ pid: child.pid, startedAt });
  await silent(3_600_000);
  expect((await lockDestination(path, LIMITS, signal)).kind).toBe("busy");
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

test("a lock that says nothing, as a power cut leaves it, is given seconds, then taken over", async () => {
  await writeFile(`${path}.part.lock`, "");
  expect(await lockDestination(path, LIMITS, signal)).toMatchObject({ owner: "another download" });
  await silent(6_000);
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("the heart beats as long as the lock is held, and a lock that is lost is noticed", async () => {
  const mine = await lock();
  await silent(70_000);
  await expect.poll(async () => Date.now() - (await stat()).mtimeMs).toBeLessThan(2000);
  expect(mine.lost.aborted).toBe(false);
  expect(await mine.confirm()).toBe(true);
  await rm(`${path}.part.lock`);
  await leave({ ...ELSEWHERE, token: "t-2" });
  await expect.poll(() => mine.lost.aborted).toBe(true);
  expect(await mine.confirm()).toBe(false);
  await mine.release();
  // What is not ours stays.
  expect(await readFile(`${path}.part.lock`, "utf8")).toContain("t-2");

  async function stat(): Promise<{ mtimeMs: number }> {
    const { stat } = await import("node:fs/promises");
    return stat(`${path}.part.lock`);
  }
});

test("an owner that slept is told that it has lost the lock before it does harm", async () => {
  const mine = await lock({ ...LIMITS, heartbeatMs: 200 });
  expect(await mine.confirm()).toBe(true);
  await rm(`${path}.part.lock`);
  await leave({ ...ELSEWHERE, token: "t-2" });
  // Nothing of this process runs meanwhile, its heart neither.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  expect(await mine.confirm()).toBe(false);
  expect(mine.lost.aborted).toBe(true);
  await mine.release();
  expect(await readFile(`${path}.part.lock`, "utf8")).toContain("t-2");
});

const LEFT = "1".repeat(36);

test("what processes left that died while they took a lock is cleared away, what is of living ones stays", async () => {
  const dead = { ...(await identifyOurselves()), pid: 2 ** 22 - 3, startedAt: "1" };
  const name = (digit: string, kind: string): string => `.haulyard-${digit.repeat(36)}.${kind}`;
  const put = (name: string, owner: object): Promise<void> =>
    writeFile(join(folder, name), JSON.stringify({ ...dead, token: name, ...owner }));
  await put(name("1", "lock"), {});
  await put(name("2", "lock"), ELSEWHERE);
  await put(name("3", "claim"), {});
  // A claim on a lock that is still there counts, whoever laid it.
  await put("b.bin.part.lock", { token: "4".repeat(36) });
  await put(name("4", "claim"), {});
  await writeFile(join(folder, ".haulyard-notes.lock"), "mine");
  await (await lock()).release();
  const left = [name("2", "lock"), name("4", "claim"), ".haulyard-notes.lock", "b.bin.part.lock"];
  expect((await readdir(folder)).sort()).toEqual(left.sort());
});

test("of a draft that has no word in it its name tells whose it is", async () => {
  const we = { ...(await identifyOurselves()), token: LEFT };
  const dead = draftName({ ...we, pid: 2 ** 22 - 3, startedAt: "1" });
  const living = draftName({ ...we, token: "2".repeat(36) });
  const elsewhere = draftName({ ...we, pid: 2 ** 22 - 3, startedAt: "1", bootId: "another" });
  for (const name of [dead, living, elsewhere]) await writeFile(join(folder, name), "");
  await (await lock()).release();
  expect((await readdir(folder)).sort()).toEqual([living, elsewhere].sort());
});

test("a folder is looked through again once somebody is found to have died in it", async () => {
  await (await lock()).release();
  const dead = { pid: 2 ** 22 - 3, startedAt: "1" };
  const draft = { ...(await identifyOurselves()), ...dead, token: LEFT };
  await writeFile(join(folder, `.haulyard-${LEFT}.lock`), JSON.stringify(draft));
  await leave(dead);
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("a claim of a dead process on a dead process's lock is inherited", async () => {
  await leave({ token: "dead-1", pid: 2 ** 22 - 3, startedAt: "1" });
  const claim = { ...(await identifyOurselves()), token: "dead-2", pid: 2 ** 22 - 3, startedAt: "1" };
  await writeFile(join(folder, ".haulyard-dead-1.claim"), JSON.stringify(claim));
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("a claim of a living process is respected", async () => {
  await leave({ token: "dead-1", pid: 2 ** 22 - 3, startedAt: "1" });
  const claim = { ...(await identifyOurselves()), token: "alive", pid: 77, ...ELSEWHERE };
  await writeFile(join(folder, ".haulyard-dead-1.claim"), JSON.stringify(claim));
  expect((await lockDestination(path, LIMITS, signal)).kind).toBe("busy");
  expect((await readdir(folder)).sort()).toEqual([".haulyard-dead-1.claim", "a.bin.part.lock"]);
});

test("many processes that take, lose and die with one lock are never two at once", async () => {
  const script = fileURLToPath(new URL("../testing/lock-child.ts", import.meta.url));
  const run = async (order: Omit<LockOrder, "path" | "limits">): Promise<string> => {
    const limits = { heartbeatMs: 1000, lockStaleMs: 60_000 };
    const child = spawn(process.execPath, [script, JSON.stringify({ path, limits, ...order })], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    await once(child, "close");
    return errors;
  };
  // Six go to the end; six die holding the lock, each at another time.
  const orders = Array.from({ length: 12 }, (_, nth) => (nth % 2 === 0 ? {} : { dieAt: 1 + nth }));
  expect(await Promise.all(orders.map((order) => run({ rounds: 12, ...order })))).toEqual(Array(12).fill(""));
  await rm(join(folder, "holder"), { force: true });
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});
