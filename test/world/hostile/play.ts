/**
 * The hostile matrix: each row is a claim about a server that misbehaves, held in every mode: over one connection
 * and over many, from the start and after kill -9 half-way. The verdict is the bytes on the disk, the exit code
 * and the words of `haulyard get`: of the program itself for the first row of a topic and for rows that need an
 * environment of their own, of the same code in one process for the rest, as starting it costs more than a play.
 */
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ran } from "../cli.ts";
import { jsonLines } from "../cli.ts";
import type { FileSpec } from "../origin.ts";
import { GetPlayer } from "../get-player.ts";
import { getAsPeopleDo, getInChild, getInPlayer } from "./get.ts";
import { claimedBytes, judge } from "./judge.ts";
import type { Expectation, Mode, Result, Row } from "./row.ts";
import { SIZE } from "./row.ts";
import type { Stage } from "./stage.ts";
import { clear, put, setStage } from "./stage.ts";

const MB = 1_000_000;
const MiB = 1024 * 1024;
const HALF = SIZE / 2;

const MODES: readonly Mode[] = [
  { connections: "one", start: "fresh" },
  { connections: "one", start: "resumed" },
  { connections: "many", start: "fresh" },
  { connections: "many", start: "resumed" },
];

/** Declares a test for every row and mode, and one for what comes after every failure. */
export function hostile(topic: string, rows: readonly Row[]): void {
  const plays = rows.flatMap((row) =>
    MODES.filter((mode) => row.only?.(mode) !== false).map((mode) => ({ row, mode })),
  );
  const stages = new Map<(typeof plays)[number], Stage>();
  const failures: Stage[] = [];
  const player = new GetPlayer();

  describe(topic, () => {
    beforeAll(async () => {
      for (const play of plays) stages.set(play, await setStage(play.row, play.mode));
      await killOnTheWay([...stages.values()].filter(({ start }) => start === "resumed"));
    });
    afterAll(async () => {
      await player[Symbol.asyncDispose]();
      for (const stage of stages.values()) await clear(stage);
    });

    describe.concurrent("holds", () => {
      for (const each of plays) {
        const { row, mode } = each;
        test(`${row.claim} (${mode.connections}, ${mode.start})`, async () => {
          const stage = stages.get(each) as Stage;
          const expectation = mode.start === "resumed" ? (row.resumed ?? keptOf(row.expect)) : row.expect;
          if (expectation.kind === "failed") failures.push(stage);
          await play(stage, expectation, row === rows[0] ? null : player);
        });
      }
    });

    test("once the server behaves, the same command ends well after every failure", () => recover(failures));
  });
}

/** One process fetches about half of every file, and is killed as by kill -9. What is left is held to the truth. */
async function killOnTheWay(stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) put(stage, { size: SIZE, ...stage.row.before });
  // Little is under way at a time, so that about half means about half.
  const slots = { slots: 256, slotBytes: 64 * 1024 };
  const limits = { flushEveryBytes: MiB / 2, unclaimedBytes: MiB, slots };
  for (const batch of batchesOf(stages)) {
    const ran = await getInChild(batch, { limits }, ({ row }) => row.kill ?? { bytes: HALF });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ signal: "SIGKILL" });
  }
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

/** Those that one process can do: with the same environment. */
function batchesOf(stages: readonly Stage[]): Stage[][] {
  const plain = stages.filter(({ row }) => row.env === undefined);
  const others = stages.filter(({ row }) => row.env !== undefined).map((stage) => [stage]);
  return plain.length === 0 ? others : [plain, ...others];
}

/** @param player null: it is the program itself that is run */
async function play(stage: Stage, expectation: Expectation, player: GetPlayer | null): Promise<void> {
  const { row, origin, path } = stage;
  const file = typeof row.file === "function" ? row.file(stage) : row.file;
  put(stage, { size: SIZE, ...file });
  const met = origin.seen(path).length;
  const ran = await getOnce(stage, player);
  const seen = origin.seen(path).slice(met);
  const end = jsonLines(ran.stdout).find(({ event }) => event === "done" || event === "failed") ?? {};
  const slept = JSON.parse(/^slept (.*)$/m.exec(ran.stderr)?.[1] ?? "[]") as number[];
  const result: Result = { ...stage, ran, seen, end, slept };
  await judge(result, expectation);
  await row.also?.(result);
}

function getOnce(stage: Stage, player: GetPlayer | null): Promise<Ran> {
  const { env, hasty } = stage.row;
  if (env === undefined && player !== null) return getInPlayer(stage, player);
  if (hasty === undefined) return getAsPeopleDo(stage);
  return getInChild([stage], { hasty: true, limits: hasty }, () => undefined);
}

/** What is stored stays, whatever the server does, unless a row says otherwise. */
function keptOf(expectation: Expectation): Expectation {
  return expectation.kind === "failed" ? { ...expectation, partial: "kept" } : expectation;
}

/** No failure leaves anything that stands in the way. */
async function recover(stages: readonly Stage[]): Promise<void> {
  for (const { origin, path, row } of stages) {
    const { size, seed } = origin.spec(path);
    const { authorization } = row.before ?? {};
    const well: FileSpec = { size: Math.max(size, MB), ...(seed === undefined ? {} : { seed }) };
    origin.put(path, authorization === undefined ? well : { ...well, authorization });
  }
  for (const batch of batchesOf(stages)) {
    const ran = await getInChild(batch, {}, () => undefined);
    const ends = jsonLines(ran.stdout).filter(({ event }) => event === "done" || event === "failed");
    for (const [index, stage] of batch.entries()) {
      const { row } = stage;
      const state = row.sha256 === undefined ? "unverified" : "verified";
      const result = { ...stage, ran: { ...ran, code: 0 }, seen: [], end: ends[index] ?? {}, slept: [] };
      expect(result.end, `${row.claim}\n${ran.stderr}`).toMatchObject({ event: "done", exit_code: 0 });
      await judge(result, { kind: "whole", state });
    }
  }
}
