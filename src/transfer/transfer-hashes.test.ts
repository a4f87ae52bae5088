/** Where the hash of a file comes from when nobody gave one, for a fresh start and for a resume. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { FileSpec, Origin } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import type { Bench } from "./testing/bench.ts";
import { createBench, sha256 } from "./testing/bench.ts";

const SIZE = 3_000_000;
const FILE = "/r/x.iso";

/** Puts the file and whatever tells its hash; `right` false: the hash is of something else. */
interface Source {
  origin: string;
  algorithm: string;
  put: (origin: Origin, right: boolean) => void;
}

function hash(origin: Origin, algorithm: string, encoding: "hex" | "base64", right: boolean): string {
  const bytes = right ? origin.bytes(FILE) : Buffer.from("something else");
  return createHash(algorithm).update(bytes).digest(encoding);
}

function inHeader(name: string, algorithm: string, write: (base64: string) => string): Source {
  const put = (origin: Origin, right: boolean): void =>
    origin.change(FILE, { headers: { [name]: write(hash(origin, algorithm, "base64", right)) } });
  return { origin: name, algorithm, put };
}

function inList(path: string, algorithm: string, write: (hex: string) => string, more = ""): Source {
  const put = (origin: Origin, right: boolean): void =>
    void origin.put(path, { size: 0, text: write(hash(origin, algorithm, "hex", right)) });
  return { origin: `${path.split("/").at(-1)} beside the file${more}`, algorithm, put };
}

const OTHER = "0".repeat(64);
const signed = (text: string): string =>
  `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${text}-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n`;

const SOURCES: Source[] = [
  inHeader("Repr-Digest", "sha256", (base64) => `sha-256=:${base64}:`),
  inHeader("Content-Digest", "sha512", (base64) => `sha-512=:${base64}:`),
  inHeader("Digest", "sha1", (base64) => `SHA=${base64}`),
  inHeader("x-amz-checksum-sha256", "sha256", (base64) => base64),
  inHeader("X-Goog-Hash", "md5", (base64) => `crc32c=AAAAAA==,md5=${base64}`),
  inHeader("Content-MD5", "md5", (base64) => base64),
  inList("/r/SHA256SUMS", "sha256", (hex) => `${OTHER} *y.iso\n${hex} *x.iso\n`),
  inList("/r/SHA512SUMS", "sha512", (hex) => `${hex}  x.iso\n`),
  inList("/r/CHECKSUM", "sha256", (hex) => `# x.iso: ${SIZE} bytes\nSHA256 (x.iso) = ${hex}\n`),
  inList(
    "/r/CHECKSUM",
    "sha256",
    (hex) => signed(`# x.iso: ${SIZE} bytes\nSHA256 (x.iso) = ${hex}\n`),
    " (its signature not checked)",
  ),
  inList("/r/sha256sum.txt", "sha256", (hex) => `${hex}  ./x.iso\n`),
  inList("/r/x.iso.sha256", "sha256", (hex) => hex),
  inList("/r/x.iso.sha512", "sha512", (hex) => `${hex}  build/x.iso\n`),
  inList("/r/x.iso.md5", "md5", (hex) => `MD5 (x.iso) = ${hex}\n`),
];

const CASES = SOURCES.flatMap((source) => [
  { ...source, start: "fresh" as const },
  { ...source, start: "resumed" as const },
]);

async function stopHalfWay(bench: Bench, url: string): Promise<void> {
  const { outcome } = await bench.runUntil({ url }, SIZE / 2);
  expect(outcome.kind).toBe("stopped");
}

describe.each(CASES)(
  "a hash told by $origin ($algorithm), $start",
  ({ origin: words, algorithm, put, start }) => {
    test("verifies the file, and is named", async () => {
      await using origin = await startOrigin({ [FILE]: { size: SIZE } });
      put(origin, true);
      await using bench = await createBench();
      const url = origin.url + FILE;
      if (start === "resumed") await stopHalfWay(bench, url);
      const { outcome, reports } = await bench.run({ url });
      expect(outcome).toMatchObject({
        kind: "complete",
        checksumState: {
          kind: "verified",
          algorithm,
          hex: hash(origin, algorithm, "hex", true),
          origin: words,
        },
      });
      expect(await bench.hash("x.iso")).toBe(origin.hash(FILE));
      expect(await bench.names()).toEqual(["x.iso"]);
      expect(reports.at(-1)?.restarts).toBe(0);
      // Not one byte of the file is fetched to find its hash.
      if (start === "fresh") expect(origin.bytesSent(FILE)).toBe(SIZE);
    });

    test("does not let other bytes pass", async () => {
      await using origin = await startOrigin({ [FILE]: { size: SIZE } });
      put(origin, false);
      await using bench = await createBench();
      const url = origin.url + FILE;
      if (start === "resumed") await stopHalfWay(bench, url);
      const { outcome } = await bench.run({ url });
      expect(outcome).toMatchObject({ kind: "failed", failure: { code: "checksum_mismatch" } });
      expect(outcome).toHaveProperty("failure.message", expect.stringContaining(words));
      expect(await bench.names()).toEqual([]);
    });
  },
);

const lists = (origin: Origin): string[] =>
  origin.requests.map(({ path }) => path).filter((path) => path !== FILE && !/\/\d+\.iso$/.test(path));
const listFor = (origin: Origin, path = FILE): string => `${origin.hash(path)}  ${path.split("/").at(-1)}\n`;

describe("lists beside the file", () => {
  test("are asked for only when the file has begun to come, and once", async () => {
    await using origin = await startOrigin({ [FILE]: { size: SIZE } });
    await using bench = await createBench();
    const url = origin.url + FILE;
    expect((await bench.run({ url })).outcome).toMatchObject({
      kind: "complete",
      checksumState: { kind: "unverified", reason: "No hash is known for this file." },
    });
    expect(origin.requests[0]?.path).toBe(FILE);
    expect(lists(origin)).toHaveLength(7);
    expect(new Set(lists(origin)).size).toBe(7);
    expect((await bench.run({ url, name: "again.iso" })).outcome.kind).toBe("complete");
    expect(lists(origin)).toHaveLength(7);
  });

  test("cost a folder of many files one request, and a folder without any no more than a few", async () => {
    await using origin = await startOrigin();
    await using bench = await createBench();
    const names = Array.from({ length: 12 }, (_, index) => `${index}.iso`);
    for (const name of names) {
      origin.put(`/listed/${name}`, { size: SIZE });
      origin.put(`/bare/${name}`, { size: SIZE, seed: 2 });
    }
    origin.put("/listed/SHA256SUMS", {
      size: 0,
      text: names.map((name) => listFor(origin, `/listed/${name}`)).join(""),
    });
    const runs = await Promise.all(names.map((name) => bench.run({ url: `${origin.url}/listed/${name}` })));
    for (const { outcome } of runs) expect(outcome).toMatchObject({ checksumState: { kind: "verified" } });
    expect(lists(origin)).toEqual(["/listed/SHA256SUMS"]);
    for (const name of names) await bench.run({ url: `${origin.url}/bare/${name}`, name: `bare-${name}` });
    const bare = lists(origin).filter((path) => path.startsWith("/bare/"));
    // Four lists of the folder; three files of its own for each of the first two, then nobody asks any more.
    expect(bare).toHaveLength(4 + 3 * 2);
  });

  test("are asked about again after a while, under their validator, and a 404 only much later", async () => {
    await using origin = await startOrigin({ [FILE]: { size: SIZE } });
    const list: FileSpec = { size: 0, text: listFor(origin), headers: { ETag: '"one"' } };
    origin.put("/r/CHECKSUM", { ...list, rules: [{ status: 304, skip: 1 }] });
    await using bench = await createBench();
    const run = async (name: string) => (await bench.run({ url: origin.url + FILE, name })).outcome;
    for (const [name, waitMinutes] of [
      ["a.iso", 0],
      ["b.iso", 4],
      ["c.iso", 4],
    ] as const) {
      await bench.clock.sleep(waitMinutes * 60_000);
      expect(await run(name)).toMatchObject({ checksumState: { kind: "verified" } });
    }
    expect(
      origin.seen("/r/CHECKSUM").map(({ status, headers }) => [status, headers["if-none-match"]]),
    ).toEqual([
      [200, undefined],
      [304, '"one"'],
    ]);
    expect(origin.seen("/r/SHA256SUMS")).toHaveLength(1);
    await bench.clock.sleep(61 * 60_000);
    expect(await run("d.iso")).toMatchObject({ checksumState: { kind: "verified" } });
    expect(origin.seen("/r/SHA256SUMS")).toHaveLength(2);
  });

  test("that changed together with the file under its name are read again before anything is called wrong", async () => {
    await using origin = await startOrigin({ [FILE]: { size: SIZE } });
    origin.put("/r/SHA256SUMS", { size: 0, text: listFor(origin) });
    await using bench = await createBench();
    expect((await bench.run({ url: origin.url + FILE, name: "old.iso" })).outcome.kind).toBe("complete");
    origin.put(FILE, { size: SIZE, seed: 9 });
    origin.put("/r/SHA256SUMS", { size: 0, text: listFor(origin) });
    const { outcome } = await bench.run({ url: origin.url + FILE });
    expect(outcome).toMatchObject({ kind: "complete", checksumState: { hex: origin.hash(FILE) } });
    expect(await bench.hash("x.iso")).toBe(origin.hash(FILE));
  });

  test("verify a file that is there already, and tell one that is another", async () => {
    await using origin = await startOrigin({ [FILE]: { size: SIZE } });
    await using bench = await createBench();
    const url = origin.url + FILE;
    await bench.run({ url, checksum: sha256(origin.hash(FILE)) });
    origin.put("/r/SHA256SUMS", { size: 0, text: listFor(origin) });
    expect((await bench.run({ url })).outcome).toMatchObject({
      alreadyThere: true,
      checksumState: { kind: "verified", origin: "SHA256SUMS beside the file" },
    });
    await bench.clock.sleep(6 * 60_000);
    origin.put(FILE, { size: SIZE, seed: 9 });
    origin.put("/r/SHA256SUMS", { size: 0, text: listFor(origin) });
    expect((await bench.run({ url })).outcome).toMatchObject({
      kind: "failed",
      failure: { code: "destination_exists" },
    });
    expect((await bench.run({ url, ifExists: "replace" })).outcome).toMatchObject({
      alreadyThere: false,
      checksumState: { kind: "verified" },
    });
    expect(await bench.hash("x.iso")).toBe(origin.hash(FILE));
  });

  test("that tell another size than the file has show that it is not the one meant", async () => {
    await using origin = await startOrigin({ [FILE]: { size: SIZE } });
    const text = `# x.iso: ${SIZE + 1} bytes\nSHA256 (x.iso) = ${origin.hash(FILE)}\n`;
    origin.put("/r/CHECKSUM", { size: 0, text });
    await using bench = await createBench();
    const { outcome } = await bench.run({ url: origin.url + FILE });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "size_mismatch" } });
    expect(await bench.names()).toEqual([]);
  });

  test.each<[string, FileSpec]>([
    ["a web page", { size: 0, html: "Index of /r" }],
    ["a web page that says it is text", { size: 0, text: "<html><title>404</title></html>" }],
    ["more than a list can be", { size: 1024 * 1024 + 1, contentType: "text/plain" }],
    ["more than a list can be, without saying so", { size: 50_000_000, length: "chunked" }],
    ["something compressed", { size: 100, gzip: true }],
    ["bytes that are no text", { size: 1000 }],
    ["a login in its place", { size: 0, redirect: "/login" }],
    ["a way in circles", { size: 0, redirect: "loop" }],
    ["nothing anybody may read", { size: 0, status: 403 }],
  ])("are not believed where the server sends %s", async (_, spec) => {
    await using origin = await startOrigin({ [FILE]: { size: SIZE }, "/r/SHA256SUMS": spec });
    await using bench = await createBench();
    expect((await bench.run({ url: origin.url + FILE })).outcome).toMatchObject({
      kind: "complete",
      checksumState: { kind: "unverified", reason: "No hash is known for this file." },
    });
    expect(origin.bytesSent("/r/SHA256SUMS")).toBeLessThan(20_000_000);
    origin.put("/r/CHECKSUM", { size: 0, text: listFor(origin) });
    expect((await bench.run({ url: origin.url + FILE, name: "fresh.iso" })).outcome.kind).toBe("complete");
  });

  test("are asked for once more after the download by who was turned away meanwhile", async () => {
    await using origin = await startOrigin({ [FILE]: { size: SIZE } });
    const text = listFor(origin);
    origin.put("/r/SHA256SUMS", { size: 0, text, rules: [{ status: 503, times: 1 }] });
    await using bench = await createBench();
    expect((await bench.run({ url: origin.url + FILE })).outcome).toMatchObject({
      checksumState: { kind: "verified", origin: "SHA256SUMS beside the file" },
    });
    expect(origin.seen("/r/SHA256SUMS").map(({ status }) => status)).toEqual([503, 200]);
  });

  test("that cannot be read leave the file unverified, and that is said", async () => {
    await using origin = await startOrigin({
      [FILE]: { size: SIZE },
      "/r/SHA256SUMS": { size: 0, status: 500 },
    });
    await using bench = await createBench();
    const { outcome } = await bench.run({ url: origin.url + FILE });
    const { host } = new URL(origin.url);
    expect(outcome).toMatchObject({
      kind: "complete",
      checksumState: {
        kind: "unverified",
        reason: `No hash is known for this file. SHA256SUMS could not be read: ${host} answered 500 Internal Server Error`,
      },
    });
    expect(lists(origin)).toEqual(["/r/SHA256SUMS", "/r/SHA256SUMS"]);
  });

  test("hold up neither the first byte nor, for long, the end, where the server never answers", async () => {
    await using origin = await startOrigin({
      [FILE]: { size: SIZE },
      "/r/SHA256SUMS": { size: 0, delayMs: "silent" },
    });
    await using bench = await createBench({ limits: { sidecarWaitMs: 300 } });
    let whole = 0;
    // Waited for, the list would keep it for ever.
    const { outcome } = await bench.run(
      { url: origin.url + FILE },
      { progress: ({ bytesDone }) => (whole ||= bytesDone === SIZE ? performance.now() : 0) },
    );
    expect(outcome).toMatchObject({ kind: "complete", checksumState: { kind: "unverified" } });
    expect(outcome).toHaveProperty(
      "checksumState.reason",
      expect.stringContaining("did not answer within 0.3 s"),
    );
    expect(performance.now() - whole).toBeGreaterThan(250);
    await origin.until(() => origin.seen("/r/SHA256SUMS")[0]?.end === "client_left");
  });

  test("get the headers of the file on its own host, and of no other", async () => {
    await using other = await startOrigin();
    await using origin = await startOrigin({ [FILE]: { size: SIZE, authorization: "Bearer sesame" } });
    other.put("/sums", { size: 0, text: listFor(origin) });
    origin.put("/r/SHA256SUMS", { size: 0, redirect: `${other.url}/sums`, authorization: "Bearer sesame" });
    await using bench = await createBench();
    const headers = { Authorization: "Bearer sesame" };
    expect((await bench.run({ url: origin.url + FILE, headers })).outcome).toMatchObject({
      checksumState: { kind: "verified" },
    });
    expect(JSON.stringify(other.requests)).not.toContain("sesame");
    expect(other.requests).toHaveLength(1);
  });

  test("are not asked for where the hash is known, the file is small or of another kind, or the link is signed", async () => {
    await using origin = await startOrigin({
      [FILE]: { size: SIZE },
      "/small.iso": { size: 1000 },
      "/model.safetensors": { size: SIZE },
    });
    await using bench = await createBench();
    await bench.run({ url: origin.url + FILE, checksum: sha256(origin.hash(FILE)) });
    await bench.run({ url: `${origin.url}/small.iso` });
    await bench.run({ url: `${origin.url}/model.safetensors` });
    await bench.run({ url: `${origin.url}${FILE}?sig=1`, name: "signed.iso" });
    const digest = createHash("md5").update(origin.bytes(FILE)).digest("base64");
    origin.change(FILE, { headers: { "Content-MD5": digest } });
    await bench.run({ url: origin.url + FILE, name: "told.iso" });
    expect(origin.requests).toHaveLength(5);
  });

  test("are left alone when the download is stopped", async () => {
    await using origin = await startOrigin({
      [FILE]: { size: SIZE, bytesPerSecond: 500_000 },
      "/r/SHA256SUMS": { size: 0, delayMs: "silent" },
    });
    await using bench = await createBench();
    expect((await bench.runUntil({ url: origin.url + FILE }, 200_000)).outcome.kind).toBe("stopped");
    await origin.until(() => origin.seen("/r/SHA256SUMS")[0]?.end === "client_left");
  });
});
