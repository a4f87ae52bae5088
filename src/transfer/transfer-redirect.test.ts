import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import { createBench, sha256 } from "./testing/bench.ts";

const SIZE = 2_000_000;
const SECRETS = {
  Authorization: "Bearer sesame",
  Cookie: "id=sesame",
  "X-Api-Key": "sesame",
  Range: "bytes=1-2",
};

test.each([301, 302, 303, 307, 308] as const)("a redirect with %i is followed", async (redirectStatus) => {
  await using origin = await startOrigin({
    "/a.bin": { size: 0, redirect: "/deep/b.bin", redirectStatus },
    "/deep/b.bin": { size: 0, redirect: "c.bin", redirectStatus },
    "/deep/c.bin": { size: SIZE },
  });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, headers: SECRETS });
  expect(outcome).toMatchObject({ kind: "complete", path: bench.path("a.bin") });
  expect(await bench.hash("a.bin")).toBe(origin.hash("/deep/c.bin"));
  expect(origin.requests.map(({ headers }) => headers["authorization"])).toEqual(
    Array(3).fill("Bearer sesame"),
  );
});

test("what was given for one host is not told to another, and not told again when the way leads back", async () => {
  await using home = await startOrigin();
  await using other = await startOrigin({ "/b.bin": { size: 0, redirect: `${home.url}/c.bin` } });
  home.put("/a.bin", { size: 0, redirect: `${other.url}/b.bin` });
  home.put("/c.bin", { size: SIZE });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${home.url}/a.bin`, headers: SECRETS });
  expect(outcome.kind).toBe("complete");
  expect(home.seen("/a.bin")[0]?.headers).toMatchObject({
    authorization: "Bearer sesame",
    cookie: "id=sesame",
    "x-api-key": "sesame",
  });
  for (const seen of [...other.requests, ...home.seen("/c.bin")]) {
    expect(JSON.stringify(seen)).not.toContain("sesame");
  }
  // The transfer's own headers are nobody's to set.
  for (const seen of [...home.requests, ...other.requests]) expect(seen.range).toBeNull();
});

test("a login in the URL is sent as such, to its host only, and shown to nobody", async () => {
  await using home = await startOrigin();
  await using other = await startOrigin({ "/a.bin": { size: SIZE } });
  const authorization = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
  home.put("/a.bin", { size: 0, redirect: `${other.url}/a.bin`, authorization });
  await using bench = await createBench();
  const url = `${home.url}/a.bin`.replace("http://", "http://user:p%40ss@");
  const result = await bench.run({ url });
  expect(result.outcome.kind).toBe("complete");
  expect(home.requests[0]?.headers["authorization"]).toBe(authorization);
  expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
  expect(JSON.stringify(result)).not.toContain("p%40ss");
});

test("every request of a resume begins at the first address: links that expire are renewed", async () => {
  await using store = await startOrigin({
    "/x?sig=1": { size: 1 },
    "/x": { size: SIZE, cutAfter: 1_000_000 },
  });
  await using origin = await startOrigin({ "/a.bin": { size: 0, redirect: `${store.url}/x?sig=abc` } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, checksum: sha256(store.hash("/x")) });
  expect(outcome.kind).toBe("complete");
  expect(origin.seen("/a.bin").map(({ range }) => range)).toEqual([null, "bytes=1000000-"]);
  expect(store.requests.map(({ range }) => range)).toEqual([null, "bytes=1000000-"]);
});

test.each([
  ["circles", "loop", "redirect_loop"],
  ["nowhere", "http://", "bad_response"],
  ["a file of this machine", "file:///etc/passwd", "redirect_refused"],
  ["a script", "javascript:alert(1)", "redirect_refused"],
])("a redirect to %s is refused", async (_, redirect, code) => {
  await using origin = await startOrigin({ "/a.bin": { size: 0, redirect } });
  await using bench = await createBench({ limits: { failuresInARow: 1 } });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code } });
  expect(await bench.names()).toEqual([]);
});

test("ten redirects are followed, eleven are not", async () => {
  await using origin = await startOrigin();
  const chain = (length: number): string => {
    for (let nth = 0; nth < length; nth += 1) {
      origin.put(`/${length}/${nth}`, { size: 0, redirect: `/${length}/${nth + 1}` });
    }
    origin.put(`/${length}/${length}`, { size: SIZE });
    return `${origin.url}/${length}/0`;
  };
  await using bench = await createBench();
  expect((await bench.run({ url: chain(10), name: "a.bin" })).outcome.kind).toBe("complete");
  expect((await bench.run({ url: chain(11), name: "b.bin" })).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "redirect_loop" },
  });
});

test("a hash published on the way is what the file has to have", async () => {
  await using store = await startOrigin({ "/x": { size: SIZE } });
  await using origin = await startOrigin();
  const headers = { "X-Linked-Etag": `"${store.hash("/x")}"`, "X-Linked-Size": String(SIZE) };
  origin.put("/a.safetensors.bin", { size: 0, redirect: `${store.url}/x`, headers });
  await using bench = await createBench();
  const url = `${origin.url}/a.safetensors.bin`;
  const { outcome } = await bench.run({ url });
  expect(outcome).toMatchObject({
    kind: "complete",
    checksumState: { kind: "verified", algorithm: "sha256", hex: store.hash("/x"), origin: "X-Linked-Etag" },
  });
  store.change("/x", { wrongBytes: true });
  expect((await bench.run({ url, name: "b.bin" })).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "checksum_mismatch" },
  });
  store.put("/x", { size: SIZE - 1 });
  expect((await bench.run({ url, name: "c.bin" })).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "size_mismatch" },
  });
  const early = await bench.run({ url, name: "d.bin", checksum: sha256("0".repeat(64)) });
  expect(early.outcome).toMatchObject({ kind: "failed", failure: { code: "size_mismatch" } });
});

test("an entry with another hash than the store's own key for the file fails before gigabytes came", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 50_000_000 } });
  origin.change("/a.bin", { headers: { "X-Linked-Etag": `"${origin.hash("/a.bin")}"` } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, checksum: sha256("0".repeat(64)) });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "checksum_mismatch" } });
  expect(origin.bytesSent("/a.bin")).toBeLessThan(10_000_000);
});

test("Repr-Digest counts for the whole file, Content-Digest only when the whole file came", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  const digest = Buffer.from(origin.hash("/a.bin"), "hex").toString("base64");
  await using bench = await createBench();
  for (const [name, header] of [
    ["a.bin", "Repr-Digest"],
    ["b.bin", "Content-Digest"],
  ] as const) {
    origin.change("/a.bin", { headers: { [header]: `sha-256=:${digest}:` } });
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, name });
    expect(outcome).toMatchObject({ checksumState: { kind: "verified", origin: header } });
  }
});
