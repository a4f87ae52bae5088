/**
 * The disk fails or is full at any one of its operations. Nothing wrong gets under the final name, what is wrong
 * is said, nothing is claimed that is not there (not even if power is lost right after), and the download goes on
 * from what is left to its end.
 *
 * The disk is one of our own (`world/fragile-disk`): after a sync that failed it forgets the bytes as Linux does.
 */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TransferOutcome } from "../src/job/transfer-contract.ts";
import type { Wish, WishOptions } from "./world/downloads.ts";
import { Downloads } from "./world/downloads.ts";
import { bytesOf } from "./world/file-bytes.ts";
import type { Errno, Fault, Operation } from "./world/fragile-disk/faults.ts";
import type { FragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import { mountFragileDisk, whyNoFragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import { CUT_KINDS } from "./world/fragile-disk/power-cut.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { bootAgain, lookThrough } from "./world/promises.ts";
import { testSeed } from "./world/test-seed.ts";

const NAME = "a.bin";
const SIZE = 800_000;
const NEW = bytesOf({ size: SIZE, seed: 1, head: Buffer.alloc(0) });
const OLD = bytesOf({ size: SIZE - 100_000, seed: 2, head: Buffer.alloc(0) });
/** Of another program, from before. */
const OTHERS = Buffer.alloc(100_000, "another file");
const LIMITS = {
  flushEveryBytes: 200_000,
  unclaimedBytes: 400_000,
  heartbeatMs: 1000,
  slots: { slots: 64, slotBytes: 64 * 1024 },
};
const seed = testSeed();
const impossible = whyNoFragileDisk();

let disk: FragileDisk;
let origin: Origin;
/** By the way they go. */
let ways: Record<Way, Downloads>;
type Way = "ordinary" | "past_cache" | "short";

function get(
  folder: string,
  wish: Partial<Wish> = {},
  options: WishOptions = {},
  way: Way = "ordinary",
): Promise<TransferOutcome> {
  return ways[way].run({ url: `${origin.url}/${NAME}`, folder, name: NAME, ...wish }, options);
}

const ALL: readonly Operation[] = [
  "look",
  "stat",
  "list",
  "open",
  "read",
  "create",
  "write",
  "truncate",
  "sync",
  "sync_folder",
  "close",
  "rename",
  "link",
  "unlink",
  "space",
];
/** What needs room; the others work on a full disk. NFS tells of it only when a file is synced or closed. */
const ROOM: readonly Operation[] = ["create", "write", "sync", "close", "rename", "link"];
const CHANGES: readonly Operation[] = ["create", "write", "truncate", "rename", "link", "unlink"];

interface Trouble {
  title: string;
  on: readonly Operation[];
  fault: Omit<Fault, "on" | "after">;
  /** What a run that does not end well has to answer. */
  answers: string;
}

const trouble = (errno: Errno, times: number | null, on: readonly Operation[], answers: string): Trouble => {
  return { title: `${errno} ${times === null ? "from" : "at"}`, on, fault: { errno, times }, answers };
};

const TROUBLES: readonly Trouble[] = [
  trouble("EIO", 1, ALL, "failed disk_failed"),
  trouble("EIO", null, ALL, "failed disk_failed"),
  trouble("ENOSPC", 1, ROOM, "no_space"),
  trouble("ENOSPC", null, ROOM, "no_space"),
  trouble("EDQUOT", null, ROOM, "no_space"),
  trouble("EROFS", null, CHANGES, "failed write_denied"),
  { title: "half of a write at", on: ["write"], fault: { short: true }, answers: "complete" },
];

const ONCE: readonly Trouble[] = TROUBLES.filter(({ fault }) => fault.times === 1);

interface Scenario {
  title: string;
  before?: (folder: string) => Promise<unknown>;
  /** Past the page cache (O_DIRECT), or by the short way of small files. */
  way?: Way;
  wish?: Partial<Wish>;
  finals?: readonly Buffer[];
  /** Default: trouble that passes. */
  troubles?: readonly Trouble[];
  /** Every so many-th operation, from a random one on. Default 3. */
  step?: number;
}

const SCENARIOS: readonly Scenario[] = [
  { title: "a fresh download", troubles: TROUBLES, step: 1 },
  { title: "a small file", way: "short", troubles: TROUBLES, step: 2 },
  { title: "a download past the page cache", way: "past_cache" },
  { title: "a download that goes on", before: (folder) => get(folder, {}, { stopAt: SIZE / 2 }) },
  {
    title: "a download whose object has changed",
    before: async (folder) => {
      origin.put(`/${NAME}`, { size: OLD.length, seed: 2, head: "none" });
      await get(folder, {}, { stopAt: SIZE / 2 });
    },
  },
  {
    title: "a file that is replaced",
    before: (folder) => writeFile(join(folder, NAME), OTHERS),
    wish: { ifExists: "replace" },
    finals: [OTHERS],
  },
];

function inShort(outcome: TransferOutcome): string {
  return outcome.kind === "failed" ? `failed ${outcome.failure.code}` : outcome.kind;
}

/** One run with trouble at the `nth` operation. False if it had not so many. */
async function runWithTrouble(scenario: Scenario, trouble: Trouble, nth: number): Promise<boolean> {
  const folder = await disk.folder("machine");
  origin.put(`/${NAME}`, { size: SIZE, seed: 1, head: "none" });
  await scenario.before?.(folder);
  await disk.settle("machine");
  origin.put(`/${NAME}`, { size: SIZE, seed: 1, head: "none" });
  await disk.fail([{ ...trouble.fault, on: trouble.on, after: nth }]);
  const outcome = await get(folder, scenario.wish, {}, scenario.way);
  const seen = (await disk.seen()).filter(({ operation }) => trouble.on.includes(operation));
  await disk.fail([]);
  expect(disk.openFiles(folder)).toEqual([]);
  const at = seen[nth];
  const what = `${scenario.title}, ${trouble.title} ${at?.operation} ${at?.name} (${nth}), ${inShort(outcome)}`;
  if (outcome.kind !== "complete") expect(inShort(outcome), what).toBe(trouble.answers);
  if (outcome.kind === "failed") expect(outcome.failure.message, what).toMatch(/^.{20,}\.$/);
  if (outcome.kind === "no_space") expect(outcome.neededBytes, what).toBeGreaterThan(0);
  const kind = CUT_KINDS[(seed + nth) % CUT_KINDS.length] ?? "lost";
  const left = await disk.cutPower("machine", kind, seed + nth);
  await bootAgain(left);
  await expectGoesOn(left, scenario, `${what}, then power ${kind}`);
  await disk.forget(basename(left));
  await expectGoesOn(folder, scenario, what);
  await disk.forget("machine");
  return seen.length > nth;
}

/** Without trouble, what is left is true and enough to end whole. */
async function expectGoesOn(folder: string, { wish, finals = [] }: Scenario, what: string): Promise<void> {
  const found = await lookThrough(folder, NAME, [NEW, OLD], finals);
  expect(found.broken, `${what}: ${found.names.join(" ")}`).toEqual([]);
  const outcome = await get(folder, wish);
  expect(outcome, `${what}: ${found.names.join(" ")}`).toMatchObject({ kind: "complete", size: SIZE });
  const after = await lookThrough(folder, NAME, [NEW]);
  expect({ ...after, final: null }, what).toMatchObject({ names: [NAME], broken: [] });
}

const title = `the disk fails (${impossible ?? "as root, on disks of our own"})`;

describe.skipIf(impossible !== null)(title, () => {
  beforeAll(async () => {
    disk = await mountFragileDisk();
    origin = await startOrigin();
    const ordinary = { ...LIMITS, smallBytes: 0 };
    ways = {
      ordinary: new Downloads({ limits: ordinary }),
      past_cache: new Downloads({ limits: ordinary, directIo: "on" }),
      short: new Downloads({ limits: LIMITS }),
    };
  });
  afterAll(async () => {
    for (const downloads of Object.values(ways)) await downloads[Symbol.asyncDispose]();
    await origin.close();
    await disk[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await disk.clear();
  });

  test.each(SCENARIOS)("at any operation of $title: no harm, and it goes on", async (scenario) => {
    let runs = 0;
    const { troubles = ONCE, step = 3 } = scenario;
    for (const trouble of troubles) {
      for (let nth = seed % step; await runWithTrouble(scenario, trouble, nth); nth += step) runs += 1;
    }
    expect(runs).toBeGreaterThan(20);
  });
});
