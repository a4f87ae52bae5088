import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { FileSpec } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import { createBench, fetching, sha256 } from "./testing/bench.ts";

const MB = 1_000_000;
const MiB = 1024 * 1024;
const SIZE = 5 * MB;

test("a file that is there with the right hash is verified without a request", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin"), origin.bytes("/a.bin"));
  const checksum = sha256(origin.hash("/a.bin"));
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, size: SIZE, checksum });
  expect(outcome).toEqual({
    kind: "complete",
    path: bench.path("a.bin"),
    size: SIZE,
    checksumState: { kind: "verified", algorithm: "sha256", hex: checksum.hex, origin: "the test" },
    alreadyThere: true,
  });
  expect(origin.requests).toEqual([]);
});

test("a file of the right size counts as there, unverified; its bytes are not fetched", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin"), origin.bytes("/a.bin"));
  for (const size of [SIZE, null]) {
    const { outcome, resolved, reports } = await bench.run({ url: `${origin.url}/a.bin`, size });
    // Whoever looks at the job later sees how large the file is.
    expect(reports.at(-1)).toMatchObject({ bytesDone: SIZE, bytesTotal: SIZE });
    expect(outcome).toMatchObject({
      kind: "complete",
      alreadyThere: true,
      checksumState: { kind: "unverified" },
    });
    expect(resolved).toEqual([{ path: bench.path("a.bin"), name: "a.bin", size: SIZE }]);
  }
  expect(origin.bytesSent("/a.bin")).toBe(1);
});

test("an unfinished file under its final name is never taken for whole", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin"), origin.bytes("/a.bin", 0, 3 * MB));
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "destination_exists" } });
  expect((await stat(bench.path("a.bin"))).size).toBe(3 * MB);
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("a different file stays as it is, unless it is to be replaced", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin"), "something else");
  const spec = { url: `${origin.url}/a.bin` };
  const refused = await bench.run(spec);
  expect(refused.outcome).toMatchObject({ failure: { code: "destination_exists" } });
  expect(await readFile(bench.path("a.bin"), "utf8")).toBe("something else");

  const stopped = await bench.runUntil({ ...spec, ifExists: "replace" }, 2 * MB);
  expect(stopped.outcome.kind).toBe("stopped");
  expect(await readFile(bench.path("a.bin"), "utf8")).toBe("something else");
  const replaced = await bench.run({ ...spec, ifExists: "replace" });
  expect(replaced.outcome).toMatchObject({ kind: "complete", alreadyThere: false });
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("the right size with the wrong hash is a different file", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE }, "/b.bin": { size: SIZE, seed: 2 } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin"), origin.bytes("/b.bin"));
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  for (const ifExists of ["refuse", "adopt"] as const) {
    const { outcome } = await bench.run({ ...spec, ifExists });
    expect(outcome).toMatchObject({ failure: { code: "destination_exists" } });
  }
  expect((await bench.run({ ...spec, ifExists: "replace" })).outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
});

test("a name that appears while the file is on its way is not overwritten", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench({
    onPoint: async (point, path) => {
      if (point === "synced") await writeFile(path, "somebody else's");
    },
  });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "destination_exists" } });
  expect(await readFile(bench.path("a.bin"), "utf8")).toBe("somebody else's");
  expect(await bench.names()).toEqual(["a.bin", "a.bin.part", "a.bin.part.json"]);
});

test("a beginning that an old system left is taken over and completed", async () => {
  await using origin = await startOrigin({ "/a.safetensors": { size: SIZE } });
  await using bench = await createBench();
  await writeFile(bench.path("a.safetensors"), origin.bytes("/a.safetensors", 0, 3 * MB));
  const { outcome } = await bench.run({ url: `${origin.url}/a.safetensors`, ifExists: "adopt" });
  expect(outcome).toMatchObject({ kind: "complete", alreadyThere: false });
  expect(await bench.hash("a.safetensors")).toBe(origin.hash("/a.safetensors"));
  expect(await bench.names()).toEqual(["a.safetensors"]);
  expect(fetching(origin.requests).map(({ range }) => range)).toEqual([
    "bytes=0-0",
    `bytes=${3 * MB - MiB}-${3 * MB - 1}`,
    `bytes=${3 * MB}-`,
  ]);
});

test.each<[string, number, Partial<FileSpec>]>([
  ["that is not the server's", 3 * MB, { seed: 2 }],
  ["that is longer than the server's", 6 * MB, {}],
  ["where the server has no ranges", 3 * MB, { ranges: "off" }],
  ["where the server does not say the length", 3 * MB, { ranges: "off", length: "chunked" }],
])("a beginning %s is left untouched", async (_, length, change) => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE }, "/long.bin": { size: 7 * MB } });
  await using bench = await createBench();
  const before = origin.bytes(length > SIZE ? "/long.bin" : "/a.bin", 0, length);
  await writeFile(bench.path("a.bin"), before);
  origin.change("/a.bin", change);
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, ifExists: "adopt" });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "destination_exists" } });
  expect((await readFile(bench.path("a.bin"))).equals(before)).toBe(true);
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("what was taken over and turns out not to be a file of its kind is not placed", async () => {
  await using origin = await startOrigin({ "/a.gguf": { size: SIZE, head: "none" } });
  await using bench = await createBench();
  await writeFile(bench.path("a.gguf"), origin.bytes("/a.gguf", 0, 3 * MB));
  const { outcome } = await bench.run({ url: `${origin.url}/a.gguf`, ifExists: "adopt" });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "wrong_content" } });
  expect(await bench.names()).not.toContain("a.gguf");
});

test("an empty file that an old system left stands for nothing and is taken over", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin"), "");
  expect((await bench.run({ url: `${origin.url}/a.bin`, ifExists: "adopt" })).outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
});

test("a server that cannot be asked leaves the file as it is", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, status: 503 } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin"), "x");
  for (const ifExists of ["refuse", "adopt", "replace"] as const) {
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, ifExists });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "server_error" } });
  }
  expect(await readFile(bench.path("a.bin"), "utf8")).toBe("x");
});

test("a folder or a dead link under the name is never replaced; a link to a whole file is the file", async () => {
  await using origin = await startOrigin({
    "/a.bin": { size: SIZE },
    "/b.bin": { size: SIZE },
    "/c.bin": { size: SIZE },
  });
  await using bench = await createBench();
  await mkdir(bench.path("a.bin"));
  await symlink("/nowhere/at/all", bench.path("b.bin"));
  await writeFile(bench.path("real"), origin.bytes("/c.bin"));
  await symlink(bench.path("real"), bench.path("c.bin"));
  for (const ifExists of ["refuse", "adopt", "replace"] as const) {
    for (const name of ["a.bin", "b.bin"]) {
      const { outcome } = await bench.run({ url: `${origin.url}/${name}`, ifExists });
      expect(outcome).toMatchObject({ failure: { code: "destination_exists" } });
    }
    const { outcome } = await bench.run({ url: `${origin.url}/c.bin`, ifExists });
    expect(outcome).toMatchObject({ kind: "complete", alreadyThere: true });
  }
});

test("inspecting tells absent, partial, whole and different apart, and changes nothing", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const { signal } = new AbortController();
  const spec = { url: `${origin.url}/a.bin` };
  const inspect = (more = {}) => bench.transfer.inspect(bench.step({ ...spec, ...more }), signal);
  expect(await inspect()).toEqual({ kind: "absent" });
  expect(origin.requests).toEqual([]);

  await bench.runUntil(spec, 2 * MB);
  const partial = await inspect();
  expect(partial.kind).toBe("partial");
  expect(partial.kind === "partial" && partial.bytes).toBe((await stat(bench.path("a.bin.part"))).size);

  await bench.transfer.discardPartial(bench.path("a.bin"));
  expect(await bench.names()).toEqual([]);

  await writeFile(bench.path("a.bin"), origin.bytes("/a.bin"));
  expect(await inspect()).toEqual({ kind: "whole", bytes: SIZE });
  expect(await inspect({ size: SIZE })).toEqual({ kind: "whole", bytes: SIZE });
  expect(await inspect({ size: 7 })).toMatchObject({ kind: "different", bytes: SIZE });
  await writeFile(bench.path("a.bin"), "short");
  expect(await inspect()).toMatchObject({ kind: "different", bytes: 5 });
  expect(await inspect({ name: null })).toMatchObject({ kind: "different", bytes: 5 });
  origin.change("/a.bin", { status: 500 });
  expect(await inspect()).toMatchObject({
    kind: "different",
    reason: expect.stringContaining("500") as string,
  });
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("discarding a partial leaves a download that is at work alone, and the file itself anyway", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, bytesPerSecond: 4 * MB } });
  await using bench = await createBench();
  const running = bench.run({ url: `${origin.url}/a.bin` });
  await origin.until(({ requests }) => (requests[0]?.bytesSent ?? 0) > MB);
  await bench.transfer.discardPartial(bench.path("a.bin"));
  expect((await running).outcome.kind).toBe("complete");
  await bench.transfer.discardPartial(bench.path("a.bin"));
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  await bench.transfer.discardPartial(bench.path("no/such/folder/a.bin"));
});
