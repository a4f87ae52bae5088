/** `haulyard get` of Metalinks and of files with checksum lists beside them: real processes, real servers. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endAllCli, jsonLines, runCli, startCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const MB = 1_000_000;
const SIZE = 4 * MB;
let folder: string;
let one: Origin;
let two: Origin;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-metalink-"));
  one = await startOrigin({ "/x.iso": { size: SIZE } });
  two = await startOrigin({ "/x.iso": { size: SIZE, etag: '"two"' } });
});
afterEach(async () => {
  await endAllCli();
  await Promise.all([one.close(), two.close()]);
  await rm(folder, { recursive: true, force: true });
});

const get = (...args: string[]): Promise<Ran> => runCli(["get", ...args], { cwd: folder });
const hashOf = async (name: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(join(folder, name)))
    .digest("hex");
/** How much the ledger claims. */
async function bytesKept(): Promise<number> {
  const text = await readFile(join(folder, "x.iso.part.json"), "utf8").catch(() => '{"done":[]}');
  const { done } = JSON.parse(text) as { done: [number, number][] };
  return done.reduce((sum, [start, end]) => sum + end - start, 0);
}
const files = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

interface Described {
  name?: string;
  size?: number;
  sha256?: string;
  urls?: readonly string[];
}

function describeFile({
  name = "x.iso",
  size = SIZE,
  sha256 = one.hash("/x.iso"),
  urls,
}: Described = {}): string {
  const all = urls ?? [`${one.url}/x.iso`, `${two.url}/x.iso`];
  return `<file name="${name}"><size>${size}</size><hash type="sha-256">${sha256}</hash>
    ${all.map((url, index) => `<url priority="${index + 1}">${url}</url>`).join("\n    ")}</file>`;
}

function metalink(...described: readonly Described[]): string {
  const inside = described.map(describeFile).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<metalink xmlns="urn:ietf:params:xml:ns:metalink">${inside}</metalink>\n`;
}

const written = async (text: string, name = "x.meta4"): Promise<string> => {
  await writeFile(join(folder, name), text);
  return name;
};

describe("a Metalink", () => {
  it("on this machine leads to the file it describes, verified", async () => {
    const ran = await get("-d", "out", await written(metalink({})));
    expect(ran.stderr + ran.stdout).toContain("verified sha256 (from Metalink");
    expect(ran.code).toBe(0);
    expect(await hashOf("out/x.iso")).toBe(one.hash("/x.iso"));
    expect(two.requests).toEqual([]);
    expect(one.requests.map(({ path }) => path)).toEqual(["/x.iso"]);
  });

  it("is fetched from its address, in version 3 as well", async () => {
    const three = `<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="x.iso">
      <size>${SIZE}</size><verification><hash type="sha256">${one.hash("/x.iso")}</hash></verification>
      <resources><url type="http" preference="100">${one.url}/x.iso</url></resources></file></files></metalink>`;
    one.put("/x.metalink", { size: 0, text: three, contentType: "application/metalink+xml" });
    const ran = await get(`${one.url}/x.metalink`);
    expect(ran.code).toBe(0);
    expect(await files()).toEqual(["x.iso"]);
    expect(await hashOf("x.iso")).toBe(one.hash("/x.iso"));
  });

  it("goes on at the next mirror when one breaks off for good, from the byte where it broke", async () => {
    one.change("/x.iso", { rules: [{ cutAfter: 3 * MB, cut: "fin", times: 1 }, { status: 404 }] });
    const ran = await get(await written(metalink({})));
    expect(ran.code).toBe(0);
    expect(await hashOf("x.iso")).toBe(two.hash("/x.iso"));
    expect(two.bytesSent("/x.iso")).toBeLessThan(2.5 * MB);
  });

  it("goes on after kill -9 where it was, at whichever mirror it was", async () => {
    one.change("/x.iso", { status: 404 });
    two.change("/x.iso", { bytesPerSecond: MB / 4 });
    const name = await written(metalink({}));
    const first = startCli(["get", name], { cwd: folder });
    await expect.poll(bytesKept).toBeGreaterThan(0);
    first.kill("SIGKILL");
    await first.ended;
    two.change("/x.iso", { bytesPerSecond: 1000 * MB });
    const before = two.bytesSent("/x.iso");
    expect((await get(name)).code).toBe(0);
    expect(await hashOf("x.iso")).toBe(two.hash("/x.iso"));
    expect(two.bytesSent("/x.iso") - before).toBeLessThan(SIZE);
  });

  it("does not let a mirror pass that has other bytes, and says so when all have", async () => {
    one.change("/x.iso", { wrongBytes: true });
    const name = await written(metalink({}));
    expect((await get(name)).code).toBe(0);
    expect(await hashOf("x.iso")).toBe(two.hash("/x.iso"));
    await rm(join(folder, "x.iso"));
    two.change("/x.iso", { wrongBytes: true });
    const ran = await get(name);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toMatch(/x\.iso has the sha256 .* expected .* \(Metalink\)/);
    expect(await files()).toEqual(["x.meta4"]);
  });

  it("with several files brings all of them, into the folders it names, one line of JSON after the other", async () => {
    one.put("/y.bin", { size: MB, seed: 4 });
    const y = { name: "deep/y.bin", size: MB, sha256: one.hash("/y.bin"), urls: [`${one.url}/y.bin`] };
    const ran = await get("--json", await written(metalink({}, y)));
    expect(ran.code).toBe(0);
    expect(await files()).toEqual(["deep", "deep/y.bin", "x.iso", "x.meta4"]);
    const events = jsonLines(ran.stdout);
    expect(events.filter(({ event }) => event === "begin")).toMatchObject([
      { index: 1, count: 2, url: `${one.url}/x.iso` },
      { index: 2, count: 2, url: `${one.url}/y.bin` },
    ]);
    expect(events.at(-1)).toMatchObject({ event: "summary", done: 2, failed: 0 });
  });

  it("puts one file where -o says, and refuses that for several", async () => {
    expect((await get("-o", "disk.img", await written(metalink({})))).code).toBe(0);
    expect(await files()).toEqual(["disk.img", "x.meta4"]);
    const ran = await get("-o", "disk2.img", await written(metalink({}, { name: "y.iso" })));
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain("--output is for one file, the Metalink names 2.");
  });

  it.each([
    ["leave their folder", "../x.iso"],
    ["are hidden", ".bashrc"],
    ["are absolute", "/tmp/x.iso"],
  ])("cannot write names that %s; its other files come all the same", async (_, name) => {
    const ran = await get(await written(metalink({ name }, { name: "good.iso" })));
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain("The name of a file must not");
    expect(await files()).toEqual(["good.iso", "x.meta4"]);
  });

  it.each<[string, () => string, number]>([
    ["is a page", () => "<!doctype html><title>404</title>", 5],
    ["is full of entities", () => `<!DOCTYPE m [<!ENTITY a "b">]>${metalink({})}`, 5],
    ["is cut short", () => metalink({}).slice(0, 80), 5],
    ["names no address we speak", () => metalink({ urls: ["ftp://a.example/x.iso"] }), 2],
  ])("that %s is a failure that says so", async (_, write, code) => {
    const text = write();
    one.put("/bad.meta4", { size: 0, text });
    for (const source of [await written(text, "bad.meta4"), `${one.url}/bad.meta4`]) {
      const ran = await get(source);
      expect(ran.code).toBe(code);
      expect(ran.stderr).toContain("Metalink");
      expect(ran.stdout).toBe("");
    }
    expect(await files()).toEqual(["bad.meta4"]);
  });

  it("that is not there is not found, on this machine and elsewhere", async () => {
    expect((await get("none.meta4")).code).toBe(3);
    expect((await get(`${one.url}/none.meta4`)).code).toBe(3);
  });

  it("gets its headers itself, and the servers it names do not", async () => {
    one.put("/x.meta4", {
      size: 0,
      text: metalink({ urls: [`${two.url}/x.iso`] }),
      authorization: "Bearer sesame",
    });
    const ran = await get("--header", "Authorization: Bearer sesame", `${one.url}/x.meta4`);
    expect(ran.code).toBe(0);
    expect(JSON.stringify(two.requests)).not.toContain("sesame");
    const here = await get(
      "--header",
      "Authorization: Bearer sesame",
      await written(metalink({}), "y.meta4"),
    );
    expect(here.code).toBe(2);
  });

  it("that is slow to come can be interrupted", async () => {
    one.put("/slow.meta4", { size: 0, delayMs: "silent" });
    const running = startCli(["get", `${one.url}/slow.meta4`], { cwd: folder });
    await one.until(() => one.seen("/slow.meta4").length === 1);
    running.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
  });
});

describe("a file with a list of hashes beside it", () => {
  it("is verified by it, and that is said", async () => {
    one.put("/SHA256SUMS", { size: 0, text: `${one.hash("/x.iso")} *x.iso\n` });
    const ran = await get(`${one.url}/x.iso`);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("verified sha256 (from SHA256SUMS beside the file");
  });

  it("is not saved under its name when it is another one, and exits 5", async () => {
    one.put("/SHA256SUMS", { size: 0, text: `${"0".repeat(64)} *x.iso\n` });
    const ran = await get("--json", `${one.url}/x.iso`);
    expect(ran.code).toBe(5);
    expect(jsonLines(ran.stdout).find(({ event }) => event === "failed")).toMatchObject({
      code: "checksum_mismatch",
      message: expect.stringContaining("SHA256SUMS beside the file"),
    });
    expect(await files()).toEqual([]);
  });
});
