/**
 * The hostile matrix: each row is a claim about a server that misbehaves, held in every mode: over one connection
 * and over many, from the start and after kill -9 half-way. The verdict is the bytes on the disk, the exit code
 * and the words of a real `haulyard get`.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExitCode } from "../../src/cli/exit-codes.ts";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import type { FailureCode } from "../../src/job/failure.ts";
import type { RunPoint, TransferLimits } from "../../src/transfer/transfer-settings.ts";
import { jsonLines } from "./cli.ts";
import type { Ran } from "./cli.ts";
import type { Content } from "./file-bytes.ts";
import { claimedBytes, judge } from "./hostile-judge.ts";
import { getAsPeopleDo, getInChild } from "./hostile-get.ts";
import type { FileSpec, Origin, OriginOptions, SeenRequest } from "./origin.ts";
import { contentOf, startOrigin } from "./origin.ts";

const MB = 1_000_000;
const MiB = 1024 * 1024;
/** Large enough for several connections, small enough for hundreds of files. */
export const SIZE = 8 * MB;
const HALF = SIZE / 2;
/** Of each connection, where several are to be worth their while. Bytes per second. */
const PACE = 5 * MB;

export interface Mode {
  connections: "one" | "many";
  start: "fresh" | "resumed";
}

const MODES: readonly Mode[] = [
  { connections: "one", start: "fresh" },
  { connections: "one", start: "resumed" },
  { connections: "many", start: "fresh" },
  { connections: "many", start: "resumed" },
];

export interface Row {
  /** What holds: a sentence about a server or an answer. */
  claim: string;
  /** How the file behaves. What is left out is well-behaved and SIZE bytes long. */
  file: Partial<FileSpec> | ((stage: Stage) => Partial<FileSpec>);
  /** How it behaved until the process was killed; well, if left out. */
  before?: Partial<FileSpec>;
  /** Last part of the address, and name of the file. */
  name?: string;
  origin?: OriginOptions;
  /** Another address of the file. */
  mirror?: (stage: Stage) => string;
  sha256?: (stage: Stage) => string;
  header?: readonly string[];
  env?: (stage: Stage) => Record<string, string>;
  /** Sleeps take no time, and these limits are not the usual ones. */
  hasty?: Partial<TransferLimits>;
  expect: Expectation;
  /** Where another outcome is right after kill -9. */
  resumed?: Expectation;
  /** More to be said about it. */
  also?: (result: Result) => void | Promise<void>;
  /** Holds in these modes only; the claim says why. */
  only?: (mode: Mode) => boolean;
  /** Where the process is killed: when the ledger claims so many bytes (half, if left out), or at a moment. */
  kill?: { bytes: number } | RunPoint;
}

export type Expectation =
  /** The file as the origin has it now is in place, and nothing else. */
  | { kind: "whole"; state: "verified" | "unverified"; reason?: RegExp }
  /** Nobody could know that more was to come: its beginning is in place, and the doubt is told. */
  | { kind: "short"; bytes: number; reason: RegExp }
  /** Nothing is under the final name. */
  | { kind: "failed"; exit: ExitCode; code: FailureCode; says: RegExp; partial: "kept" | "none" };

export const WHOLE: Extract<Expectation, { kind: "whole" }> = { kind: "whole", state: "unverified" };
export const VERIFIED: typeof WHOLE = { kind: "whole", state: "verified" };

export function failed(
  code: FailureCode,
  says: RegExp,
  partial: "kept" | "none" = "none",
): Extract<Expectation, { kind: "failed" }> {
  return { kind: "failed", exit: exitCodeOf(code), code, says, partial };
}

/** What a row is played on. */
export interface Stage extends Mode {
  row: Row;
  folder: string;
  origin: Origin;
  /** Another server. */
  other: Origin;
  /** Path of the file on the origin. */
  path: string;
  name: string;
  /** Bytes the ledger claimed after kill -9; 0 for a fresh start. */
  stored: number;
  /** What the file was and is: nothing else may ever be stored. */
  versions: Content[];
}

export interface Result extends Stage {
  ran: Ran;
  /** Requests for the file by the run that is judged. */
  seen: readonly SeenRequest[];
  /** The last word on the file: `done` or `failed`. */
  end: Record<string, unknown>;
  /** Sleeps of a hasty run. Milliseconds. */
  slept: number[];
}

/** Declares a test for every row and mode, and one for what comes after every failure. */
export function hostile(topic: string, rows: readonly Row[]): void {
  const plays = rows.flatMap((row) =>
    MODES.filter((mode) => row.only?.(mode) !== false).map((mode) => ({ row, mode })),
  );
  const stages = new Map<(typeof plays)[number], Stage>();
  const failures: Stage[] = [];

  describe(topic, () => {
    beforeAll(async () => {
      for (const play of plays) stages.set(play, await setStage(play.row, play.mode));
      await killOnTheWay([...stages.values()].filter(({ start }) => start === "resumed"));
    });
    afterAll(async () => {
      for (const stage of stages.values()) await clear(stage);
    });

    describe.concurrent("holds", () => {
      for (const each of plays) {
        const { row, mode } = each;
        test(`${row.claim} (${mode.connections}, ${mode.start})`, async () => {
          const stage = stages.get(each) as Stage;
          const expectation = mode.start === "resumed" ? (row.resumed ?? keptOf(row.expect)) : row.expect;
          if (expectation.kind === "failed") failures.push(stage);
          await play(stage, expectation);
        });
      }
    });

    test("once the server behaves, the same command ends well after every failure", () => recover(failures));
  });
}

async function setStage(row: Row, mode: Mode): Promise<Stage> {
  const { name = "a.bin" } = row;
  const folder = await mkdtemp(join(tmpdir(), "haulyard-hostile-"));
  const origin = await startOrigin({}, row.origin);
  return {
    ...mode,
    row,
    folder,
    origin,
    other: await startOrigin(),
    path: `/${name}`,
    name,
    stored: 0,
    versions: [],
  };
}

async function clear({ folder, origin, other }: Stage): Promise<void> {
  await Promise.all([origin.close(), other.close()]);
  await rm(folder, { recursive: true, force: true });
}

/** One process fetches about half of every file, and is killed as by kill -9. What is left is held to the truth. */
async function killOnTheWay(stages: readonly Stage[]): Promise<void> {
  if (stages.length === 0) return;
  for (const stage of stages) put(stage, { size: SIZE, ...stage.row.before });
  const limits = { flushEveryBytes: MiB / 2, unclaimedBytes: MiB };
  const ran = await getInChild(stages, { limits }, ({ row }) => row.kill ?? { bytes: HALF });
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ signal: "SIGKILL" });
  for (const stage of stages) {
    const { row, folder, name } = stage;
    expect(await readdir(folder), row.claim).not.toContain(name);
    stage.stored = await claimedBytes(stage);
    if (typeof row.kill === "object") expect(stage.stored, row.claim).toBeGreaterThanOrEqual(row.kill.bytes);
    if (row.kill !== undefined) continue;
    expect(stage.stored, row.claim).toBeGreaterThanOrEqual(HALF);
    expect(stage.stored, row.claim).toBeLessThan(SIZE);
  }
}

/** Many connections take a while to come: for them the file is slower. */
function put({ connections, origin, path, versions }: Stage, file: FileSpec): void {
  origin.put(path, connections === "one" ? file : { bytesPerSecond: PACE, ...file });
  for (let next: FileSpec | undefined = file; next !== undefined; next = next.then?.file)
    versions.push(contentOf(path, next));
}

async function play(stage: Stage, expectation: Expectation): Promise<void> {
  const { row, origin, path } = stage;
  const file = typeof row.file === "function" ? row.file(stage) : row.file;
  put(stage, { size: SIZE, ...file });
  const met = origin.seen(path).length;
  const ran =
    row.hasty === undefined
      ? await getAsPeopleDo(stage)
      : await getInChild([stage], { hasty: true, limits: row.hasty }, () => undefined);
  const seen = origin.seen(path).slice(met);
  const end = jsonLines(ran.stdout).find(({ event }) => event === "done" || event === "failed") ?? {};
  const slept = JSON.parse(/^slept (.*)$/m.exec(ran.stderr)?.[1] ?? "[]") as number[];
  const result = { ...stage, ran, seen, end, slept };
  await judge(result, expectation);
  await row.also?.(result);
}

/** What is stored stays, whatever the server does, unless a row says otherwise. */
function keptOf(expectation: Expectation): Expectation {
  return expectation.kind === "failed" ? { ...expectation, partial: "kept" } : expectation;
}

/** No failure leaves anything that stands in the way. */
async function recover(stages: readonly Stage[]): Promise<void> {
  if (stages.length === 0) return;
  for (const { origin, path, row } of stages) {
    const { size, seed } = origin.spec(path);
    const { authorization } = row.before ?? {};
    const well: FileSpec = { size: Math.max(size, MB), ...(seed === undefined ? {} : { seed }) };
    origin.put(path, authorization === undefined ? well : { ...well, authorization });
  }
  const ran = await getInChild(stages, {}, () => undefined);
  const ends = jsonLines(ran.stdout).filter(({ event }) => event === "done" || event === "failed");
  for (const [index, stage] of stages.entries()) {
    const { row, origin, path } = stage;
    const state = row.sha256 === undefined ? "unverified" : "verified";
    const result = { ...stage, ran: { ...ran, code: 0 }, seen: [], end: ends[index] ?? {}, slept: [] };
    expect(result.end, `${row.claim}: ${origin.url}${path}`).toMatchObject({ event: "done", exit_code: 0 });
    await judge(result, { kind: "whole", state });
  }
}
