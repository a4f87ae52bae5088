/** Several addresses for one file: which one is used, and that bytes of two are joined only where they are proven one. */
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileSpec, Origin, Rule } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import { createBench, fetching, sha256 } from "./testing/bench.ts";

const SIZE = 6_000_000;
const CUT = 3_000_000;
const PATH = "/a.bin";
const OVERLAP = 256 * 1024;
const LIMITS = { failuresInARow: 2, overlapBytes: OVERLAP };

/** Two or three servers with the file; each has a validator of its own. */
async function startMirrors(...specs: readonly Partial<FileSpec>[]) {
  const origins: Origin[] = [];
  for (const [index, spec] of specs.entries()) {
    origins.push(await startOrigin({ [PATH]: { size: SIZE, etag: `"server-${index}"`, ...spec } }));
  }
  const [url = "", ...mirrors] = origins.map((origin) => origin.url + PATH);
  return {
    origins: origins as [Origin, Origin, Origin],
    spec: { url, mirrors },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(origins.map((origin) => origin.close()));
    },
  };
}

/** Gives the first part, then fails. */
const dies = (how: Partial<Rule>): Partial<FileSpec> => ({
  rules: [{ cutAfter: CUT, cut: "fin", times: 1 }, how],
});
/** Those that compare single spots in the end are left out. */
const ranges = (origin: Origin): (string | null)[] => fetching(origin.requests).map(({ range }) => range);

describe("an address that fails", () => {
  test.each<[string, Partial<FileSpec>]>([
    ["has no such file", { status: 404 }],
    ["is in trouble time and again", { status: 503 }],
    ["asks for patience", { status: 429, retryAfter: 5 }],
    ["sends a page", { html: "Sign in", contentType: "text/html" }],
    ["has a file of another size than the entry says", { size: SIZE - 1 }],
    ["sends the file compressed", { gzip: true, size: 1000 }],
    ["breaks off before the first byte, always", { cutAfter: 0, cut: "rst" }],
  ])("because it %s is left for the mirror, which gives the whole file", async (_, spec) => {
    await using world = await startMirrors(spec, {});
    const [, mirror] = world.origins;
    await using bench = await createBench({ limits: LIMITS });
    const { outcome, reports } = await bench.run({ ...world.spec, size: SIZE, name: "a.gguf.bin" });
    expect(outcome).toMatchObject({ kind: "complete", size: SIZE });
    expect(await bench.hash("a.gguf.bin")).toBe(mirror.hash(PATH));
    const { host } = new URL(mirror.url);
    const notes = new Set(reports.filter(({ stage }) => stage === "downloading").map(({ note }) => note));
    expect(notes).toContain(`mirror 1 of 1, ${host}`);
    expect(ranges(mirror)).toEqual([null]);
    // One more try at most, after a second or two.
    expect(world.origins[0].requests.length).toBeLessThanOrEqual(2);
    expect(bench.clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5_000);
  });

  test("on the way is followed by the mirror from the same byte on, once the bytes are proven to be the same", async () => {
    await using world = await startMirrors(dies({ status: 404 }), {});
    const [, mirror] = world.origins;
    await using bench = await createBench({ limits: LIMITS });
    const { outcome, reports } = await bench.run(world.spec);
    expect(outcome).toMatchObject({ kind: "complete", checksumState: { kind: "unverified" } });
    expect(await bench.hash("a.bin")).toBe(mirror.hash(PATH));
    expect(ranges(mirror)).toEqual([
      `bytes=0-${OVERLAP - 1}`,
      `bytes=${CUT - OVERLAP}-${CUT - 1}`,
      `bytes=${CUT}-`,
    ]);
    // From then on its own validator vouches for the bytes.
    expect(mirror.requests[2]?.headers["if-range"]).toBe('"server-1"');
    expect(reports.at(-1)?.restarts).toBe(0);
  });

  test("is told together with its mirrors when all fail, and the bytes are kept where one may come back", async () => {
    await using world = await startMirrors(dies({ status: 404 }), { status: 410 }, { status: 503 });
    await using bench = await createBench({ limits: LIMITS });
    const { outcome } = await bench.run(world.spec);
    expect(outcome).toMatchObject({
      kind: "failed",
      failure: { code: "server_error", retryable: true },
      bytesCame: true,
    });
    expect(outcome).toHaveProperty(
      "failure.message",
      expect.stringMatching(/503 .*2 other addresses failed, too/),
    );
    expect(await bench.names()).toEqual(["a.bin.part", "a.bin.part.json"]);
  });

  test("gives the name where only the server can tell it, and so does a mirror", async () => {
    await using world = await startMirrors(
      { status: 404 },
      { disposition: 'attachment; filename="real.bin"' },
    );
    await using bench = await createBench({ limits: LIMITS });
    const { outcome } = await bench.run({ ...world.spec, name: null });
    expect(outcome).toMatchObject({ kind: "complete", path: bench.path("real.bin") });
    expect(world.origins[1].requests).toHaveLength(1);
  });

  test("keeps its credentials: headers and logins are not told to mirrors", async () => {
    await using world = await startMirrors({ status: 404 }, {});
    await using bench = await createBench({ limits: LIMITS });
    const url = world.spec.url.replace("http://", "http://user:sesame@");
    const { outcome } = await bench.run({ ...world.spec, url, headers: { "X-Api-Key": "sesame" } });
    expect(outcome.kind).toBe("complete");
    expect(world.origins[0].requests[0]?.headers).toHaveProperty("x-api-key", "sesame");
    expect(JSON.stringify(world.origins[1].requests)).not.toMatch(/sesame|authorization/);
  });

  test("because it cannot resume and always breaks off is left for a mirror that can", async () => {
    await using world = await startMirrors({ ranges: "off", cutAfter: CUT, cut: "fin" }, {});
    await using bench = await createBench({ limits: { ...LIMITS, restarts: 1 } });
    expect((await bench.run(world.spec)).outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(world.origins[1].hash(PATH));
    expect(ranges(world.origins[1]).at(-1)).toBe(`bytes=${CUT}-`);
  });

  test("because its bytes are not those of the hash is left for a mirror that has the right ones", async () => {
    await using world = await startMirrors({ wrongBytes: true }, { wrongBytes: true, seed: 3 }, {});
    const right = world.origins[2].hash(PATH);
    await using bench = await createBench({ limits: LIMITS });
    const { outcome } = await bench.run({ ...world.spec, checksum: sha256(right) });
    expect(outcome).toMatchObject({ kind: "complete", checksumState: { kind: "verified", hex: right } });
    expect(await bench.hash("a.bin")).toBe(right);
  });
});

describe("a mirror that has other bytes", () => {
  const OTHERS: [string, Partial<FileSpec>][] = [
    ["of the same size", { seed: 2 }],
    ["of another size", { size: SIZE + 1 }],
    ["of another hash", { headers: { Digest: `SHA-256=${Buffer.alloc(32, 1).toString("base64")}` } }],
  ];

  test.each([...OTHERS, ["and no ranges", { ranges: "off" }] as [string, Partial<FileSpec>]])(
    "%s is passed over for one that has the same",
    async (_, spec) => {
      const digest = (origin: Origin): string =>
        `SHA-256=${Buffer.from(origin.hash(PATH), "hex").toString("base64")}`;
      await using world = await startMirrors(dies({ status: 404 }), spec, {});
      const [primary, , third] = world.origins;
      primary.change(PATH, { headers: { Digest: digest(primary) } });
      await using bench = await createBench({ limits: LIMITS });
      const { outcome, reports } = await bench.run(world.spec);
      expect(outcome.kind).toBe("complete");
      expect(await bench.hash("a.bin")).toBe(third.hash(PATH));
      expect(ranges(third).at(-1)).toBe(`bytes=${CUT}-`);
      expect(reports.at(-1)?.restarts).toBe(0);
    },
  );

  test.each(OTHERS.slice(0, 2))(
    "%s is taken from its first byte on when the stored ones can never be completed, and never mixed",
    async (_, spec) => {
      await using world = await startMirrors(dies({ status: 410 }), spec);
      await using bench = await createBench({ limits: LIMITS });
      const { outcome, reports } = await bench.run(world.spec);
      expect(outcome.kind).toBe("complete");
      expect(await bench.hash("a.bin")).toBe(world.origins[1].hash(PATH));
      expect(reports.at(-1)?.restarts).toBe(1);
    },
  );

  test.each(OTHERS.slice(0, 2))(
    "%s does not cost the stored ones while their server may come back",
    async (_, spec) => {
      await using world = await startMirrors(dies({ status: 503, times: 4 }), spec);
      const [primary] = world.origins;
      await using bench = await createBench({ limits: LIMITS });
      const first = await bench.run(world.spec);
      expect(first.outcome).toMatchObject({
        kind: "failed",
        failure: { code: "server_error", retryable: true },
      });
      primary.change(PATH, { rules: [] });
      const second = await bench.run(world.spec);
      expect(second.outcome.kind).toBe("complete");
      expect(await bench.hash("a.bin")).toBe(primary.hash(PATH));
      expect(ranges(primary).at(-1)).toBe(`bytes=${CUT}-`);
    },
  );

  test("only at its beginning is found out, too", async () => {
    await using world = await startMirrors({}, {}, {});
    const file = "/m.gguf";
    const [primary, other, same] = world.origins;
    primary.put(file, { size: SIZE, ...dies({ status: 404 }) });
    // The first eight bytes are others; all the rest is the same.
    other.put(file, { size: SIZE, head: "none", etag: '"other"' });
    same.put(file, { size: SIZE, etag: '"same"' });
    await using bench = await createBench({ limits: LIMITS });
    const { outcome } = await bench.run({
      url: primary.url + file,
      mirrors: [other.url + file, same.url + file],
    });
    expect(outcome.kind).toBe("complete");
    expect(await bench.hash("m.gguf")).toBe(primary.hash(file));
    expect(ranges(other)).toEqual([`bytes=0-${OVERLAP - 1}`]);
  });
});

describe("a resumed download", () => {
  test("goes on at the mirror its bytes are of, without proving anything again", async () => {
    await using world = await startMirrors({ status: 404 }, {});
    const [primary, mirror] = world.origins;
    await using bench = await createBench({ limits: LIMITS });
    expect((await bench.runUntil(world.spec, CUT)).outcome.kind).toBe("stopped");
    primary.change(PATH, { status: 200, rules: [{ status: 404 }] });
    const before = primary.requests.length;
    expect((await bench.run(world.spec)).outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(mirror.hash(PATH));
    expect(mirror.requests.at(-1)?.headers).toMatchObject({ "if-range": '"server-1"' });
    expect(primary.requests).toHaveLength(before);
  });

  test("whose mirror is gone goes on at the first address again, proven", async () => {
    await using world = await startMirrors({ rules: [{ status: 404, times: 1 }] }, {});
    const [primary, mirror] = world.origins;
    await using bench = await createBench({ limits: LIMITS });
    expect((await bench.runUntil(world.spec, CUT)).outcome.kind).toBe("stopped");
    mirror.change(PATH, { status: 404 });
    const { outcome, reports } = await bench.run(world.spec);
    expect(outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(primary.hash(PATH));
    expect(reports.at(-1)?.restarts).toBe(0);
    expect(primary.bytesSent(PATH)).toBeLessThan(SIZE);
  });

  test("whose mirror was left out since proves its bytes or begins anew", async () => {
    await using world = await startMirrors({ status: 404 }, {}, { seed: 5 });
    const [, mirror, other] = world.origins;
    await using bench = await createBench({ limits: LIMITS });
    expect((await bench.runUntil(world.spec, CUT)).outcome.kind).toBe("stopped");
    expect(mirror.requests).toHaveLength(1);
    const { outcome } = await bench.run({ url: other.url + PATH });
    expect(outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(other.hash(PATH));
  });
});

test("an address that is none of ours is refused among the mirrors, too", async () => {
  await using bench = await createBench();
  const { outcome } = await bench.run({
    url: "http://127.0.0.1:1/a.bin",
    mirrors: ["ftp://127.0.0.1/a.bin"],
  });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "unsupported" } });
});

/** What the servers may do; none lies about which bytes it has. */
const fault: fc.Arbitrary<Rule> = fc
  .tuple(
    fc.oneof(
      fc.record({ cutAfter: fc.nat(1_000_000), cut: fc.constantFrom("fin" as const, "rst" as const) }),
      fc.record({ status: fc.constantFrom(404, 410, 416, 429, 500, 503) }),
      fc.constant({ ranges: "ignored" as const }),
      fc.record({ capBytes: fc.integer({ min: 1, max: 500_000 }) }),
      fc.constant({ html: "Sign in" }),
    ),
    fc.integer({ min: 1, max: 8 }),
    fc.nat(3),
  )
  .map(([what, times, skip]): Rule => ({ ...what, times, skip }));

/** Gives a part of it and is gone. */
const brokenOff = fc
  .tuple(fc.integer({ min: 1, max: 700_000 }), fc.constantFrom(404, 503))
  .map(([cutAfter, status]): Rule[] => [{ cutAfter, cut: "fin", times: 1 }, { status }]);

const server = fc.record({
  version: fc.constantFrom(1, 1, 2),
  etag: fc.constantFrom("strong" as const, "weak" as const, "none" as const),
  lastModified: fc.constantFrom(null, "Mon, 01 Jan 2024 00:00:00 GMT", "Tue, 02 Jan 2024 00:00:00 GMT"),
  rules: fc.oneof(fc.array(fault, { maxLength: 5 }), brokenOff),
});

test("whatever the mirrors do, the file is one version or there is an honest failure", async () => {
  const size = 700_000;
  await using a = await startOrigin();
  await using b = await startOrigin();
  await using c = await startOrigin();
  const origins = [a, b, c];
  const root = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const scenario = fc.record({
    servers: fc.array(server, { minLength: 3, maxLength: 3 }),
    known: fc.boolean(),
    stops: fc.array(fc.nat(size), { maxLength: 2 }),
  });
  let complete = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async ({ servers, known, stops }) => {
      for (const [index, { version, ...rest }] of servers.entries()) {
        origins[index]?.put(PATH, { size, seed: version, ...rest });
      }
      const versions = new Map(
        servers.map(({ version }, index) => [version, origins[index]?.hash(PATH) ?? ""]),
      );
      const [url = "", ...mirrors] = origins.map((origin) => origin.url + PATH);
      const checksum = known ? sha256(versions.get(servers[0]?.version ?? 1) ?? "") : null;
      const limits = { failuresInARow: 2, overlapBytes: 32 * 1024, restarts: 2 };
      await using bench = await createBench({ limits }, root);
      for (const stop of stops) await bench.runUntil({ url, mirrors, checksum }, stop);
      const { outcome } = await bench.run({ url, mirrors, checksum });
      // A stop may come too late for its run: then the file is there, whatever becomes of the last run.
      if (!(await bench.names()).includes("a.bin")) return outcome.kind === "failed";
      complete += 1;
      const hash = await bench.hash("a.bin");
      expect((await readFile(bench.path("a.bin"))).length).toBe(size);
      return checksum === null ? [...versions.values()].includes(hash) : hash === checksum.hex;
    }),
    { numRuns: 120 },
  );
  // The servers are not so bad that the rule would hold for want of files.
  expect(complete).toBeGreaterThan(30);
});
