import { expect, test } from "vitest";
import { startOrigin } from "../../../test/world/origin.ts";
import { createBench } from "../testing/bench.ts";

const KEY = "Bearer PLANTED";

test("the token of an origin opens its files", async () => {
  await using origin = await startOrigin({ "/gated.bin": { size: 1000, authorization: KEY } });
  await using bench = await createBench({ tokens: () => [{ url: `${origin.url}/api`, token: "PLANTED" }] });
  const { outcome } = await bench.run({ url: `${origin.url}/gated.bin` });
  expect(outcome.kind).toBe("complete");
});

test("the token does not follow a redirect to the storage of somebody else", async () => {
  await using storage = await startOrigin({ "/blob": { size: 1000, head: "none" } });
  await using origin = await startOrigin({
    "/gated.bin": { size: 0, authorization: KEY, redirect: `${storage.url}/blob` },
  });
  await using bench = await createBench({ tokens: () => [{ url: origin.url, token: "PLANTED" }] });
  const { outcome } = await bench.run({ url: `${origin.url}/gated.bin` });
  expect(outcome.kind).toBe("complete");
  expect(origin.requests[0]?.headers["authorization"]).toBe(KEY);
  expect(storage.requests[0]?.headers).not.toHaveProperty("authorization");
});

test("no other origin is shown the token, and what the download says itself counts more", async () => {
  await using other = await startOrigin({ "/a.bin": { size: 10 } });
  await using origin = await startOrigin({ "/a.bin": { size: 10 } });
  await using bench = await createBench({ tokens: () => [{ url: origin.url, token: "PLANTED" }] });
  await bench.run({ url: `${other.url}/a.bin`, name: "other.bin" });
  expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
  await bench.run({ url: `${origin.url}/a.bin`, headers: { Authorization: "Bearer own" } });
  expect(origin.requests[0]?.headers["authorization"]).toBe("Bearer own");
});
