import { expect, test } from "vitest";
import { startOrigin } from "../../../test/world/origin.ts";
import { systemClock } from "../../job/clock.ts";
import { createBench } from "../testing/bench.ts";

const KiB = 1024;
const MB = 1_000_000;
/** A server worth many connections: each gets so much and no more. */
const FILE = { size: 900 * MB, bytesPerSecond: 2 * MB, etag: "strong" } as const;

/** A download that runs until it is stopped, and what it says of itself. */
async function begin(limit: () => number | null) {
  const origin = await startOrigin({ "/a.bin": FILE });
  const bench = await createBench({ clock: systemClock });
  const stop = new AbortController();
  const seen = { bytes: 0, connections: 0, most: 0 };
  const run = bench.run(
    { url: `${origin.url}/a.bin` },
    {
      signal: stop.signal,
      connections: 16,
      limitBytesPerSecond: limit,
      progress: ({ bytesDone, connections }) => {
        seen.bytes = bytesDone;
        seen.connections = connections;
        seen.most = Math.max(seen.most, connections);
      },
    },
  );
  return {
    origin,
    seen,
    async speedOver(ms: number): Promise<number> {
      const [before, began] = [seen.bytes, Date.now()];
      await systemClock.sleep(ms);
      return ((seen.bytes - before) * 1000) / (Date.now() - began);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      expect((await run).outcome.kind).toBe("stopped");
      await bench[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

test("a limit that one connection is enough for is not met by more of them", async () => {
  await using download = await begin(() => 200 * KiB);
  await systemClock.sleep(8_000);
  expect(download.seen.most).toBe(1);
  expect(download.origin.requests).toHaveLength(1);
});

test("many connections under a limit keep it together, nobody asks anew, and they become fewer", async () => {
  let limit: number | null = null;
  await using download = await begin(() => limit);
  const { seen, origin } = download;
  for (let tries = 0; seen.connections < 4 && tries < 300; tries++) await systemClock.sleep(100);
  expect(seen.connections).toBeGreaterThanOrEqual(4);

  // So low that each of them waits for its turn for seconds.
  limit = KiB;
  await systemClock.sleep(1_000);
  const asked = origin.requests.length;
  const slow = await download.speedOver(6_000);
  expect(slow / KiB).toBeLessThan(1.5);
  expect(slow / KiB).toBeGreaterThan(0.5);
  expect(origin.requests.length - asked, "nobody was sent away to ask again").toBe(0);

  limit = 2 * MB;
  await systemClock.sleep(1_000);
  const quick = await download.speedOver(2_000);
  expect(quick / MB).toBeGreaterThan(1.2);
  expect(quick / MB).toBeLessThan(2.8);
  for (let tries = 0; seen.connections > 2 && tries < 200; tries++) await systemClock.sleep(100);
  expect(seen.connections).toBeLessThanOrEqual(2);
});

test("a download over many connections and one over a single one get the same of the limit for all", async () => {
  await using origin = await startOrigin({ "/many.bin": FILE, "/one.bin": FILE });
  let limit: number | null = null;
  await using bench = await createBench({ clock: systemClock, bytesPerSecond: () => limit });
  const stop = new AbortController();
  const seen = { many: { bytes: 0, connections: 0 }, one: { bytes: 0, connections: 0 } };
  const begin = (name: keyof typeof seen, connections: number): Promise<unknown> =>
    bench.run(
      { url: `${origin.url}/${name}.bin` },
      {
        signal: stop.signal,
        connections,
        progress: (report) => {
          seen[name] = { bytes: report.bytesDone, connections: report.connections };
        },
      },
    );
  const runs = [begin("many", 16), begin("one", 1)];
  for (let tries = 0; seen.many.connections < 8 && tries < 300; tries++) await systemClock.sleep(100);
  expect(seen.many.connections).toBeGreaterThanOrEqual(8);
  limit = 2 * MB;
  await systemClock.sleep(1_000);
  const before = structuredClone(seen);
  await systemClock.sleep(4_000);
  const many = seen.many.bytes - before.many.bytes;
  const one = seen.one.bytes - before.one.bytes;
  expect(one / many).toBeGreaterThan(0.7);
  expect(one / many).toBeLessThan(1.4);
  expect((one + many) / 4 / MB).toBeGreaterThan(1.4);
  expect((one + many) / 4 / MB).toBeLessThan(2.6);
  stop.abort();
  await Promise.all(runs);
});
