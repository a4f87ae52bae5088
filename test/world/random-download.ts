/**
 * Random downloads: any file, any server of the kinds below, cut off anywhere, any number of times. What they
 * may end in is checked after each of their runs.
 */
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { isFailureCode } from "../../src/job/failure.ts";
import type { TransferOutcome } from "../../src/job/transfer-contract.ts";
import { bytesOf } from "./file-bytes.ts";
import type { FileSpec, Rule } from "./origin-script.ts";
import type { Found } from "./promises.ts";

const MAX_SIZE = 1_500_000;
/** From here on several connections are used. */
const LARGE = { min: 5_000_000, max: 9_000_000 };

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
  { weight: 1, arbitrary: fc.record({ length: fc.constantFrom("chunked", 7, -7) }) },
  { weight: 1, arbitrary: fc.constant({ raw: "HTTP/1.1 200 OK\r\n\r\n" }) },
  { weight: 1, arbitrary: fc.constant({ raw: "nonsense\r\n\r\n" }) },
  { weight: 1, arbitrary: fc.record({ delayMs: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.constantFrom<Rule>({ etag: "none" }, { etag: '"another"' }, { etag: "weak" }) },
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
  .tuple(fault, fc.integer({ min: 1, max: 3 }), fc.nat(3), fc.option(fc.boolean(), { nil: undefined }))
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

/** How a run ends, if the server lets it come so far. */
const end = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: "itself" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stop" as const), at: fc.nat(MAX_SIZE) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      /** `kept` is what kill -9 leaves; the others are power cuts. */
      kind: fc.constantFrom(
        "kept" as const,
        "kept" as const,
        "lost" as const,
        "prefix" as const,
        "any" as const,
      ),
      after: fc.nat(120),
      seed: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("disk" as const),
      on: fc.constantFrom("write", "sync", "create", "rename", "link", "unlink", "close", "read", "open"),
      after: fc.nat(20),
      errno: fc.constantFrom("EIO", "ENOSPC", "EDQUOT"),
      times: fc.constantFrom(1, null),
    }),
  },
);

const small = fc.record({
  sizes: fc.array(fc.nat(MAX_SIZE), { minLength: 1, maxLength: 3 }),
  connections: fc.constantFrom(1, null),
  bytesPerSecond: fc.constant(null),
});
const large = fc.record({
  sizes: fc.array(fc.integer(LARGE), { minLength: 1, maxLength: 2 }),
  connections: fc.constantFrom(2, 3, 8, null),
  bytesPerSecond: fc.integer({ min: 6_000_000, max: 12_000_000 }),
});

export const scenario = fc.record({
  files: fc.oneof({ weight: 12, arbitrary: small }, { weight: 1, arbitrary: large }),
  habit,
  rules: fc.array(rule, { maxLength: 4 }),
  /** After so many requests the next version is there. */
  lives: fc.integer({ min: 1, max: 6 }),
  ends: fc.array(end, { minLength: 1, maxLength: 4 }),
  knowsHash: fc.boolean(),
  wrongBytes: fc.boolean(),
  /** A second address: of the same bytes, or of others. */
  mirror: fc.constantFrom("none", "none", "same", "other"),
  way: fc.constantFrom("short", "ordinary", "past_cache"),
});

export type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;
export type End = typeof end extends fc.Arbitrary<infer Value> ? Value : never;

/** Of a file that another address has. */
const OTHER_SEED = 900;

/** The versions of the file, each with a validator of its own, each following the one before. */
export function versionsOf({ files, habit, rules, lives, knowsHash, wrongBytes }: Scenario): FileSpec[] {
  const last = files.sizes.length - 1;
  const pace = files.bytesPerSecond === null ? {} : { bytesPerSecond: files.bytesPerSecond };
  return files.sizes
    .map((size, index): FileSpec => {
      const dated =
        habit.lastModified === null ? {} : { lastModified: `Mon, 0${index + 1} Jan 2024 00:00:00 GMT` };
      // Wrong bytes under right headers: only a hash can tell.
      const lies: Rule[] = wrongBytes && knowsHash && index === last ? [{ times: 1, wrongBytes: true }] : [];
      return { ...habit, ...dated, ...pace, size, seed: index + 1, rules: [...lies, ...rules], head: "none" };
    })
    .map((spec, index, all) => ({ ...spec, ...follow(all, index, lives) }));
}

function follow(all: FileSpec[], index: number, lives: number): Partial<FileSpec> {
  const next = all[index + 1];
  return next === undefined
    ? {}
    : { then: { afterRequests: lives, file: { ...next, ...follow(all, index + 1, lives) } } };
}

/** What the second address has, if there is one. */
export function mirrorOf({ mirror, files }: Scenario): FileSpec | null {
  const size = files.sizes.at(-1) as number;
  const last = files.sizes.length;
  if (mirror === "none") return null;
  return { size, seed: mirror === "same" ? last : OTHER_SEED, head: "none", ranges: "on" };
}

export function contentOf({ size, seed = 1 }: FileSpec): Buffer {
  return bytesOf({ size, seed, head: Buffer.alloc(0) });
}

/** An end of connection may be taken for the end of a file whose length nobody has told. */
export function mayBeCutShort({ habit, rules }: Scenario): boolean {
  return habit.length === "close" || rules.some((rule) => rule.raw !== undefined);
}

/** What is wrong with an answer of a run; null if it is honest. */
export async function judgeOutcome(
  outcome: TransferOutcome,
  end: End,
  file: string,
  versions: readonly Buffer[],
): Promise<string | null> {
  switch (outcome.kind) {
    case "complete": {
      const bytes = await readFile(file);
      const { checksumState } = outcome;
      const untold = checksumState.kind === "unverified" && checksumState.reason.includes("may be cut short");
      const fits = (version: Buffer): boolean =>
        untold ? version.subarray(0, bytes.length).equals(bytes) : version.equals(bytes);
      return versions.some(fits) ? null : `complete with ${bytes.length} bytes that are of no version`;
    }
    case "failed": {
      const { code, message } = outcome.failure;
      if (!isFailureCode(code) || code === "internal" || message === "")
        return `failed with ${code}: ${message}`;
      return code === "disk_failed" && end.kind !== "disk" ? `the disk failed by itself: ${message}` : null;
    }
    case "stopped":
      return end.kind === "stop" ? null : "stopped, though nobody asked for it";
    case "no_space":
      return end.kind === "disk" && end.errno !== "EIO" ? null : "no space, though there is enough";
    default:
      throw outcome satisfies never;
  }
}

/** The bytes under a final name may be the beginning of a version, where nobody can know better. */
export function withoutCutShort(
  found: Found,
  given: Scenario,
  versions: readonly Buffer[],
): readonly string[] {
  const { final, broken } = found;
  const isBeginning =
    final !== null && versions.some((bytes) => bytes.subarray(0, final.length).equals(final));
  if (!mayBeCutShort(given) || !isBeginning) return broken;
  return broken.filter((words) => !words.includes("under the final name"));
}
