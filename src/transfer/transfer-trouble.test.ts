import { rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { FileSpec } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import { systemClock } from "../job/clock.ts";
import { createBench, fetching, sha256 } from "./testing/bench.ts";

const MB = 1_000_000;
const SIZE = 6 * MB;

test.each<[string, Partial<FileSpec>, number]>([
  ["is closed once in the middle", { rules: [{ times: 1, cutAfter: 2 * MB }] }, 2],
  ["is reset once in the middle", { rules: [{ times: 1, cutAfter: 2 * MB, cut: "rst" }] }, 2],
  ["is closed after every 2 MB", { cutAfter: 2 * MB }, 3],
  ["is closed in the middle of chunks", { rules: [{ times: 1, cutAfter: 2 * MB }], length: "chunked" }, 2],
  ["announces more than it sends, once", { rules: [{ times: 1, length: 1000, cutAfter: SIZE }] }, 2],
])("a connection that %s costs nothing but another request", async (_, answer, requests) => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, ...answer } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  const { outcome, reports } = await bench.run(spec);
  expect(outcome).toMatchObject({ kind: "complete", checksumState: { kind: "verified" } });
  expect(origin.requests.length).toBeLessThanOrEqual(requests + 1);
  expect(origin.requests.length).toBeGreaterThanOrEqual(requests);
  if (answer.rules?.[0]?.length === undefined) expect(reports.at(-1)?.restarts).toBe(0);
});

test("a server that announces less than it sends is not believed", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 100_000, length: -7 } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "bad_response", retryable: true } });
  expect(await bench.names()).not.toContain("a.bin");
});

test.each(["on", "off"] as const)(
  "a stop with the last byte of such an answer does not make it whole either (past the page cache: %s)",
  async (directIo) => {
    const size = 2 * 1024 * 1024;
    await using origin = await startOrigin({ "/a.bin": { size, rules: [{ times: 1, length: -7 }] } });
    await using bench = await createBench({ directIo, limits: { smallBytes: 0 } });
    const spec = { url: `${origin.url}/a.bin` };
    expect((await bench.runUntil(spec, size - 7)).outcome).toEqual({ kind: "stopped" });
    expect((await bench.run(spec)).outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect(fetching(origin.requests)[1]?.range).toBe(`bytes=${size - 8}-`);
  },
);

test.each([99_999, 100_001])(
  "a body of unknown length that turns out not to have %i bytes is not the file",
  async (size) => {
    await using origin = await startOrigin({ "/a.bin": { size: 100_000, length: "chunked" } });
    await using bench = await createBench();
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, size });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "size_mismatch", retryable: false } });
    expect(origin.requests).toHaveLength(1);
    expect(await bench.names()).not.toContain("a.bin");
  },
);

test.each([
  ["cuts", (path: string) => truncate(`${path}.part`, 10)],
  ["removes", (path: string) => rm(`${path}.part`)],
  ["replaces", (path: string) => rm(`${path}.part`).then(() => writeFile(`${path}.part`, "something else"))],
])("a program that %s the partial under way is noticed; the next run ends well", async (_, meddle) => {
  let done = false;
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench({
    onPoint: async (point, path) => {
      if (point !== "fetched" || done) return;
      done = true;
      await meddle(path);
    },
  });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "disk_failed" } });
  expect(await bench.names()).not.toContain("a.bin");
  expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
});

test("a run stops long before its end while it hashes a large file that is there already", async () => {
  await using bench = await createBench();
  await truncate(bench.path("a.bin"), 0).catch(() => writeFile(bench.path("a.bin"), ""));
  await truncate(bench.path("a.bin"), 20_000_000_000);
  const controller = new AbortController();
  let [stoppedAt, verified] = [0, 0];
  const { outcome } = await bench.run(
    { url: "http://127.0.0.1:9/a.bin", size: 20_000_000_000, checksum: sha256("0".repeat(64)) },
    {
      signal: controller.signal,
      progress: ({ bytesVerified }) => {
        verified = bytesVerified ?? 0;
        if (verified < 50_000_000 || stoppedAt > 0) return;
        stoppedAt = verified;
        controller.abort();
      },
    },
  );
  expect(outcome).toEqual({ kind: "stopped" });
  expect(stoppedAt).toBeGreaterThan(0);
  expect(verified).toBeLessThan(10_000_000_000);
});

test("a run stops at once while it waits for the next try", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 10, status: 503, retryAfter: 50 } });
  await using bench = await createBench({ clock: systemClock });
  const controller = new AbortController();
  let stoppedAt = 0;
  const { outcome } = await bench.run(
    { url: `${origin.url}/a.bin` },
    {
      signal: controller.signal,
      progress: ({ stage }) => {
        if (stage !== "waiting") return;
        setTimeout(() => {
          stoppedAt = performance.now();
          controller.abort();
        }, 50);
      },
    },
  );
  expect(outcome).toEqual({ kind: "stopped" });
  // Asked to wait for 50 s.
  expect(performance.now() - stoppedAt).toBeLessThan(40_000);
});

test("silence in the middle of a body is noticed, and the rest comes over another connection", async () => {
  await using origin = await startOrigin({
    "/a.bin": { size: SIZE, rules: [{ times: 1, cutAfter: 2 * MB, cut: "stall" }] },
  });
  await using bench = await createBench({ limits: { stallMs: 300 } });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(origin.requests[0]?.end).toBe("cut");
});

test("a slow but steady body is no stall", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 300_000, bytesPerSecond: 30_000 } });
  await using bench = await createBench({ limits: { stallMs: 5_000 } });
  expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome.kind).toBe("complete");
  expect(origin.requests).toHaveLength(1);
});

test("a server that takes the request and never answers is given up, honestly", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 10, delayMs: "silent" } });
  await using bench = await createBench({ limits: { headersTimeoutMs: 200, failuresInARow: 2 } });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({
    kind: "failed",
    bytesCame: false,
    failure: { code: "timed_out", retryable: true },
  });
});

test("a server that never sends a byte is given up after five tries with growing pauses", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 100, cutAfter: 0 } });
  await using bench = await createBench({ random: () => 1 });
  const { outcome, reports } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", bytesCame: false, failure: { retryable: true } });
  expect(origin.requests).toHaveLength(5);
  expect(bench.clock.sleeps).toEqual([2000, 4000, 8000, 16_000]);
  const waiting = reports.find(({ stage }) => stage === "waiting");
  expect(waiting?.note).toMatch(/Next try in 2 s/);
});

test("as long as bytes come, the tries do not run out", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 200_000, cutAfter: 10_000 } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome.kind).toBe("complete");
  expect(origin.requests.filter(({ range }) => range === null || range.endsWith("-"))).toHaveLength(20);
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
});

test("a server that ends early every time without resuming is not asked for ever", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, cutAfter: 2 * MB, ranges: "off" } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", bytesCame: false, failure: { retryable: true } });
  expect(origin.requests.length).toBeLessThan(12);
});

test("a server that answers for ever without giving the bytes asked for is not asked for ever", async () => {
  const shy = { etag: "none", lastModified: null, capBytes: 64 * 1024 } as const;
  await using origin = await startOrigin({
    "/a.bin": { size: SIZE, ...shy, rules: [{ times: 1, cutAfter: 2 * MB }] },
  });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "bad_response", retryable: true } });
  expect(origin.requests.length).toBeLessThan(10);
});

test("an object that changes in the middle is begun anew, never mixed", async () => {
  await using origin = await startOrigin({
    "/a.bin": {
      size: SIZE,
      cutAfter: 2 * MB,
      then: { afterRequests: 2, file: { size: SIZE, seed: 2 } },
    },
  });
  await using bench = await createBench();
  const { outcome, reports } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(reports.at(-1)).toMatchObject({ restarts: 1, bytesTotal: SIZE });
});

test("an object that never stops changing is a failure that says so", async () => {
  let seed = 1;
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, cutAfter: 2 * MB } });
  await using bench = await createBench();
  const { outcome } = await bench.run(
    { url: `${origin.url}/a.bin` },
    {
      progress: ({ stage }) => {
        if (stage === "connecting") origin.change("/a.bin", { seed: (seed += 1) });
      },
    },
  );
  expect(outcome).toMatchObject({ kind: "failed", bytesCame: false, failure: { code: "object_changed" } });
});

test.each([
  [401, "unauthorized", false],
  [403, "forbidden", false],
  [404, "not_found", false],
  [410, "gone", false],
  [400, "refused_by_server", false],
  [418, "refused_by_server", false],
  [501, "refused_by_server", false],
  [408, "timed_out", true],
  [425, "server_error", true],
  [429, "rate_limited", true],
  [500, "server_error", true],
  [502, "server_error", true],
  [503, "server_error", true],
  [204, "bad_response", true],
  [304, "bad_response", true],
] as const)("status %i is %s; asked again: %s", async (status, code, retryable) => {
  await using origin = await startOrigin({
    "/a.bin": { size: 10, status, ...(status === 204 ? { text: "" } : {}) },
  });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code, retryable } });
  expect(outcome).toHaveProperty("failure.message", expect.stringContaining(String(status)));
  expect(origin.requests).toHaveLength(retryable ? 5 : 1);
  expect(await bench.names()).toEqual([]);
});

test.each([
  ["seconds", 50],
  ["a date", "date:50"],
] as const)("Retry-After in %s is obeyed within the run", async (_, retryAfter) => {
  await using origin = await startOrigin({
    "/a.bin": { size: 10, rules: [{ times: 2, status: 429, retryAfter }] },
  });
  await using bench = await createBench({ random: () => 0 });
  const { outcome, reports } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome.kind).toBe("complete");
  expect(bench.clock.sleeps).toHaveLength(2);
  // A date comes nearer while the answer is on its way.
  expect(bench.clock.sleeps[0]).toBeGreaterThan(typeof retryAfter === "number" ? 49_000 : 5_000);
  expect(bench.clock.sleeps[0]).toBeLessThanOrEqual(50_000);
  expect(reports.find(({ stage }) => stage === "waiting")?.note).toMatch(/429 Too Many Requests.*in \d+ s/);
});

test("a server that wants to be left alone for long gets its time, and the place is free meanwhile", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 10, status: 503, retryAfter: 3600 } });
  await using bench = await createBench();
  const now = bench.clock.now();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "server_error", retryable: true } });
  const retryAt = outcome.kind === "failed" ? outcome.failure.retryAt : null;
  expect((retryAt ?? 0) - now).toBeGreaterThan(3_590_000);
  expect(bench.clock.sleeps).toEqual([]);
});

test("a connection that is refused, a name that does not exist: said in words, without the query", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await using bench = await createBench({ limits: { failuresInARow: 1 } });
  const refused = await bench.run({ url: `http://127.0.0.1:${port}/a.bin?token=sesame` });
  expect(refused.outcome).toMatchObject({ failure: { code: "connection_failed", retryable: true } });
  expect(refused.outcome).toHaveProperty("failure.message", `127.0.0.1:${port} refuses connections.`);
  const unknown = await bench.run({ url: "http://no-such-host.invalid/a.bin?token=sesame" });
  expect(unknown.outcome).toMatchObject({ failure: { code: "dns_failed" } });
  expect(JSON.stringify([refused, unknown])).not.toContain("sesame");
});

test.each([
  ["no HTTP at all", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
  ["a header of 100 KB", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`],
  ["two different lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"],
  ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nxx"],
  ["nothing", ""],
])("an answer that is %s is a failure, not a file", async (_, raw) => {
  await using origin = await startOrigin({ "/a.bin": { size: 10, raw } });
  await using bench = await createBench({ limits: { failuresInARow: 2 } });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { retryable: true } });
  expect(await bench.names()).toEqual([]);
});

test.each(["ftp://example.org/a", "file:///etc/passwd", "data:text/plain,x", "not an address"])(
  "%s cannot be fetched",
  async (url) => {
    await using bench = await createBench();
    const { outcome } = await bench.run({ url, name: "a" });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "unsupported" } });
  },
);

test.each(["", ".", "..", "a/b", "../a", "a.part", "x".repeat(250)])(
  "%j is no name for a file",
  async (name) => {
    await using bench = await createBench();
    const { outcome } = await bench.run({ url: "http://127.0.0.1:9/a", name });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "path_refused" } });
  },
);
