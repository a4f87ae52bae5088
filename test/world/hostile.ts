/**
 * The hostile matrix: each row is a claim about a server that misbehaves, held in every mode: over one connection
 * and over many, from the start and after kill -9 half-way. The verdict is the bytes on the disk, the exit code
 * and the words of a real `haulyard get`.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { ExitCode } from "../../src/cli/exit-codes.ts";
import { EXIT, exitCodeOf } from "../../src/cli/exit-codes.ts";
import type { FailureCode } from "../../src/job/failure.ts";
import type { RunPoint, TransferLimits } from "../../src/transfer/transfer-settings.ts";
import { jsonLines, startCli } from "./cli.ts";
import type { Ran } from "./cli.ts";
import type { GetOrder } from "./get-child.ts";
import type { FileSpec, Origin, OriginOptions, SeenRequest } from "./origin.ts";
import { startOrigin } from "./origin.ts";

const MB = 1_000_000;
/** Large enough for a middle with a MiB to compare before it, small enough for hundreds of them. */
export const SIZE = 6 * MB;
const HALF = SIZE / 2;
const MiB = 1024 * 1024;
const CHILD = resolve(import.meta.dirname, "get-child.ts");
const NODE = resolve(import.meta.dirname, "../../tools/n");

export interface Mode {
  connections: "one" | "many";
  start: "fresh" | "resumed";
}

const MODES: readonly Mode[] = [
  { connections: "one", start: "fresh" },
  { connections: "one", start: "resumed" },
];

export interface Row {
  /** What holds: goes on from "a server …" or the like. */
  claim: string;
  /** How the file behaves. What is left out is well-behaved and SIZE bytes long. */
  file: Partial<FileSpec> | ((stage: Stage) => Partial<FileSpec>);
  /** How it behaved until the process was killed; well, if left out. `same`: as `file`. */
  before?: Partial<FileSpec> | "same";
  /** Last part of the address, and name of the file. */
  name?: string;
  origin?: OriginOptions;
  sha256?: (stage: Stage) => string;
  header?: readonly string[];
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
  kill?: { bytes: number } | { at: RunPoint };
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
  folder: string;
  origin: Origin;
  /** Another server. */
  other: Origin;
  /** Path of the file on the origin. */
  path: string;
  name: string;
}

export interface Result extends Stage {
  ran: Ran;
  /** Requests for the file by the run that is judged. */
  seen: readonly SeenRequest[];
  /** The last word on the file: `done` or `failed`. */
  end: Record<string, unknown>;
  /** Bytes the ledger claimed after kill -9; 0 for a fresh start. */
  stored: number;
  /** Sleeps of a hasty run. Milliseconds. */
  slept: number[];
}

/** Declares a test for every row and mode. */
export function hostile(topic: string, rows: readonly Row[]): void {
  describe.concurrent(topic, () => {
    for (const row of rows) {
      for (const mode of MODES) {
        if (row.only?.(mode) === false) continue;
        test(`${row.claim} (${mode.connections} connection${mode.connections === "one" ? "" : "s"}, ${mode.start})`, () =>
          play(row, mode));
      }
    }
  });
}

async function play(row: Row, mode: Mode): Promise<void> {
  const { name = "a.bin" } = row;
  await using origin = await startOrigin({}, row.origin);
  await using other = await startOrigin();
  const folder = await mkdtemp(join(tmpdir(), "haulyard-hostile-"));
  const stage: Stage = { ...mode, folder, origin, other, path: `/${name}`, name };
  try {
    const file = { size: SIZE, ...(typeof row.file === "function" ? row.file(stage) : row.file) };
    const before = row.before === "same" ? file : { size: SIZE, ...row.before };
    const stored = mode.start === "resumed" ? await killOnTheWay(stage, row, before) : 0;
    origin.put(stage.path, file);
    const met = origin.seen(stage.path).length;
    const ran = await run(stage, row, row.hasty === undefined ? null : { hasty: true, limits: row.hasty });
    const seen = origin.seen(stage.path).slice(met);
    const end = jsonLines(ran.stdout).find(({ event }) => event === "done" || event === "failed") ?? {};
    const slept = JSON.parse(/^slept (.*)$/m.exec(ran.stderr)?.[1] ?? "[]") as number[];
    const expectation = mode.start === "resumed" ? (row.resumed ?? keptOf(row.expect)) : row.expect;
    await judge({ ...stage, ran, seen, end, stored, slept }, expectation);
    await row.also?.({ ...stage, ran, seen, end, stored, slept });
    if (expectation.kind === "failed") await recover(stage, row, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is stored stays, whatever the server does, unless a row says otherwise. */
function keptOf(expectation: Expectation): Expectation {
  return expectation.kind === "failed" ? { ...expectation, partial: "kept" } : expectation;
}

/** Is killed as by kill -9, and what is left is held to the truth. Answers how many bytes are claimed. */
async function killOnTheWay(stage: Stage, row: Row, file: FileSpec): Promise<number> {
  const { origin, folder, name, path } = stage;
  origin.put(path, file);
  const kill = row.kill ?? { bytes: HALF };
  const when = "at" in kill ? { killAt: kill.at } : { killAtBytes: kill.bytes };
  const limits = { flushEveryBytes: MiB / 2, unclaimedBytes: MiB };
  const ran = await run(stage, row, { limits, ...when });
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ signal: "SIGKILL" });
  expect(await readdir(folder)).not.toContain(name);
  const stored = await claimed(stage);
  if ("bytes" in kill) expect(stored).toBeGreaterThanOrEqual(kill.bytes);
  if (row.kill === undefined) expect(stored).toBeLessThan(SIZE);
  return stored;
}

/** How much the ledger claims; every byte of it has to be the origin's. */
async function claimed({ folder, origin, path, name }: Stage): Promise<number> {
  const ledger = JSON.parse(await readFile(join(folder, `${name}.part.json`), "utf8")) as {
    done: [number, number][];
  };
  const bytes = await readFile(join(folder, `${name}.part`));
  for (const [start, end] of ledger.done) {
    expect(bytes.subarray(start, end).equals(origin.bytes(path, start, end))).toBe(true);
  }
  return ledger.done.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** Once the server behaves, the same command ends well: no failure leaves anything that stands in the way. */
async function recover(stage: Stage, row: Row, { size, seed = 1 }: FileSpec): Promise<void> {
  const { origin, path } = stage;
  origin.put(path, { size, seed });
  const ran = await run(stage, { ...row, sha256: () => origin.hash(path) }, null);
  const end = jsonLines(ran.stdout).find(({ event }) => event === "done") ?? {};
  await judge({ ...stage, ran, seen: [], end, stored: 0, slept: [] }, VERIFIED);
}

/** Runs the command; with an order, the same code with other limits (see get-child.ts). */
function run(stage: Stage, row: Row, order: Omit<GetOrder, "url" | "options"> | null): Promise<Ran> {
  const { folder, origin, path, name } = stage;
  const url = origin.url + path;
  const sha256 = row.sha256?.(stage);
  const header = row.header ?? [];
  if (order !== null) {
    const options = {
      json: true,
      output: name,
      header,
      ...(sha256 === undefined ? {} : { sha256 }),
    } as const;
    const all: GetOrder = { url, options, ...order };
    return startCli([CHILD, JSON.stringify(all)], { cwd: folder }, NODE).ended;
  }
  const args = ["get", "--json", "-o", name, ...header.flatMap((each) => ["--header", each])];
  if (sha256 !== undefined) args.push("--sha256", sha256);
  return startCli([...args, url], { cwd: folder }).ended;
}

async function judge(result: Result, expectation: Expectation): Promise<void> {
  const { ran, end, folder, name, origin, path } = result;
  const told = `${ran.stdout}\n${ran.stderr}`;
  const files = (await readdir(folder)).sort();
  if (expectation.kind === "failed") {
    expect(end, told).toMatchObject({ event: "failed", code: expectation.code });
    expect(ran.code, told).toBe(expectation.exit);
    expect(`${String(end["message"])} ${String(end["advice"])}`).toMatch(expectation.says);
    const kept = [`${name}.part`, `${name}.part.json`];
    expect(files, told).toEqual(expectation.partial === "kept" ? kept : []);
    return;
  }
  expect(ran.code, told).toBe(EXIT.done);
  expect(files, told).toEqual([name]);
  const bytes = await readFile(join(folder, name));
  const right = expectation.kind === "short" ? origin.bytes(path, 0, expectation.bytes) : origin.bytes(path);
  expect(bytes.equals(right), told).toBe(true);
  const { state, reason = "" } = end["checksum"] as { state: string; reason?: string };
  expect(state, told).toBe(expectation.kind === "short" ? "unverified" : expectation.state);
  if (expectation.reason !== undefined) expect(reason).toMatch(expectation.reason);
}
