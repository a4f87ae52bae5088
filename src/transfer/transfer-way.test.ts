/** The way to the server: TLS, proxies, connections that are used again. */
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import { startProxy } from "../../test/world/proxy.ts";
import { TEST_TLS } from "../../test/world/tls.ts";
import { createBench, fetching, sha256 } from "./testing/bench.ts";

const SIZE = 3_000_000;

test("a server with a certificate nobody vouches for is not talked to", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } }, { tls: TEST_TLS });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin`, headers: { Authorization: "x" } });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "tls_failed", retryable: false } });
  expect(outcome).toHaveProperty("failure.message", expect.stringContaining("self-signed certificate"));
  expect(origin.requests).toEqual([]);
});

test("a certificate for another name is refused as well", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } }, { tls: TEST_TLS, host: "127.0.0.2" });
  await using bench = await createBench({ extraCertificates: [TEST_TLS.cert] });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "tls_failed" } });
});

test("an authority of one's own is trusted when it is named, and a cut TLS connection is resumed", async () => {
  await using origin = await startOrigin(
    { "/a.bin": { size: SIZE, rules: [{ times: 1, cutAfter: 2_000_000 }] } },
    { tls: TEST_TLS },
  );
  await using bench = await createBench({ extraCertificates: [TEST_TLS.cert] });
  const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
  expect(outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(fetching(origin.requests).map(({ status }) => status)).toEqual([200, 206]);
});

test("plain HTTP spoken where TLS is expected is a failure in words", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url.replace("http:", "https:")}/a.bin` });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "tls_failed" } });
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);

test.skipIf(!hasIpv6)("IPv6 addresses work (skipped where this machine has none)", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } }, { host: "::1" });
  await using bench = await createBench();
  expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome.kind).toBe("complete");
});

test("plain requests go through the proxy as such, TLS through a tunnel, with the proxy's login", async () => {
  await using plain = await startOrigin({
    "/a.bin": { size: SIZE, rules: [{ times: 1, cutAfter: 1_000_000 }] },
  });
  await using secure = await startOrigin({ "/b.bin": { size: SIZE } }, { tls: TEST_TLS });
  await using proxy = await startProxy("user:sesame");
  await using bench = await createBench({
    proxy: { http: proxy.url, https: proxy.url, no: null },
    extraCertificates: [TEST_TLS.cert],
  });
  const checksum = sha256(plain.hash("/a.bin"));
  expect((await bench.run({ url: `${plain.url}/a.bin`, checksum })).outcome.kind).toBe("complete");
  expect(await bench.hash("a.bin")).toBe(plain.hash("/a.bin"));
  expect((await bench.run({ url: `${secure.url}/b.bin` })).outcome.kind).toBe("complete");
  expect(proxy.seen).toEqual([
    `GET ${plain.url}/a.bin`,
    `GET ${plain.url}/a.bin`,
    `CONNECT ${secure.url.replace("https://", "")}`,
  ]);
});

test("NO_PROXY hosts are reached directly", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using proxy = await startProxy();
  await using bench = await createBench({ proxy: { http: proxy.url, https: null, no: "127.0.0.1" } });
  expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome.kind).toBe("complete");
  expect(proxy.seen).toEqual([]);
});

test("a proxy that refuses is named without its password", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using secure = await startOrigin({ "/a.bin": { size: SIZE } }, { tls: TEST_TLS });
  await using proxy = await startProxy("user:sesame");
  const wrong = proxy.url.replace("user:sesame", "user:tulip");
  await using bench = await createBench({
    proxy: { http: wrong, https: wrong, no: null },
    limits: { failuresInARow: 1 },
  });
  const plain = await bench.run({ url: `${origin.url}/a.bin` });
  expect(plain.outcome).toMatchObject({ kind: "failed", failure: { code: "refused_by_server" } });
  const tunnel = await bench.run({ url: `${secure.url}/a.bin` });
  expect(tunnel.outcome).toMatchObject({ kind: "failed", failure: { code: "connection_failed" } });
  expect(JSON.stringify([plain, tunnel])).not.toContain("tulip");
});

test("a second file of the same server comes over the same connection", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE }, "/b.bin": { size: SIZE } });
  const ports = new Set<string>();
  await using bench = await createBench();
  for (const name of ["a.bin", "b.bin"]) {
    expect((await bench.run({ url: `${origin.url}/${name}` })).outcome.kind).toBe("complete");
  }
  for (const { port } of origin.requests) ports.add(String(port));
  expect(ports.size).toBe(1);
});
