import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LockFile, LockReading, LockRoot } from "../../job/lock-contract.ts";
import { readLock } from "./read-lock.ts";
import { mergeLocks, writeLock } from "./write-lock.ts";

const SHA = "0123456789abcdef".repeat(4);

function file(more: Partial<LockFile> = {}): LockFile {
  return {
    root: "models",
    path: "vae/x.safetensors",
    source: null,
    url: "https://example.com/x.safetensors",
    revision: null,
    size: 7,
    sha256: SHA,
    ...more,
  };
}

function lockOf(...lines: string[]): string {
  return ["version: 1", "files:", ...lines].join("\n");
}

function faultsOf(reading: LockReading): string[] {
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  return reading.faults.map(({ line, field, reason }) => `${line} ${field}: ${reason}`);
}

describe("a lock file", () => {
  it("says the same when it is read again, whatever the files", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9äß #:'"{}[\]&*!|>%@`-]{1,20}$/).filter((text) => {
      const path = `a${text}b`;
      return !path.includes("//");
    });
    const some = fc.uniqueArray(
      fc.record({
        root: fc.constantFrom<LockRoot>("models", "images", "files"),
        path: name.map((text) => `dir/a${text}b`),
        source: fc.option(fc.constant("hf://org/repo@main/x: y")),
        url: fc.option(fc.constant("https://example.com/a?b=c#")),
        revision: fc.option(fc.constantFrom("1234", "true", "a".repeat(40), "1e9")),
        size: fc.option(fc.nat()),
        sha256: fc.option(fc.constantFrom(SHA, "1".repeat(64), "1e" + "0".repeat(62))),
      }),
      { selector: ({ root, path }) => `${root}:${path}`, maxLength: 8 },
    );
    fc.assert(
      fc.property(some, (files) => {
        const text = writeLock(files);
        const reading = readLock(text);
        if (reading.kind !== "lock") throw new Error(reading.reason);
        expect(reading.faults).toEqual([]);
        const plain = reading.entries.map((entry) => ({ ...entry, line: undefined }));
        const key = ({ root, path }: { root: string; path: string }): string => `${root}:${path}`;
        expect(new Map(plain.map((each) => [key(each), each]))).toEqual(
          new Map(
            files.map((each) => [
              key(each),
              { ...each, url: each.url === null ? null : "https://example.com/a?b=c" },
            ]),
          ),
        );
        expect(writeLock(files.toReversed())).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it("keeps what was added by hand when it is written again, and drops files that are gone", () => {
    const before = lockOf(
      "  - path: vae/x.safetensors",
      "    sha256: 'ffff'",
      "    license: mit",
      "    notes: {who: me}",
      "  - path: gone.bin",
    ).replace("version: 1", "version: 1\nowner: lab");
    const merged = mergeLocks(before, writeLock([file()]));
    expect(merged).toContain("owner: lab");
    expect(merged).toContain("license: mit");
    expect(merged).toContain("who: me");
    expect(merged).toContain(`sha256: ${SHA}`);
    expect(merged).not.toContain("gone.bin");
    expect(faultsOf(readLock(merged))).toEqual([]);
  });

  it("names what cannot be used by line and field; the rest can", () => {
    const text = lockOf(
      "  - path: good.bin",
      "  - path: ../../etc/passwd",
      "  - {path: .hidden}",
      "  - path: a.bin",
      "    root: elsewhere",
      "  - path: b.bin",
      "    size: -1",
      "  - path: c.bin",
      "    sha256: 12",
      "  - path: d.bin",
      "    url: file:///etc/passwd",
      "  - path: good.bin",
      "  - just a text",
      "  - root: absolute",
      "    path: not/absolute",
      "  - path: /absolute",
      "  - path: x.part",
    );
    const reading = readLock(text);
    expect(faultsOf(reading).map((fault) => fault.split(": ")[0])).toEqual([
      "4 path",
      "5 path",
      "6 root",
      "8 size",
      "10 sha256",
      "12 url",
      "14 path",
      "15 files",
      "16 path",
      "18 path",
      "19 path",
    ]);
    expect(reading.kind === "lock" && reading.entries.map(({ path }) => path)).toEqual(["good.bin"]);
  });

  it.each([
    ["", "it has to be a map"],
    ["[]", "it has to be a map"],
    ["version: 2\nfiles: []", "its version is 2, this Haulyard knows 1"],
    ["files: []", "version has to be 1"],
    ["version: 1\nfiles: {}", "files has to be a list"],
    ["version: 1\nfiles: [", "it is not YAML"],
    ["version: 1\nversion: 1\nfiles: []", "it is not YAML"],
    [`version: 1\nfiles: ${"[".repeat(100_000)}`, "nested deeper"],
    [`version: 1\nfiles:\n${"- ".repeat(50_000)}x`, "nested deeper"],
    ["x".repeat(5 * 1024 * 1024), "it is longer than 4 MiB"],
    [
      `version: 1\na: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nfiles: [{path: x, y: [${"*b, ".repeat(50)}*b]}]`,
      "alias",
    ],
  ])("%.40s is refused as a whole", (text, reason) => {
    const reading = readLock(text);
    expect(reading.kind === "unreadable" ? reading.reason : "read").toContain(reason);
  });

  it("whatever the text, reading it ends with an answer", () => {
    const text = fc.array(
      fc.constantFrom(
        "version: 1\n",
        "files:\n",
        "  - ",
        "path: a",
        "\n",
        "&a ",
        "*a",
        "[",
        "}",
        "? ",
        "!!js ",
        "'",
        "\t",
        "%YAML 9\n",
        "---\n",
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(text, (parts) => {
        expect(["lock", "unreadable"]).toContain(readLock(parts.join("")).kind);
      }),
      { numRuns: 500 },
    );
  });
});
