/**
 * Power is lost at any moment of a download. What is left claims nothing that is not there, has nothing wrong
 * under the final name, and the download goes on from it to its end.
 *
 * Two disks: one of our own that loses whatever POSIX allows to be lost, names in any order; and a real ext4 on a
 * device that loses what was not flushed. `HAULYARD_TEST_SEED` repeats the choice of moments.
 */
import { open, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TransferOutcome } from "../src/job/transfer-contract.ts";
import { endAllCli, runCli } from "./world/cli.ts";
import type { Wish, WishOptions } from "./world/downloads.ts";
import { Downloads } from "./world/downloads.ts";
import { bytesOf } from "./world/file-bytes.ts";
import { Ext4 } from "./world/fragile-disk/ext4.ts";
import type { FragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import { mountFragileDisk, whyNoFragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import type { CutMade } from "./world/fragile-disk/serve.ts";
import type { FileSpec, Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { bootAgain, lookThrough, sumOf } from "./world/promises.ts";
import { testSeed } from "./world/test-seed.ts";

const MB = 1_000_000;
const NAME = "a.bin";
const object = (size: number, seed: number): Buffer => bytesOf({ size, seed, head: Buffer.alloc(0) });
const NEW = object(3 * MB, 1);
const OLD = object(2.2 * MB, 2);
/** Large and slow enough for several connections to be worth it on any machine. */
const LARGE = object(14 * MB, 1);
const SLOW = { bytesPerSecond: MB };
/** Of another program, from before. */
const OTHERS = Buffer.alloc(100_000, "another file");
const BEGINNING = NEW.subarray(0, 2 * MB);
/** Checked in memory before it goes to the disk. */
const SMALL = object(0.9 * MB, 1);
const LIMITS = { flushEveryBytes: 150_000, unclaimedBytes: 300_000, heartbeatMs: 20 };
const seed = testSeed();
const impossible = whyNoFragileDisk();

let disk: FragileDisk;
let origin: Origin;
let downloads: Downloads;
/** Past the page cache (O_DIRECT), which by itself only large files are. */
let direct: Downloads;

interface Scenario {
  title: string;
  /** The object. Default NEW. */
  object?: Buffer;
  /** How it is served while power is cut. */
  answer?: Partial<FileSpec>;
  direct?: true;
  wish?: Partial<Wish>;
  options?: WishOptions;
  /** Brings about what was there before. */
  before?: (folder: string) => Promise<unknown>;
  /** What may lie under the final name besides the object. */
  finals?: readonly Buffer[];
  /** There always is something under the final name. */
  alwaysThere?: boolean;
  /** So many bytes are kept in any case, claimed or under the final name. */
  kept?: number;
}

const SCENARIOS: readonly Scenario[] = [
  { title: "a fresh download" },
  { title: "a small file", object: SMALL },
  {
    title: "a small file that replaces another",
    object: SMALL,
    before: (folder) => putLasting(folder, OTHERS),
    wish: { ifExists: "replace" },
    finals: [OTHERS],
    alwaysThere: true,
  },
  {
    title: "a download over several connections",
    object: LARGE,
    answer: SLOW,
    options: { connections: 8 },
  },
  { title: "a download past the page cache", direct: true },
  {
    title: "the same over several connections",
    direct: true,
    object: LARGE,
    answer: SLOW,
    options: { connections: 8 },
  },
  { title: "a download of unknown length", answer: { length: "chunked" } },
  {
    title: "a download that goes on",
    before: (folder) => get(folder, {}, { stopAt: NEW.length / 2 }),
    kept: NEW.length / 4,
  },
  {
    title: "a download whose object has changed since",
    before: (folder) => getOld(folder, { stopAt: OLD.length / 2 }),
  },
  {
    title: "that over several connections",
    object: LARGE,
    answer: SLOW,
    before: (folder) => getOld(folder, { stopAt: OLD.length / 2 }),
    options: { connections: 8 },
  },
  {
    title: "a file that is replaced",
    before: (folder) => putLasting(folder, OTHERS),
    wish: { ifExists: "replace" },
    finals: [OTHERS],
    alwaysThere: true,
  },
  {
    title: "a file that is taken for the beginning",
    before: (folder) => putLasting(folder, BEGINNING),
    wish: { ifExists: "adopt" },
    finals: [BEGINNING],
    kept: BEGINNING.length / 2,
  },
];

async function putLasting(folder: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(folder, NAME), bytes, { flush: true });
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}

function get(
  folder: string,
  wish: Partial<Wish> = {},
  options: WishOptions = {},
  pastCache = false,
): Promise<TransferOutcome> {
  const through = pastCache ? direct : downloads;
  return through.run({ url: `${origin.url}/${NAME}`, folder, name: NAME, ...wish }, options);
}

async function getOld(folder: string, options: WishOptions): Promise<void> {
  origin.put(`/${NAME}`, { size: OLD.length, seed: 2, head: "none" });
  await get(folder, {}, options);
}

/** Brings about what was there before, and puts the object as it is from then on. */
async function prepare(folder: string, { object = NEW, before, answer = {} }: Scenario): Promise<void> {
  const spec: FileSpec = { size: object.length, seed: 1, head: "none" };
  origin.put(`/${NAME}`, spec);
  await before?.(folder);
  origin.put(`/${NAME}`, { ...spec, ...answer });
}

/** The download that power is cut off under. */
async function download(folder: string, { wish, options, direct }: Scenario): Promise<void> {
  const seen = origin.requests.length;
  expect(await get(folder, wish, options, direct)).toMatchObject({ kind: "complete" });
  // Over several connections, where that is what is to be shown.
  const ports = new Set(origin.requests.slice(seen).map(({ port }) => port));
  expect(ports.size).toBeGreaterThanOrEqual(options?.connections === undefined ? 1 : 2);
}

/** The promises hold in what is left, and the download ends whole when it is begun again. */
async function expectWhole(folder: string, scenario: Scenario, what: string): Promise<void> {
  const { object = NEW, wish = {}, options, finals = [], alwaysThere = false, kept = 0 } = scenario;
  const found = await lookThrough(folder, NAME, [object, OLD], finals);
  expect(found.broken, `${what}: ${found.names.join(" ")}`).toEqual([]);
  if (alwaysThere) expect(found.names, what).toContain(NAME);
  const bytes = found.final?.length ?? sumOf(found.claimed);
  expect(bytes, `${what}: bytes kept`).toBeGreaterThanOrEqual(kept);
  await bootAgain(folder);
  origin.change(`/${NAME}`, { bytesPerSecond: 1000 * MB });
  const outcome = await get(folder, wish, options, scenario.direct);
  expect(outcome, `${what}: ${found.names.join(" ")}`).toMatchObject({ kind: "complete" });
  const after = await lookThrough(folder, NAME, [object]);
  expect({ names: after.names, broken: after.broken }, what).toEqual({ names: [NAME], broken: [] });
}

/** Looks at what every cut has left of the ext4. */
async function expectAllWhole(scenario: Scenario, cuts: readonly CutMade[]): Promise<void> {
  for (const cut of cuts) {
    await using left = await Ext4.mount(join(disk.root, cut.folder));
    await expectWhole(left.folder, scenario, `seed ${seed}, ${cut.kind} at ${cut.at}`);
    await left.unmount();
    await disk.forget(cut.folder);
  }
}

const title = `power is lost during (${impossible ?? "root: real disks"})`;

describe.skipIf(impossible !== null)(title, () => {
  beforeAll(async () => {
    disk = await mountFragileDisk();
    origin = await startOrigin();
    downloads = new Downloads({ limits: LIMITS });
    direct = new Downloads({ limits: LIMITS, directIo: "on" });
  });
  afterAll(async () => {
    await downloads[Symbol.asyncDispose]();
    await direct[Symbol.asyncDispose]();
    await origin.close();
    await disk[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await endAllCli();
    await disk.clear();
  });

  test.each(SCENARIOS)("$title, on a disk that keeps only what was synced", async (scenario) => {
    const kinds = new Set<string>();
    const [rounds, most] = scenario.object === LARGE ? [1, 12] : [2, 20];
    for (let round = 0; round < rounds; round += 1) {
      const folder = await disk.folder("machine");
      await prepare(folder, scenario);
      await disk.settle("machine");
      await disk.planCuts({ folder: "machine", chance: 0.25, seed: seed + round, most });
      await download(folder, scenario);
      // What was said to be complete is there from then on.
      const after = await disk.cutPower("machine", "lost", 0);
      expect((await lookThrough(after, NAME, [scenario.object ?? NEW])).final).not.toBeNull();
      for (const cut of await disk.endCuts("machine")) {
        kinds.add(cut.kind);
        await expectWhole(join(disk.root, cut.folder), scenario, `seed ${seed}, ${cut.kind} at ${cut.at}`);
        await disk.forget(cut.folder);
      }
      await disk.forget("machine");
    }
    // Otherwise nothing was shown.
    expect(kinds.size).toBeGreaterThanOrEqual(3);
  });

  test.each(SCENARIOS)("$title, on ext4", async (scenario) => {
    let count = 0;
    for (let round = 0; round < 3 && count < 10; round += 1) {
      await using machine = await Ext4.make(disk, "machine", 64);
      await prepare(machine.folder, scenario);
      await machine.sync();
      await disk.planCuts({ folder: "machine", chance: 0.4, seed: seed + round, most: 12 });
      await download(machine.folder, scenario);
      const cuts = await disk.endCuts("machine");
      await machine.unmount();
      await expectAllWhole(scenario, cuts);
      count += cuts.length;
      await disk.forget("machine");
    }
    expect(count).toBeGreaterThanOrEqual(5);
  });

  test("haulyard get as it is, on ext4", async () => {
    const scenario: Scenario = { title: "", object: object(48 * MB, 1), answer: { bytesPerSecond: 4 * MB } };
    await using machine = await Ext4.make(disk, "machine", 160);
    await prepare(machine.folder, scenario);
    await machine.sync();
    // Seconds pass between two flushes here: the cuts are spread over all of it.
    await disk.planCuts({ folder: "machine", chance: 0.1, seed, most: 12 });
    const args = ["get", `${origin.url}/${NAME}`, "-x", "4", "-d", machine.folder];
    expect(await runCli(args, { cwd: tmpdir() })).toMatchObject({ code: 0 });
    const cuts = await disk.endCuts("machine");
    await machine.unmount();
    expect(cuts.length).toBeGreaterThan(3);
    await expectAllWhole(scenario, cuts);
  });
});
