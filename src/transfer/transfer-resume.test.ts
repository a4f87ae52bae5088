import { link, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { FileSpec, Origin } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import type { Bench, RunResult, RunSpec } from "./testing/bench.ts";
import { createBench, fetching, sha256 } from "./testing/bench.ts";

const MB = 1_000_000;
const MiB = 1024 * 1024;
const SIZE = 8 * MB;

/** A run that is stopped when about half is there. Answers how many bytes the ledger claims then. */
async function half(bench: Bench, spec: RunSpec): Promise<number> {
  const { outcome } = await bench.runUntil(spec, 4 * MB);
  expect(outcome).toEqual({ kind: "stopped" });
  const name = bench.step(spec).name ?? "";
  expect(await bench.names()).toEqual([`${name}.part`, `${name}.part.json`]);
  const { done } = JSON.parse(await readFile(bench.path(`${name}.part.json`), "utf8")) as {
    done: [number, number][];
  };
  const claimed = done[0]?.[1] ?? 0;
  expect(done).toEqual([[0, claimed]]);
  expect(claimed).toBeGreaterThanOrEqual(4 * MB);
  expect(claimed).toBeLessThan(SIZE);
  return claimed;
}

async function expectWhole(
  bench: Bench,
  origin: Origin,
  path: string,
  { outcome }: RunResult,
): Promise<void> {
  expect(outcome).toMatchObject({ kind: "complete", alreadyThere: false });
  const name = path.slice(1);
  expect(await bench.hash(name)).toBe(origin.hash(path));
  expect(await bench.names()).toEqual([name]);
}

test("a stopped download goes on from the last byte, under the validator it began with", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  const claimed = await half(bench, spec);
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.outcome).toMatchObject({ checksumState: { kind: "verified" } });
  expect(origin.requests[1]).toMatchObject({ range: `bytes=${claimed}-`, status: 206 });
  expect(origin.requests[1]?.headers["if-range"]).toBe(`"1-${SIZE}"`);
  expect(origin.requests[1]?.bytesSent).toBe(SIZE - claimed);
  expect(result.reports.some(({ restarts }) => restarts > 0)).toBe(false);
  expect(result.reports[0]?.bytesDone).toBe(0);
  expect(Math.min(...result.reports.slice(1).map(({ bytesDone }) => bytesDone))).toBe(claimed);
});

test("without an ETag the date and the length vouch for the parts", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, etag: "none" } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  const claimed = await half(bench, spec);
  await expectWhole(bench, origin, "/a.bin", await bench.run(spec));
  expect(origin.requests[1]?.range).toBe(`bytes=${claimed}-`);
  expect(origin.requests[1]?.headers["if-range"]).toBe("Mon, 01 Jan 2024 00:00:00 GMT");
});

const NO_VALIDATOR: Record<string, Partial<FileSpec>> = {
  "no validator": { etag: "none", lastModified: null },
  "a weak ETag": { etag: "weak", lastModified: null },
  "a date too young to be relied on": { etag: "none", lastModified: "now" },
};

test.each(Object.entries(NO_VALIDATOR))(
  "with %s the last stored MiB is fetched again and compared before going on",
  async (_, answer) => {
    const fixed = answer.lastModified === "now" ? { lastModified: new Date().toUTCString() } : {};
    await using origin = await startOrigin({ "/a.bin": { size: SIZE, ...answer, ...fixed } });
    await using bench = await createBench();
    const spec = { url: `${origin.url}/a.bin` };
    const claimed = await half(bench, spec);
    const result = await bench.run(spec);
    await expectWhole(bench, origin, "/a.bin", result);
    expect(fetching(origin.requests)).toHaveLength(2);
    expect(origin.requests[1]?.range).toBe(`bytes=${claimed - MiB}-`);
    expect(origin.requests[1]?.headers).not.toHaveProperty("if-range");
    expect(result.reports.at(-1)?.restarts).toBe(0);
  },
);

test.each(Object.entries(NO_VALIDATOR))(
  "with %s a file that changed on the server is begun anew, never mixed",
  async (_, answer) => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE, ...answer } });
    await using bench = await createBench();
    const spec = { url: `${origin.url}/a.bin` };
    await half(bench, spec);
    origin.change("/a.bin", { seed: 2 });
    const result = await bench.run(spec);
    await expectWhole(bench, origin, "/a.bin", result);
    expect(result.reports.at(-1)?.restarts).toBe(1);
  },
);

test.each<[string, Partial<FileSpec>]>([
  ["of the same size", { seed: 2 }],
  ["that is shorter", { seed: 2, size: 6 * MB }],
  ["that is shorter than what is stored", { seed: 2, size: MB }],
  ["that is longer", { seed: 2, size: 9 * MB }],
  ["by a server that ignores If-Range", { seed: 2, ifRange: "ignored" }],
  ["shorter, by a server that ignores If-Range", { seed: 2, size: MB, ifRange: "ignored" }],
  ["by a server that forgot its ETags and ignores If-Range", { seed: 2, ifRange: "ignored", etag: "none" }],
  ["by a server without ranges", { seed: 2, ranges: "off" }],
])("a file that was replaced between two runs, %s, is begun anew and never mixed", async (_, change) => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  origin.change("/a.bin", change);
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(1);
});

test.each<[string, Partial<FileSpec>]>([
  ["ignores ranges", { ranges: "ignored" }],
  ["never had ranges", { ranges: "off" }],
])("a server that %s sends the whole file: begun anew, and said so", async (_, change) => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  origin.change("/a.bin", change);
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)).toMatchObject({ restarts: 1, bytesDone: SIZE });
  expect(origin.requests).toHaveLength(2);
});

const BROKEN_PARTS = ["wrong_start", "no_content_range", "multipart", "wrong_unit"] as const;

test.each(BROKEN_PARTS)("a 206 with %s is never written; once is an accident", async (partial) => {
  await using origin = await startOrigin({
    "/a.bin": { size: SIZE, rules: [{ when: { ranged: true }, times: 1, partial }] },
  });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(0);
});

test.each([...BROKEN_PARTS, "wrong_total"] as const)(
  "a server whose 206 always has %s is asked for the whole file",
  async (partial) => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE, partial } });
    await using bench = await createBench();
    const spec = { url: `${origin.url}/a.bin` };
    await half(bench, spec);
    const result = await bench.run(spec);
    await expectWhole(bench, origin, "/a.bin", result);
    expect(result.reports.at(-1)?.restarts).toBe(1);
  },
);

test("a 206 without the total is fine as long as the validator is right", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, partial: "unknown_total" } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(0);
});

test("a server that gives less than asked for is asked for the rest", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, capBytes: MB } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  await expectWhole(bench, origin, "/a.bin", await bench.run(spec));
  expect(origin.requests.length).toBeGreaterThan(3);
  expect(bench.clock.sleeps).toEqual([]);
});

test("a chunked 206 is taken", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, length: "chunked" } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin`, size: SIZE };
  await half(bench, spec);
  await expectWhole(bench, origin, "/a.bin", await bench.run(spec));
});

test("a 206 that is longer than it says is not believed", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  const claimed = await half(bench, spec);
  const raw = [
    "HTTP/1.1 206 Partial Content",
    `ETag: "1-${SIZE}"`,
    `Content-Range: bytes ${claimed}-${claimed + 3}/${SIZE}`,
    "Transfer-Encoding: chunked",
    "",
    "2\r\nxx\r\n9\r\nxxxxxxxxx\r\n0\r\n\r\n",
  ].join("\r\n");
  origin.change("/a.bin", { rules: [{ when: { ranged: true }, times: 1, raw }] });
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(0);
});

test("a login page that comes only at resume touches nothing of what is stored", async () => {
  await using origin = await startOrigin({ "/a.gguf": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.gguf` };
  const claimed = await half(bench, spec);
  const before = await readFile(bench.path("a.gguf.part"));
  origin.change("/a.gguf", { html: "Session expired" });
  const { outcome } = await bench.run(spec);
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "wrong_content" } });
  expect((await readFile(bench.path("a.gguf.part"))).equals(before)).toBe(true);
  origin.put("/a.gguf", { size: SIZE });
  await expectWhole(bench, origin, "/a.gguf", await bench.run(spec));
  expect(fetching(origin.requests).at(-1)?.range).toBe(`bytes=${claimed}-`);
});

test("a compressed answer at resume touches nothing either", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  const before = await bench.hash("a.bin.part");
  origin.change("/a.bin", { gzip: true });
  expect((await bench.run(spec)).outcome).toMatchObject({ failure: { code: "encoded_content" } });
  expect(await bench.hash("a.bin.part")).toBe(before);
});

test("a file that is complete already is verified and placed without asking the server", async () => {
  let reached = false;
  const controller = new AbortController();
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench({
    onPoint: (point) => {
      if (point === "verifying" && !reached) controller.abort();
      reached ||= point === "verifying";
    },
  });
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  const first = await bench.run(spec, { signal: controller.signal });
  expect(first.outcome).toEqual({ kind: "stopped" });
  expect(origin.requests).toHaveLength(1);
  const second = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", second);
  expect(origin.requests).toHaveLength(1);
  expect(second.resolved).toEqual([{ path: bench.path("a.bin"), name: "a.bin", size: SIZE }]);
});

test("416 at the very end of a file of unknown length means: complete", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, length: "chunked" } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  // As if the connection broke just before the end was told: all bytes are there, the length is not.
  const ledger = JSON.parse(await readFile(bench.path("a.bin.part.json"), "utf8")) as Record<string, unknown>;
  await writeFile(bench.path("a.bin.part"), origin.bytes("/a.bin"));
  await writeFile(bench.path("a.bin.part.json"), JSON.stringify({ ...ledger, done: [[0, SIZE]] }));
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(origin.requests.at(-1)).toMatchObject({ status: 416, range: `bytes=${SIZE}-` });
});

test("another address with the same object goes on; with another object it begins anew", async () => {
  await using origin = await startOrigin({
    "/a.bin": { size: SIZE },
    "/mirror/a.bin": { size: SIZE },
    "/other/a.bin": { size: SIZE, seed: 2 },
    "/silent/a.bin": { size: SIZE, etag: "none", lastModified: null, ifRange: "ignored" },
  });
  for (const [path, restarts] of [
    ["/mirror/a.bin", 0],
    ["/other/a.bin", 1],
    ["/silent/a.bin", 1],
  ] as const) {
    await using bench = await createBench();
    const claimed = await half(bench, { url: `${origin.url}/a.bin` });
    const result = await bench.run({ url: origin.url + path });
    expect(result.outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(origin.hash(path));
    expect(result.reports.at(-1)?.restarts).toBe(restarts);
    expect(origin.seen(path)[0]?.range).toBe(`bytes=${claimed - MiB}-`);
  }
});

test("a signed link that was renewed goes on, and its secret is in no file", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  await half(bench, { url: `${origin.url}/a.bin?X-Amz-Signature=sesame&expires=1` });
  const text = await readFile(bench.path("a.bin.part.json"), "utf8");
  expect(text).not.toContain("sesame");
  expect(text).toContain("/a.bin?X-Amz-Signature=***");
  const result = await bench.run({ url: `${origin.url}/a.bin?X-Amz-Signature=tulip&expires=2` });
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(0);
});

test("a hash that does not fit after a resume leads to one fresh start, and a second time to a failure", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  await half(bench, spec);
  const damaged = await readFile(bench.path("a.bin.part"));
  damaged[1000] = (damaged[1000] ?? 0) ^ 1;
  await writeFile(bench.path("a.bin.part"), damaged);
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(1);

  origin.change("/a.bin", { wrongBytes: true });
  await using other = await createBench();
  await half(other, spec);
  expect((await other.run(spec)).outcome).toMatchObject({ failure: { code: "checksum_mismatch" } });
  expect(await other.names()).toEqual([]);
});

test("an entry whose hash or size was corrected since does not go on with the old bytes", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  for (const before of [
    { size: SIZE, checksum: sha256("0".repeat(64)) },
    { checksum: sha256("1".repeat(64)) },
  ]) {
    await using bench = await createBench();
    await half(bench, { url: `${origin.url}/a.bin`, ...before });
    const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
    const result = await bench.run(spec);
    await expectWhole(bench, origin, "/a.bin", result);
    expect(result.reports.at(-1)?.restarts).toBe(1);
  }
});

test("a published hash vouches for the bytes when the store changes its ETags", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  const linked = {
    headers: { "X-Linked-Etag": `"${origin.hash("/a.bin")}"`, "X-Linked-Size": String(SIZE) },
  };
  origin.change("/a.bin", linked);
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  const claimed = await half(bench, spec);
  origin.change("/a.bin", { etag: '"another node"', lastModified: null });
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(0);
  expect(result.outcome).toMatchObject({ checksumState: { kind: "verified", origin: "X-Linked-Etag" } });
  expect(origin.requests.slice(1).map(({ range, headers }) => [range, headers["if-range"]])).toEqual([
    [`bytes=${claimed}-`, `"1-${SIZE}"`],
    [`bytes=${claimed - MiB}-`, undefined],
  ]);
});

test("bytes that no ledger claims are not used, whatever they are", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  const spec = { url: `${origin.url}/a.bin` };
  for (const spoil of [
    (bench: Bench) => writeFile(bench.path("a.bin.part.json"), "{ not json"),
    (bench: Bench) => writeFile(bench.path("a.bin.part.json"), '{"haulyard":"ledger","version":2}'),
    (bench: Bench) => truncate(bench.path("a.bin.part"), 0),
    (bench: Bench) => link(bench.path("a.bin.part"), bench.path("second name")),
  ]) {
    await using bench = await createBench();
    await half(bench, spec);
    await spoil(bench);
    expect((await bench.run(spec)).outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect((await stat(bench.path("a.bin"))).nlink).toBe(1);
  }
});

test("a partial that is longer than the object ends as long as the object", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  await truncate(bench.path("a.bin.part"), SIZE + 1000);
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(0);
});

test("before the first byte of another version is written, the ledger claims nothing of the one before", async () => {
  const claims: unknown[] = [];
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench({
    onPoint: async (point, path) => {
      if (point !== "began") return;
      const { done, facts } = JSON.parse(await readFile(`${path}.part.json`, "utf8")) as Record<
        string,
        unknown
      >;
      claims.push([done, (facts as { etag: string }).etag, (await stat(`${path}.part`)).size]);
    },
  });
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  origin.change("/a.bin", { seed: 2 });
  await expectWhole(bench, origin, "/a.bin", await bench.run(spec));
  expect(claims).toEqual([
    [[], `"1-${SIZE}"`, 0],
    [[], `"2-${SIZE}"`, 0],
  ]);
});

test("a partial that is shorter than its ledger says goes on from its real end", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  await truncate(bench.path("a.bin.part"), 3 * MB);
  await expectWhole(bench, origin, "/a.bin", await bench.run(spec));
  expect(origin.requests[1]?.range).toBe(`bytes=${3 * MB}-`);
});

test("a partial that was moved to another disk is compared before it goes on, also if it is complete", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  const copy = async (): Promise<void> => {
    const bytes = await readFile(bench.path("a.bin.part"));
    await rm(bench.path("a.bin.part"));
    await writeFile(bench.path("a.bin.part"), bytes);
  };
  const claimed = await half(bench, spec);
  await copy();
  const result = await bench.run(spec);
  await expectWhole(bench, origin, "/a.bin", result);
  expect(result.reports.at(-1)?.restarts).toBe(0);
  expect(fetching(origin.requests).at(-1)?.range).toBe(`bytes=${claimed - 2 * MiB}-`);
});

test("another file under the name of the partial is never taken for its bytes", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  for (const length of [14, 5 * MB, SIZE]) {
    await using bench = await createBench();
    const spec = { url: `${origin.url}/a.bin` };
    await half(bench, spec);
    await rm(bench.path("a.bin.part"));
    await writeFile(bench.path("a.bin.part"), Buffer.alloc(length, 7));
    const result = await bench.run(spec);
    await expectWhole(bench, origin, "/a.bin", result);
    expect(result.reports.at(-1)?.restarts).toBe(1);
  }
});

test("nothing is ever written or read through a symbolic link at the partial or its ledger", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  const spec = { url: `${origin.url}/a.bin` };
  for (const name of ["a.bin.part", "a.bin.part.json", "a.bin.part.json.tmp"]) {
    await using bench = await createBench();
    await writeFile(bench.path("precious"), "precious");
    await symlink(bench.path("precious"), bench.path(name));
    const { outcome } = await bench.run(spec);
    if (name.endsWith(".tmp")) expect(outcome.kind).toBe("complete");
    else expect(outcome).toMatchObject({ kind: "failed", failure: { code: "path_refused" } });
    expect(await readFile(bench.path("precious"), "utf8")).toBe("precious");
  }
});

test("stopping waits for nothing that is still to come, and the ledger claims what came", async () => {
  // Of the rest nothing ever comes.
  const answer = { bytesPerSecond: 2 * MB, cutAfter: 2 * MB, cut: "stall" } as const;
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, ...answer } });
  await using bench = await createBench();
  const controller = new AbortController();
  let came = 0;
  const { outcome } = await bench.run(
    { url: `${origin.url}/a.bin` },
    {
      signal: controller.signal,
      progress: ({ bytesDone }) => {
        came = bytesDone;
        if (bytesDone >= MB) controller.abort();
      },
    },
  );
  expect(outcome).toEqual({ kind: "stopped" });
  expect(origin.requests).toHaveLength(1);
  const text = await readFile(bench.path("a.bin.part.json"), "utf8");
  expect((JSON.parse(text) as { done: number[][] }).done).toEqual([[0, came]]);
  expect((await readFile(bench.path("a.bin.part"))).equals(origin.bytes("/a.bin", 0, came))).toBe(true);
});

test("a connection too slow to compare a few bytes over is left for another one", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  await half(bench, spec);
  // After the rest, the bytes that are compared: the first of them would take half a minute.
  const slow = { when: { ranged: true }, skip: 1, times: 1, bytesPerSecond: 2_000 };
  origin.put("/a.bin", { size: SIZE, rules: [slow] });
  const { outcome, reports } = await bench.run(spec);
  expect(outcome).toMatchObject({ kind: "complete", checksumState: { kind: "unverified" } });
  expect(reports.some(({ stage }) => stage === "waiting")).toBe(false);
  const [, , first, second] = origin.requests;
  // The server knows how its answers ended a moment after the client has every byte.
  await expect.poll(() => first).toMatchObject({ end: "client_left" });
  await expect.poll(() => second).toMatchObject({ range: first?.range, end: "done" });
  expect(second?.port).not.toBe(first?.port);
});
