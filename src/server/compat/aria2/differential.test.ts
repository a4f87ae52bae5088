import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startOrigin } from "../../../../test/world/origin.ts";
import { startServer } from "../../testing/start-server.ts";
import { call } from "./testing/call-rpc.ts";
import { startAria2 } from "./testing/real-aria2.ts";
import { SERVED_FILES, walkThrough } from "./testing/walk-through.ts";

/** What aria2c 1.36.0 answers on the walk. */
const FIXTURE = join(import.meta.dirname, "fixtures/aria2c-1.36.0.txt");

const version = spawnSync("aria2c", ["--version"], { encoding: "utf8" }).stdout ?? "";

test("Haulyard answers 160 calls as aria2 does: status, keys, values, errors and orders", async () => {
  await using origin = await startOrigin(SERVED_FILES);
  await using server = await startServer({ real: true, localJobs: 1 });
  const lines = await walkThrough(`${server.url}/jsonrpc`, origin);
  expect(lines.length).toBeGreaterThan(160);
  expect(lines).toEqual((await readFile(FIXTURE, "utf8")).trimEnd().split("\n"));
});

// Another version may have learnt something since: the fixture is that of the one Debian 12 has.
test.runIf(/aria2 version 1\.36\./.test(version))("the fixture is what a real aria2c answers", async () => {
  await using origin = await startOrigin(SERVED_FILES);
  await using aria2 = await startAria2(["--max-concurrent-downloads=1"]);
  const lines = await walkThrough(aria2.url, origin);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(FIXTURE);
});

test("there are the methods that aria2 has", async () => {
  await using server = await startServer();
  const names = await call<string[]>(`${server.url}/jsonrpc`, "system.listMethods");
  expect(names.toSorted()).toEqual(
    (await readFile(join(import.meta.dirname, "fixtures/methods.txt"), "utf8")).trimEnd().split("\n"),
  );
});
