import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import type { FileSpec } from "../../test/world/origin.ts";
import { createBench, fetching, sha256, HastyClock } from "./testing/bench.ts";

const MB = 1_000_000;

test("a file arrives whole under its name, and nothing else stays in the folder", async () => {
  await using origin = await startOrigin({ "/a.safetensors": { size: 5 * MB } });
  await using bench = await createBench({ userAgent: "haulyard/test" });
  const { outcome, resolved } = await bench.run({ url: `${origin.url}/a.safetensors` });
  expect(outcome).toEqual({
    kind: "complete",
    path: bench.path("a.safetensors"),
    size: 5 * MB,
    checksumState: { kind: "unverified", reason: "No hash is known for this file." },
    alreadyThere: false,
  });
  expect(await bench.hash("a.safetensors")).toBe(origin.hash("/a.safetensors"));
  expect(await bench.names()).toEqual(["a.safetensors"]);
  expect(resolved).toEqual([{ path: bench.path("a.safetensors"), name: "a.safetensors", size: 5 * MB }]);
  expect(origin.requests).toHaveLength(1);
  expect(origin.requests[0]?.headers).toMatchObject({
    "accept-encoding": "identity",
    "user-agent": "haulyard/test",
  });
  expect(origin.requests[0]?.range).toBeNull();
});

test("missing folders are made, and taken away again when nothing came", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 10 } });
  await using bench = await createBench();
  const deep = bench.path("new/er/est");
  const missing = await bench.run({ url: `${origin.url}/none.bin`, folder: deep });
  expect(missing.outcome).toMatchObject({ kind: "failed", failure: { code: "not_found" } });
  expect(await bench.names()).toEqual([]);
  const there = await bench.run({ url: `${origin.url}/a.bin`, folder: deep });
  expect(there.outcome.kind).toBe("complete");
  expect((await stat(`${deep}/a.bin`)).size).toBe(10);
});

test.each(["sha256", "sha512", "sha1", "md5"] as const)("a known %s is verified", async (algorithm) => {
  await using origin = await startOrigin({ "/a.bin": { size: 3 * MB } });
  await using bench = await createBench();
  const hex = origin.hash("/a.bin", algorithm).toUpperCase();
  const checksum = { algorithm, hex, origin: "the entry" };
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, checksum });
  expect(outcome).toMatchObject({
    kind: "complete",
    checksumState: { kind: "verified", algorithm, hex: hex.toLowerCase(), origin: "the entry" },
  });
});

test("wrong bytes under right headers are caught by the hash, and nothing of them is kept", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 3 * MB } });
  const checksum = sha256(origin.hash("/a.bin"));
  origin.change("/a.bin", { wrongBytes: true });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, checksum });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "checksum_mismatch", retryable: false } });
  expect(outcome).toHaveProperty("failure.message", expect.stringContaining(checksum.hex));
  expect(await bench.names()).toEqual([]);
  expect(origin.requests).toHaveLength(1);
});

test.each([
  ["chunked", { length: "chunked" }, "No hash is known for this file."],
  [
    "ended by the connection",
    { length: "close" },
    "The server gave neither a hash nor the length: the file may be cut short.",
  ],
] as const)("a body that is %s is taken, its size told once it is known", async (_, answer, reason) => {
  await using origin = await startOrigin({ "/a.bin": { size: 2 * MB, ...answer } });
  await using bench = await createBench();
  const { outcome, resolved, reports } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({
    kind: "complete",
    size: 2 * MB,
    checksumState: { kind: "unverified", reason },
  });
  expect(resolved[0]?.size).toBeNull();
  expect(reports.find(({ stage }) => stage === "downloading")?.bytesTotal).toBeNull();
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
});

test("a body cut short by its connection is not taken for whole when the entry knows the size", async () => {
  await using origin = await startOrigin({
    "/a.bin": { size: 2 * MB, rules: [{ length: "close", cutAfter: MB, times: 1 }] },
  });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, size: 2 * MB });
  expect(outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(fetching(origin.requests).map(({ status }) => status)).toEqual([200, 206]);
});

test("an empty file is a file, where an empty one is meant", async () => {
  await using origin = await startOrigin({ "/empty.bin": { size: 0 }, "/empty.gguf": { size: 0 } });
  await using bench = await createBench();
  expect((await bench.run({ url: `${origin.url}/empty.bin` })).outcome).toMatchObject({
    kind: "complete",
    size: 0,
  });
  expect((await bench.run({ url: `${origin.url}/empty.gguf` })).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "wrong_content" },
  });
  origin.put("/none.bin", { size: 0, length: "chunked" });
  expect((await bench.run({ url: `${origin.url}/none.bin` })).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "wrong_content" },
  });
  expect(await bench.names()).toEqual(["empty.bin"]);
});

test("progress goes up to the whole, in order: connecting, downloading, verifying, placing", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 5 * MB } });
  await using bench = await createBench();
  const { reports } = await bench.run({
    url: `${origin.url}/a.bin`,
    checksum: sha256(origin.hash("/a.bin")),
  });
  const stages = reports.map(({ stage }) => stage).filter((stage, at, all) => stage !== all[at - 1]);
  expect(stages).toEqual(["connecting", "downloading", "verifying", "placing"]);
  const bytes = reports.map(({ bytesDone }) => bytesDone);
  expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  expect(reports.at(-1)).toMatchObject({ bytesDone: 5 * MB, bytesTotal: 5 * MB, restarts: 0 });
  expect(reports.findLast(({ stage }) => stage === "verifying")?.bytesVerified).toBe(5 * MB);
  expect(reports.find(({ stage }) => stage === "downloading")?.connections).toBe(1);
});

test("a size that differs from the entry's is told before a byte is fetched", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 50 * MB } });
  await using bench = await createBench();
  const { outcome, resolved } = await bench.run({ url: `${origin.url}/a.bin`, size: 49 * MB });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "size_mismatch" } });
  expect(resolved).toEqual([]);
  expect(await bench.names()).toEqual([]);
  expect(origin.bytesSent("/a.bin")).toBeLessThan(10 * MB);
});

test("whoever objects to the file before it is written is heard", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 50 * MB } });
  await using bench = await createBench();
  const objection = {
    code: "destination_busy",
    message: "taken",
    advice: "",
    retryable: false,
    retryAt: null,
  } as const;
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` }, { resolved: () => objection });
  expect(outcome).toEqual({ kind: "failed", failure: objection, bytesCame: false });
  expect(await bench.names()).toEqual([]);
});

test.each<[string, Partial<FileSpec>, string]>([
  ["a login page", { html: "Sign in to Example" }, "a web page (“Sign in to Example”)"],
  ["a JSON message", { text: '{"error": "quota exceeded"}' }, "a JSON message (“quota exceeded”)"],
  ["an XML error", { text: "<Error><Message>No key</Message></Error>" }, "an XML document (“No key”)"],
  [
    "a Git LFS pointer",
    { text: "version https://git-lfs.github.com/spec/v1\noid sha256:00" },
    "Git LFS pointer",
  ],
  ["a short text", { text: "Rate limit!" }, "a text: “Rate limit!”"],
  ["noise", { size: 4 * MB, head: "none" }, "something else"],
])("%s in place of a model is a failure that says so", async (_, answer, words) => {
  await using origin = await startOrigin({ "/m.safetensors": { size: 100, ...answer } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/m.safetensors` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "wrong_content", retryable: false } });
  expect(outcome).toHaveProperty("failure.message", expect.stringContaining(words));
  expect(await bench.names()).toEqual([]);
});

test("gzip that was not asked for is refused, but an archive that is gzip by itself is not", async () => {
  await using origin = await startOrigin({
    "/a.bin": { size: 1000, gzip: true },
    "/a.tar.gz": { size: 1000, headers: { "Content-Encoding": "x-gzip" } },
  });
  await using bench = await createBench();
  expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "encoded_content" },
  });
  expect((await bench.run({ url: `${origin.url}/a.tar.gz` })).outcome.kind).toBe("complete");
  expect(await bench.hash("a.tar.gz")).toBe(origin.hash("/a.tar.gz"));
});

test("a part sent for the whole file is no file", async () => {
  await using origin = await startOrigin({
    "/a.bin": { size: 1000, status: 206, text: "xx", headers: { "Content-Range": "bytes 0-1/2" } },
  });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "bad_response", retryable: true } });
  expect(await bench.names()).toEqual([]);
});

test("a limit of bytes per second is kept", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: MB } });
  const clock = HastyClock.standing();
  await using bench = await createBench({ clock });
  const began = clock.now();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` }, { limitBytesPerSecond: () => 100_000 });
  expect(outcome.kind).toBe("complete");
  const seconds = (clock.now() - began) / 1000;
  expect(seconds).toBeGreaterThan(9);
  expect(seconds).toBeLessThan(13);
});

test("a limit that is set while the bytes flow holds from then on", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 2 * MB } });
  const clock = HastyClock.standing();
  await using bench = await createBench({ clock });
  let limit: number | null = null;
  let limitedAt = 0;
  const { outcome } = await bench.run(
    { url: `${origin.url}/a.bin` },
    {
      limitBytesPerSecond: () => limit,
      progress: ({ bytesDone }) => {
        if (limit !== null || bytesDone < MB) return;
        limit = 100_000;
        limitedAt = clock.now();
      },
    },
  );
  expect(outcome.kind).toBe("complete");
  const seconds = (clock.now() - limitedAt) / 1000;
  expect(seconds).toBeGreaterThan(4);
  expect(seconds).toBeLessThan(13);
});
