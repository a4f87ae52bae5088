import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import { createBench, fetching } from "./testing/bench.ts";

const SIZE = 1000;

test.each([
  ['attachment; filename="model.bin"', "model.bin"],
  ["attachment; filename=model.bin", "model.bin"],
  ["attachment; filename*=UTF-8''%e2%82%ac%20rates.bin; filename=\"plain.bin\"", "€ rates.bin"],
  ['attachment; filename="../../etc/cron.d/evil"', "evil"],
  ['attachment; filename="/etc/passwd"', "passwd"],
  ['attachment; filename="C:\\\\Windows\\\\evil.bin"', "evil.bin"],
  ['attachment; filename=".bashrc"', "bashrc"],
  ['attachment; filename="a\\"b.bin"', "a_b.bin"],
  ["attachment; filename*=UTF-8''..%2f..%2fevil%00.bin", "evil.bin"],
  ['attachment; filename="model.bin.part"', "model.bin"],
  [`attachment; filename="${"x".repeat(300)}.bin"`, `${"x".repeat(236)}.bin`],
  ["attachment", "asked.bin"],
  ['attachment; filename=""', "asked.bin"],
])("%s is kept as a name that stays in its folder", async (disposition, name) => {
  await using origin = await startOrigin({ "/asked.bin": { size: SIZE, disposition } });
  await using bench = await createBench();
  const { outcome, resolved } = await bench.run({ url: `${origin.url}/asked.bin`, name: null });
  expect(outcome).toMatchObject({ kind: "complete", path: bench.path(name) });
  expect(resolved).toEqual([{ path: bench.path(name), name, size: SIZE }]);
  expect(await bench.names()).toEqual([name]);
  expect(origin.requests).toHaveLength(1);
});

test.each([
  ["/get/model.bin", "/3f2a9c0d11e8b7a64c5d", "model.bin"],
  ["/get/model.bin", "/files/f81d4fae-7dec-11d0-a765-00a0c91e6bf6.bin", "model.bin"],
  ["/latest", "/releases/app-1.2.iso", "app-1.2.iso"],
  ["/download.php?id=5", "/files/data.zip.txt", "data.zip.txt"],
  ["/a%20b%2Fc.bin", "/3f2a9c0d11e8b7a64c5d", "c.bin"],
])("%s that leads to %s is called %s", async (asked, final, name) => {
  await using origin = await startOrigin({ [final]: { size: SIZE } });
  origin.put(decodeURI(asked.split("?")[0] ?? ""), { size: 0, redirect: final });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: origin.url + asked, name: null });
  expect(outcome).toMatchObject({ kind: "complete", path: bench.path(name) });
});

test("an address that ends in nothing gives a file called download", async () => {
  await using origin = await startOrigin({ "/": { size: SIZE } });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/`, name: null });
  expect(outcome).toMatchObject({ kind: "complete", path: bench.path("download") });
});

test("a download whose name only the server knows is resumed by that name", async () => {
  const disposition = 'attachment; filename="m.bin"';
  await using origin = await startOrigin({ "/get": { size: 4_000_000, disposition } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/get`, name: null };
  expect((await bench.runUntil(spec, 2_000_000)).outcome.kind).toBe("stopped");
  const { outcome, reports } = await bench.run(spec);
  expect(outcome.kind).toBe("complete");
  expect(await bench.hash("m.bin")).toBe(origin.hash("/get"));
  expect(reports.at(-1)?.restarts).toBe(0);
  expect(fetching(origin.requests).at(-1)?.range).toMatch(/^bytes=\d{7}-$/);
});

test("a login page that redirects lead to is no download, even where no name says what to expect", async () => {
  await using origin = await startOrigin({
    "/api/download/models/1": { size: 0, redirect: "/login?next=x" },
    "/login": { size: 0, html: "Log in" },
  });
  await using bench = await createBench();
  const { outcome } = await bench.run({ url: `${origin.url}/api/download/models/1`, name: null });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "wrong_content" } });
  expect(await bench.names()).toEqual([]);
});
