import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../usage-error.ts";
import { planGet } from "./plan-get.ts";
import type { GetOptions } from "./plan-get.ts";

const plan = (urls: readonly string[], options: GetOptions = {}) => planGet(urls, options, "/work");
const first = (...args: Parameters<typeof plan>) => plan(...args).steps[0];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-plan-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a download", () => {
  it("uses as many connections as help, or as many as are allowed", () => {
    expect(plan(["https://a.example/x"]).connections).toBeNull();
    expect(plan(["https://a.example/x"], { connections: "64" }).connections).toBe(64);
  });

  it("goes to the present folder, under the name the server gives, and overwrites nothing", () => {
    expect(first(["https://a.example/x"])).toEqual({
      kind: "transfer",
      url: "https://a.example/x",
      mirrors: [],
      folder: "/work",
      name: null,
      size: null,
      checksum: null,
      headers: {},
      ifExists: "refuse",
    });
  });

  it.each([
    [{ output: "x.bin" }, "/work", "x.bin"],
    [{ output: "sub/x.bin" }, "/work/sub", "x.bin"],
    [{ output: "/srv/x.bin" }, "/srv", "x.bin"],
    [{ directory: "models" }, "/work/models", null],
    [{ directory: "/srv", output: "sub/x.bin" }, "/srv/sub", "x.bin"],
  ])("with %j goes to %s as %s", (options, folder, name) => {
    expect(first(["https://a.example/x"], options)).toMatchObject({ folder, name });
  });

  it("takes hash, headers, mirrors, rate and the leave to overwrite from its options", () => {
    const options: GetOptions = {
      sha256: "AB".repeat(32),
      header: ["X-One: 1", "Authorization:Bearer a:b"],
      mirror: ["https://b.example/x"],
      limitRate: "20M",
      overwrite: true,
    };
    expect(first(["https://a.example/x"], options)).toMatchObject({
      checksum: { algorithm: "sha256", hex: "ab".repeat(32) },
      headers: { "X-One": "1", Authorization: "Bearer a:b" },
      mirrors: ["https://b.example/x"],
      ifExists: "replace",
    });
    expect(plan(["https://a.example/x"], options).limitBytesPerSecond).toBe(20 * 1024 ** 2);
  });

  it("is read from a file, too: one URL per line, comments and empty lines left out", () => {
    const list = join(folder, "list");
    writeFileSync(list, "# models\nhttps://a.example/1\r\n\n  https://a.example/2  \n");
    const { steps } = plan(["https://a.example/0"], { inputFile: list });
    expect(steps.map(({ url }) => url)).toEqual([
      "https://a.example/0",
      "https://a.example/1",
      "https://a.example/2",
    ]);
  });
});

describe("wrong usage is told apart and named:", () => {
  it.each<[string, readonly string[], GetOptions, RegExp]>([
    ["nothing to get", [], {}, /at least one URL/],
    ["another scheme", ["ftp://a/x"], {}, /http:\/\/ or https:\/\/ address, got "ftp:\/\/a\/x"/],
    ["no scheme", ["a.example/x"], {}, /Did you mean https:\/\/a\.example\/x\?/],
    ["one slash", ["https:/a.example/x"], {}, /http:\/\/ or https:\/\/ address/],
    ["one name for two", ["https://a/1", "https://a/2"], { output: "x" }, /--output is for one URL/],
    [
      "one hash for two",
      ["https://a/1", "https://a/2"],
      { sha256: "0".repeat(64) },
      /--sha256 is for one URL/,
    ],
    [
      "one mirror for two",
      ["https://a/1", "https://a/2"],
      { mirror: ["https://b/1"] },
      /--mirror is for one URL/,
    ],
    ["a short hash", ["https://a/1"], { sha256: "abc" }, /64 hexadecimal digits, got "abc"/],
    [
      "a folder without a name",
      ["https://a/1"],
      { directory: "" },
      /--directory: expected the name of a folder/,
    ],
    ["a pipe", ["https://a/1"], { output: "-" }, /not a pipe/],
    ["a folder as a file", ["https://a/1"], { output: "x/" }, /folders go to -d/],
    ["a rate that is none", ["https://a/1"], { limitRate: "fast" }, /--limit-rate: expected .*got "fast"/],
    ["a rate too low", ["https://a/1"], { limitRate: "10" }, /at least 1024/],
    ["no connection", ["https://a/1"], { connections: "0" }, /--connections: expected .* 1 to 64, got "0"/],
    ["too many connections", ["https://a/1"], { connections: "65" }, /1 to 64, got "65"/],
    ["half a connection", ["https://a/1"], { connections: "1.5" }, /1 to 64, got "1.5"/],
    ["a wrong mirror", ["https://a/1"], { mirror: ["b"] }, /--mirror: expected/],
    ["two ways to show", ["https://a/1"], { json: true, quiet: true }, /exclude each other/],
    ["no such list", [], { inputFile: "/nonexistent" }, /\/nonexistent cannot be read \(ENOENT\)/],
    ["our header", ["https://a/1"], { header: ["Range: bytes=5-"] }, /Range is set by the download itself/],
    ["a header twice", ["https://a/1"], { header: ["A: 1", "a: 2"] }, /a is given twice/],
  ])("%s", (_, urls, options, message) => {
    expect(() => plan(urls, options)).toThrow(UsageError);
    expect(() => plan(urls, options)).toThrow(message);
  });

  it("a header that is none is not repeated, for it may hold a secret", () => {
    const wrong = ["Authorization Bearer secret", "X: a\nInjected: secret", ": secret", "X: se\u0000cret"];
    for (const header of wrong) {
      expect(() => plan(["https://a/1"], { header: [header] })).toThrow("--header: expected 'Name: value'.");
    }
  });

  it("nor is the secret in an address", () => {
    expect(() => plan(["ftp://me:hunter2@a/x?token=hunter2"])).not.toThrow(/hunter2/);
    expect(() => plan(["ftp://me:hunter2@a/x?token=hunter2"])).toThrow(UsageError);
  });
});
