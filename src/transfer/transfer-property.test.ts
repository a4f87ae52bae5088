/**
 * Any file, any server of the kinds below, stopped anywhere, any number of times: what ends up under the final
 * name is one version of the file, byte for byte, or there is an honest failure. A counterexample is printed
 * with the seed that finds it again.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "../../test/world/file-bytes.ts";
import type { FileSpec, Origin, Rule } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import { isFailureCode } from "../job/failure.ts";
import type { TransferOutcome } from "../job/transfer-contract.ts";
import type { Bench } from "./testing/bench.ts";
import { createBench, sha256 } from "./testing/bench.ts";

const PATH = "/a.bin";
const NAME = "a.bin";
const MEMORY = "/dev/shm";
const MAX_SIZE = 1_500_000;

/** Small limits, so that every rule is met within a few requests. */
const LIMITS = {
  stallMs: 120,
  failuresInARow: 3,
  restarts: 3,
  flushEveryBytes: 200_000,
  unclaimedBytes: 400_000,
  overlapBytes: 64 * 1024,
};

const fault: fc.Arbitrary<Rule> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ cutAfter: fc.nat(MAX_SIZE), cut: fc.constantFrom("fin", "rst") }) },
  { weight: 1, arbitrary: fc.record({ cutAfter: fc.nat(MAX_SIZE), cut: fc.constant("stall" as const) }) },
  { weight: 2, arbitrary: fc.record({ status: fc.constantFrom(408, 416, 429, 500, 502, 503) }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constantFrom(401, 403, 404), times: fc.constant(1) }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constant(503), retryAfter: fc.nat(90) }) },
  { weight: 1, arbitrary: fc.constant({ html: "Sign in" }) },
  { weight: 1, arbitrary: fc.constant({ gzip: true }) },
  { weight: 1, arbitrary: fc.constant({ ranges: "ignored" as const }) },
  { weight: 1, arbitrary: fc.record({ capBytes: fc.integer({ min: 1, max: MAX_SIZE }) }) },
  { weight: 1, arbitrary: fc.record({ length: fc.constantFrom("chunked", 7) }) },
  { weight: 1, arbitrary: fc.constant({ raw: "HTTP/1.1 200 OK\r\n\r\n" }) },
  { weight: 1, arbitrary: fc.constant({ raw: "nonsense\r\n\r\n" }) },
  {
    weight: 3,
    arbitrary: fc.record({
      partial: fc.constantFrom(
        "wrong_start",
        "wrong_total",
        "unknown_total",
        "no_content_range",
        "multipart",
        "wrong_unit",
      ),
    }),
  },
) as fc.Arbitrary<Rule>;

const rule = fc
  .tuple(fault, fc.integer({ min: 1, max: 3 }), fc.nat(2), fc.option(fc.boolean(), { nil: undefined }))
  .map(([fault, times, skip, ranged]): Rule => {
    return { times, ...fault, skip, ...(ranged === undefined ? {} : { when: { ranged } }) };
  });

/** How a server is on the whole. It does not lie about what object it has; everything else is open. */
const habit = fc
  .record({
    etag: fc.constantFrom("strong", "weak", "none"),
    dated: fc.boolean(),
    ranges: fc.constantFrom("on", "on", "on", "off", "ignored"),
    ifRange: fc.constantFrom("strict", "ignored"),
    length: fc.constantFrom("announced", "announced", "chunked", "close"),
  })
  .map(({ dated, ...rest }): Partial<FileSpec> => (dated ? rest : { ...rest, lastModified: null }));

const scenario = fc.record({
  sizes: fc.array(fc.nat(MAX_SIZE), { minLength: 1, maxLength: 3 }),
  habit,
  rules: fc.array(rule, { maxLength: 4 }),
  /** After so many requests the next version is there. */
  lives: fc.integer({ min: 1, max: 4 }),
  /** Each run is stopped when so many bytes are there, or goes to its end. */
  stops: fc.array(fc.option(fc.nat(MAX_SIZE), { nil: null }), { minLength: 1, maxLength: 5 }),
  knowsHash: fc.boolean(),
  wrongBytes: fc.boolean(),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

/** The versions of the file, each with a validator of its own, each following the one before. */
function versionsOf({ sizes, habit, rules, lives, knowsHash, wrongBytes }: Scenario): FileSpec[] {
  const last = sizes.length - 1;
  return sizes
    .map((size, index): FileSpec => {
      const dated =
        habit.lastModified === null ? {} : { lastModified: `Mon, 0${index + 1} Jan 2024 00:00:00 GMT` };
      // Wrong bytes under right headers: only a hash can tell.
      const lies: Rule[] = wrongBytes && knowsHash && index === last ? [{ times: 1, wrongBytes: true }] : [];
      return { ...habit, ...dated, size, seed: index + 1, rules: [...lies, ...rules], head: "none" };
    })
    .map((spec, index, all) => ({ ...spec, ...follow(all, index, lives) }));
}

function follow(all: FileSpec[], index: number, lives: number): Partial<FileSpec> {
  const next = all[index + 1];
  return next === undefined
    ? {}
    : { then: { afterRequests: lives, file: { ...next, ...follow(all, index + 1, lives) } } };
}

function contents(specs: readonly FileSpec[]): Buffer[] {
  return specs.map(({ size, seed = 1 }) => bytesOf({ size, seed, head: Buffer.alloc(0) }));
}

/** The ledger claims only bytes that are there, all of one version. */
async function expectTrueLedger(bench: Bench, versions: readonly Buffer[]): Promise<void> {
  const names = await bench.names();
  expect(names.filter((name) => ![NAME, `${NAME}.part`, `${NAME}.part.json`].includes(name))).toEqual([]);
  if (!names.includes(`${NAME}.part.json`)) return;
  const text = await readFile(bench.path(`${NAME}.part.json`), "utf8");
  const { done } = JSON.parse(text) as { done: [number, number][] };
  if (done.length === 0) return;
  const part = await readFile(bench.path(`${NAME}.part`));
  const isOf = (version: Buffer): boolean =>
    done.every(
      ([start, end]) =>
        end <= version.length && part.subarray(start, end).equals(version.subarray(start, end)),
    );
  expect(versions.some(isOf), `claimed ranges ${JSON.stringify(done)} are of one version`).toBe(true);
}

async function expectHonest(
  bench: Bench,
  versions: readonly Buffer[],
  outcome: TransferOutcome,
  mayBeStopped: boolean,
): Promise<void> {
  switch (outcome.kind) {
    case "complete": {
      const bytes = await readFile(bench.path(NAME));
      const { checksumState } = outcome;
      const untold = checksumState.kind === "unverified" && checksumState.reason.includes("may be cut short");
      const fits = (version: Buffer): boolean =>
        untold ? version.subarray(0, bytes.length).equals(bytes) : version.equals(bytes);
      expect(versions.some(fits), `${bytes.length} bytes are of one version`).toBe(true);
      return;
    }
    case "failed":
      expect(isFailureCode(outcome.failure.code)).toBe(true);
      expect(outcome.failure.code).not.toBe("internal");
      expect(outcome.failure.message).not.toBe("");
      return;
    case "stopped":
      expect(mayBeStopped).toBe(true);
      return;
    case "no_space":
      throw new Error("the disk of the test is full");
    default:
      throw outcome satisfies never;
  }
}

async function play(origin: Origin, given: Scenario): Promise<void> {
  await using bench = await createBench({ limits: LIMITS }, existsSync(MEMORY) ? MEMORY : tmpdir());
  const specs = versionsOf(given);
  const versions = contents(specs);
  const url = origin.put(PATH, specs[0] as FileSpec);
  const last = specs.at(-1) as FileSpec;
  const step = {
    url,
    ifExists: "replace" as const,
    ...(given.knowsHash ? { checksum: hashOfLast(origin, last) } : {}),
  };
  origin.put(PATH, specs[0] as FileSpec);
  for (const stop of given.stops) {
    const { outcome } = await (stop === null ? bench.run(step) : bench.runUntil(step, stop));
    await expectHonest(bench, versions, outcome, stop !== null);
    // Wrong bytes under right headers are the ledger's until the hash is known.
    if (!given.wrongBytes) await expectTrueLedger(bench, versions);
  }
  // The server comes to its senses: now it has to end well.
  origin.put(PATH, {
    size: last.size,
    seed: last.seed ?? 1,
    head: "none",
    lastModified: last.lastModified ?? null,
  });
  const { outcome } = await bench.run(step);
  expect(outcome.kind).toBe("complete");
  // An older version, if it was complete already when the run began.
  const bytes = await readFile(bench.path(NAME));
  expect(versions.some((version) => version.equals(bytes))).toBe(true);
  expect(await bench.names()).toEqual([NAME]);
}

function hashOfLast(origin: Origin, last: FileSpec): ReturnType<typeof sha256> {
  origin.put(PATH, last);
  return sha256(origin.hash(PATH));
}

test("whatever the server does and whenever it is stopped, no wrong byte gets under the final name", async () => {
  await using origin = await startOrigin();
  await fc.assert(
    fc.asyncProperty(scenario, (given) => play(origin, given)),
    { numRuns: 150, plugins: [fc.interruptAfterTimeLimit(50_000)] },
  );
}, 90_000);
