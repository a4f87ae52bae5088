import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import type { FileSpec, Origin, SeenRequest } from "../../test/world/origin.ts";
import type { Bench, RunResult } from "./testing/bench.ts";
import { createBench, sha256 } from "./testing/bench.ts";

const MB = 1_000_000;
/** So slow that a second connection is worth its while, so large that there is time for it. */
const SLOW: FileSpec = { size: 12 * MB, bytesPerSecond: MB };

const portsOf = (requests: readonly SeenRequest[]): Set<number> => new Set(requests.map(({ port }) => port));

function runMany(
  bench: Bench,
  origin: Origin,
  more: Partial<Parameters<Bench["run"]>[0]> = {},
): Promise<RunResult> {
  return bench.run({ url: `${origin.url}/a.bin`, ...more }, { connections: null });
}

async function expectWhole(bench: Bench, origin: Origin, { outcome }: RunResult): Promise<void> {
  expect(outcome).toMatchObject({ kind: "complete", size: 12 * MB });
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(await bench.names()).toEqual(["a.bin"]);
}

test.concurrent("a server that limits each connection is asked over many, and the file is whole", async () => {
  await using origin = await startOrigin({ "/a.bin": { ...SLOW, bytesPerSecond: MB / 2 } });
  await using bench = await createBench();
  const result = await runMany(bench, origin);
  await expectWhole(bench, origin, result);
  expect(portsOf(origin.requests).size).toBeGreaterThan(1);
  expect(Math.max(...result.reports.map(({ connections }) => connections))).toBeGreaterThan(1);
  // Every part was asked for under the validator of the first answer.
  for (const { range, headers } of origin.requests.slice(1)) {
    expect(range).toMatch(/^bytes=\d+-\d+$/);
    expect(headers["if-range"]).toMatch(/^"/);
  }
});

test.concurrent("no byte is counted twice: the progress never goes back, nor over the size", async () => {
  await using origin = await startOrigin({ "/a.bin": SLOW });
  await using bench = await createBench();
  const { reports } = await runMany(bench, origin);
  const bytes = reports.map(({ bytesDone }) => bytesDone);
  expect(bytes).toEqual(bytes.toSorted((one, two) => one - two));
  expect(bytes.at(-1)).toBe(12 * MB);
});

test.concurrent("-x is kept", async () => {
  await using origin = await startOrigin({ "/a.bin": SLOW });
  await using bench = await createBench();
  const result = await bench.run({ url: `${origin.url}/a.bin` }, { connections: 2 });
  await expectWhole(bench, origin, result);
  expect(Math.max(...result.reports.map(({ connections }) => connections))).toBe(2);
});

test.concurrent("the hash is checked over what came out of order, too", async () => {
  await using origin = await startOrigin({ "/a.bin": SLOW });
  await using bench = await createBench();
  const checksum = sha256(origin.hash("/a.bin"));
  const result = await runMany(bench, origin, { checksum });
  await expectWhole(bench, origin, result);
  expect(result.outcome).toMatchObject({ checksumState: { kind: "verified" } });
});

test.concurrent("a stopped download of many connections goes on with its holes alone", async () => {
  await using origin = await startOrigin({ "/a.bin": SLOW });
  await using bench = await createBench();
  const stop = new AbortController();
  const stopped = await bench.run(
    { url: `${origin.url}/a.bin` },
    {
      connections: null,
      signal: stop.signal,
      progress: ({ bytesDone }) => {
        if (bytesDone > 7 * MB) stop.abort();
      },
    },
  );
  expect(stopped.outcome).toEqual({ kind: "stopped" });
  const before = origin.requests.length;
  await expectWhole(bench, origin, await runMany(bench, origin));
  const sent = origin.requests.slice(before).reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  expect(sent).toBeLessThan(9 * MB);
});

test.each<[claim: string, more: Partial<FileSpec>]>([
  ["answers every part with the whole file", { rules: [{ when: { ranged: true }, ranges: "ignored" }] }],
  ["answers parts with other parts", { rules: [{ when: { ranged: true }, partial: "wrong_start" }] }],
  ["answers parts with a web page", { rules: [{ when: { ranged: true }, html: "Log in" }] }],
  ["forbids parts", { rules: [{ when: { ranged: true }, status: 403 }] }],
  ["says that it has no parts", { ranges: "off", headers: { "Accept-Ranges": "none" } }],
])("a server that %s: the first connection brings the file alone", async (_, more) => {
  await using origin = await startOrigin({ "/a.bin": { ...SLOW, bytesPerSecond: 4 * MB, ...more } });
  await using bench = await createBench();
  const result = await runMany(bench, origin);
  await expectWhole(bench, origin, result);
  // The server knows that it is done a moment after the client has every byte.
  await expect.poll(() => origin.requests[0]).toMatchObject({ range: null, bytesSent: 12 * MB, end: "done" });
  expect(result.reports.at(-1)?.restarts).toBe(0);
});

test.concurrent("a server that refuses more connections is left with those it gave", async () => {
  const rules = [{ skip: 2, when: { ranged: true }, status: 503, times: 4 }];
  await using origin = await startOrigin({ "/a.bin": { ...SLOW, rules } });
  await using bench = await createBench();
  await expectWhole(bench, origin, await runMany(bench, origin));
  expect(origin.requests.filter(({ status }) => status === 503).length).toBeLessThan(10);
});

test.concurrent("parts that are cut off are asked for again from where they ended", async () => {
  const rules = [{ when: { ranged: true }, times: 4, cutAfter: 300_000, cut: "rst" as const }];
  await using origin = await startOrigin({ "/a.bin": { ...SLOW, rules } });
  await using bench = await createBench();
  await expectWhole(bench, origin, await runMany(bench, origin));
});

test.concurrent("a server that gives less than asked for is asked for the rest", async () => {
  const rules = [{ when: { ranged: true }, capBytes: 500_000 }];
  await using origin = await startOrigin({ "/a.bin": { ...SLOW, rules } });
  await using bench = await createBench();
  await expectWhole(bench, origin, await runMany(bench, origin));
});

test.concurrent("a file without a validator comes over one connection, unless its hash is known", async () => {
  const bare: FileSpec = { ...SLOW, etag: "none", lastModified: null };
  await using origin = await startOrigin({ "/a.bin": bare });
  await using bench = await createBench();
  await expectWhole(bench, origin, await runMany(bench, origin));
  expect(origin.requests).toHaveLength(1);
  await using other = await createBench();
  await expectWhole(other, origin, await runMany(other, origin, { checksum: sha256(origin.hash("/a.bin")) }));
  expect(portsOf(origin.requests.slice(1)).size).toBeGreaterThan(1);
});

test.concurrent("an expired link is renewed by the address it came from, and no byte is lost", async () => {
  await using store = await startOrigin({
    "/signed": { ...SLOW, rules: [{ skip: 3, times: 2, status: 403 }] },
  });
  await using origin = await startOrigin({
    "/a.bin": { size: 12 * MB, redirect: `${store.url}/signed` },
  });
  await using bench = await createBench();
  const result = await runMany(bench, origin);
  expect(result.outcome).toMatchObject({ kind: "complete" });
  expect(await bench.hash("a.bin")).toBe(store.hash("/signed"));
  // The link is asked directly as long as it works.
  expect(origin.requests.length).toBeLessThan(store.requests.length);
  expect(origin.requests.length).toBeGreaterThan(1);
  expect(result.reports.at(-1)?.restarts).toBe(0);
});

test.concurrent("of several addresses the quick one brings most", async () => {
  await using slow = await startOrigin({ "/a.bin": { size: 40 * MB, bytesPerSecond: MB / 2 } });
  await using quick = await startOrigin({ "/a.bin": { size: 40 * MB, bytesPerSecond: 8 * MB } });
  await using bench = await createBench();
  const { outcome } = await runMany(bench, slow, { mirrors: [`${quick.url}/a.bin`] });
  expect(outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(slow.hash("/a.bin"));
  const bytesOf = ({ requests }: Origin): number =>
    requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  expect(bytesOf(quick)).toBeGreaterThan(bytesOf(slow));
});

test.concurrent("an address that has other bytes brings none of them", async () => {
  await using origin = await startOrigin({ "/a.bin": SLOW });
  await using other = await startOrigin({ "/a.bin": { ...SLOW, seed: 2, bytesPerSecond: 50 * MB } });
  await using bench = await createBench();
  await expectWhole(bench, origin, await runMany(bench, origin, { mirrors: [`${other.url}/a.bin`] }));
  expect(other.requests.length).toBeGreaterThan(0);
});
