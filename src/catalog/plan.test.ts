import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JobRequest } from "../job/catalog-contract.ts";
import { createPlanner, refusalOf, stepOf, URL_OF_FILE } from "./testing/planner.ts";
import { entry, oneSet } from "./testing/world.ts";

describe("any other source", () => {
  test.each([
    ["nothing", 'source: not_found: source: the catalogues of models and images have no "nothing"'],
    ["", 'source: not_found: source: the catalogues of models and images have no ""'],
    ["toString", 'source: not_found: source: the catalogues of models and images have no "toString"'],
    [
      "two words",
      'source: not_found: source: no address is in it, and the catalogues of models and images have no "two words"',
    ],
    ["htp:/bad url", 'source: unsupported: source: addresses of this kind are not supported: "htp:/bad url"'],
    [
      "ftp://u:s3cret@example.com/x",
      'source: unsupported: source: addresses of this kind are not supported: "ftp://***@example.com/x"',
    ],
    [
      "flow.json",
      "source: unsupported: source: names of files (a workflow is given as its text; 'haulyard add FILE' reads it) are not supported",
    ],
  ])("%s is refused, saying what would work", async (source, expected) => {
    const planner = await createPlanner();
    const outcome = await planner.ask({ source });
    expect(refusalOf(planner, outcome)).toContain(expected);
    expect(outcome).toMatchObject({ failure: { advice: expect.stringContaining("http://") as string } });
  });

  test.each([
    ["example.org/c.bin", "https://example.org/c.bin"],
    ["127.0.0.1:33593/c.bin", "http://127.0.0.1:33593/c.bin"],
  ])("%s, an address without its scheme, is %s", async (source, url) => {
    const planner = await createPlanner();
    expect(stepOf(await planner.ask({ source }))).toMatchObject({ url });
  });

  test("that looks like an address and is a model here is that model", async () => {
    const planner = await createPlanner(oneSet({ "sets.example/m": entry() }));
    expect(stepOf(await planner.ask({ source: "sets.example/m" }))).not.toMatchObject({
      url: "https://sets.example/m",
    });
  });

  test("that is an id in the catalogue is that model, whatever it looks like", async () => {
    const planner = await createPlanner(oneSet({ "hf://x.md": entry() }));
    expect((await planner.ask({ source: "hf://x.md" })).kind).toBe("planned");
  });

  test("however long is answered in a few words", async () => {
    const planner = await createPlanner();
    expect(refusalOf(planner, await planner.ask({ source: "x".repeat(100_000) })).length).toBeLessThan(400);
  });
});

describe("a wrong field is named, whatever the source", () => {
  test.each([
    [
      { to: "elsewhere" },
      'to: unsupported: to must name this machine ("this-node") or an instance that was added, got "elsewhere"',
    ],
    [
      { headers: { Host: "evil" } },
      "headers.Host: unsupported: headers.Host must not be given: it is that of the URL",
    ],
    [
      { headers: { rAnGe: "bytes=0-" } },
      "headers.rAnGe: unsupported: headers.rAnGe must not be given: the transfer sets it",
    ],
    [{ headers: { "If-Range": "x" } }, "headers.If-Range"],
    [{ headers: { "Accept-Encoding": "gzip" } }, "headers.Accept-Encoding"],
    [{ headers: { "Content-Length": "5" } }, "headers.Content-Length"],
    [{ headers: { "Transfer-Encoding": "chunked" } }, "headers.Transfer-Encoding"],
    [{ headers: { Connection: "close" } }, "headers.Connection"],
    [{ headers: { Upgrade: "h2c" } }, "headers.Upgrade"],
    [{ headers: { "If-None-Match": "*" } }, "headers.If-None-Match"],
    [{ headers: { "Proxy-Authorization": "Basic s3cret" } }, "headers.Proxy-Authorization"],
    [
      { headers: { "X-A": "s3cret\r\nHost: evil" } },
      "headers.X-A: unsupported: headers.X-A must not hold control characters, line ends",
    ],
    [{ headers: { "X-A": "s3cret\u0000" } }, "headers.X-A"],
    [{ headers: { "X-A": "文" } }, "headers.X-A"],
    [{ headers: { "X-A": "s3cret".repeat(2_000) } }, "headers.X-A must be at most 8192 characters"],
    [{ headers: { "X\r\nHost": "evil" } }, "headers: unsupported: headers must be named by HTTP tokens"],
    [{ headers: { "": "x" } }, "headers: unsupported: headers must be named by HTTP tokens"],
    [{ headers: { "X-A": "1", "x-a": "2" } }, "headers.x-a is given twice"],
    [
      { headers: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`x${index}`, ""])) },
      "headers must be at most 64",
    ],
    [
      { mirrors: ["https://example.com/", "ftp://u:s3cret@x"] },
      "mirrors.1: unsupported: mirrors.1 must begin with http:// or https://",
    ],
    [{ sha256: "xyz" }, "sha256: unsupported: sha256 must be 64 hexadecimal digits"],
    [{ size: -1 }, "size: unsupported: size must be a whole number of bytes"],
    [{ size: 1.5 }, "size: unsupported: size must be a whole number of bytes"],
  ] as [Partial<JobRequest>, string][])("%j", async (wrong, expected) => {
    const planner = await createPlanner(oneSet({ m: entry() }));
    for (const source of [URL_OF_FILE, "s/m"]) {
      const refusal = refusalOf(planner, await planner.ask({ source, ...wrong }));
      expect(refusal).toContain(expected);
      expect(refusal).not.toContain("s3cret");
    }
  });

  test("ordinary headers pass", async () => {
    const planner = await createPlanner();
    const headers = {
      Authorization: "Bearer x",
      Cookie: "a=b",
      "User-Agent": "x/1",
      Referer: "https://example.com/é",
      Accept: "*/*",
    };
    expect(stepOf(await planner.ask({ source: URL_OF_FILE, headers })).headers).toEqual(headers);
  });
});

test("planning changes nothing on the disk", async () => {
  const planner = await createPlanner(oneSet({ m: entry() }));
  await writeFile(join(planner.modelsDir, "x"), "");
  const before = await readdir(planner.folder, { recursive: true });
  await planner.ask({ source: "s/m" });
  await planner.ask({ source: URL_OF_FILE, path: "new/folder/" });
  expect(await readdir(planner.folder, { recursive: true })).toEqual(before);
});
