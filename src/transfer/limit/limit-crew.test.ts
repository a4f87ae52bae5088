import { expect, test } from "vitest";
import { startOrigin } from "../../../test/world/origin.ts";
import { isBetween, untilMeasured } from "../../../test/world/until-measured.ts";
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
  for (let tries = 0; seen.connections < 4 && tries < 1_200; tries++) await systemClock.sleep(100);
  expect(seen.connections).toBeGreaterThanOrEqual(4);

  // So low that each of them waits for its turn for seconds.
  limit = KiB;
  await systemClock.sleep(1_000);
  const asked = origin.requests.length;
  const inKiB = async (): Promise<number> => (await download.speedOver(6_000)) / KiB;
  await untilMeasured("a KiB a second", inKiB, (speed) => isBetween(0.5, speed, 1.5));
  expect(origin.requests.length - asked, "nobody was sent away to ask again").toBe(0);

  limit = 2 * MB;
  await systemClock.sleep(1_000);
  const inMB = async (): Promise<number> => (await download.speedOver(2_000)) / MB;
  await untilMeasured("2 MB a second", inMB, (speed) => isBetween(1.2, speed, 2.8));
  for (let tries = 0; seen.connections > 2 && tries < 1_200; tries++) await systemClock.sleep(100);
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
  for (let tries = 0; seen.many.connections < 8 && tries < 1_200; tries++) await systemClock.sleep(100);
  expect(seen.many.connections).toBeGreaterThanOrEqual(8);
  limit = 2 * MB;
  await systemClock.sleep(1_000);
  await untilMeasured(
    "each gets about half of the limit",
    async () => {
      const [before, began] = [structuredClone(seen), performance.now()];
      await systemClock.sleep(4_000);
      const seconds = (performance.now() - began) / 1000;
      const speed = (name: keyof typeof seen): number => (seen[name].bytes - before[name].bytes) / seconds;
      return { many: speed("many"), one: speed("one") };
    },
    ({ many, one }) => isBetween(0.7, one / many, 1.4) && isBetween(1.4 * MB, one + many, 2.6 * MB),
  );
  stop.abort();
  await Promise.all(runs);
});
