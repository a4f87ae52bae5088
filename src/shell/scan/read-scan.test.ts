import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFindings, readInventory } from "./read-scan.ts";

const versionOf = (said: string): string | null | undefined =>
  readFindings(`tool curl /usr/bin/curl\t${said}`, "/ui", 0).tools[0]?.version;

describe("the version of a tool", () => {
  test.each([
    ["GNU Wget 1.21.3 built on linux-gnu.", "1.21.3"],
    ["GNU Wget2 1.99.1 - multithreaded metalink/file/website downloader", "1.99.1"],
    ["curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.15", "7.88.1"],
    ["aria2 version 1.36.0 Copyright (C) 2006, 2019 Tatsuhiro Tsujikawa", "1.36.0"],
    ["Python 3.11.2", "3.11.2"],
    ["git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.8)", "3.3.0"],
    ["rclone v1.60.1-DEV - os/version: debian 12.8 (64 bit)", "1.60.1-DEV"],
    ["huggingface_hub version: 0.36.0", "0.36.0"],
    ["BusyBox v1.35.0 (Debian 1:1.35.0-4+b3) multi-call binary.", "busybox 1.35.0"],
    ["sha256sum (GNU coreutils) 9.1", "9.1"],
    ["usage: tool [-h]", null],
    ["", null],
  ])("is read from %j", (said, version) => {
    expect(versionOf(said)).toBe(version);
  });
});

describe("the space of a disk", () => {
  const spaceOf = (line: string): unknown => {
    const { freeBytes, totalBytes } = readFindings(`disk ${line}`, "/ui", 0);
    return [freeBytes, totalBytes];
  };
  test.each([
    ["overlay 104857600 1024 104856576 1% /", [104_856_576 * 1024, 104_857_600 * 1024]],
    ["nas:/a volume/b 1000 10 990 1% /workspace/a b", [990 * 1024, 1000 * 1024]],
    ["/dev/vda1 1000 1100 -100 110% /", [0, 1000 * 1024]],
    ["none 0 0 0 - /proc", [0, 0]],
    ["df: /ui: Permission denied", [null, null]],
  ])("is read from %j", (line, space) => {
    expect(spaceOf(line)).toEqual(space);
  });
});

test("a list that is longer than anybody reads is cut, and says so", () => {
  const lines = Array.from({ length: 5001 }, (_, nth) => `81a4 5:9 7 ./loras/${nth}.safetensors`);
  const inventory = readInventory(lines.join("\n"), "/ui/models");
  expect(inventory.files).toHaveLength(5000);
  expect(inventory.more).toBe(true);
  expect(readInventory(lines.slice(1).join("\n"), "/ui/models").more).toBe(false);
});

test("files that are met again on a way round in circles are told once", () => {
  const output = [
    "41ed 5:1 40 .",
    "41ed 5:2 40 ./loras",
    "81a4 5:3 7 ./loras/a.pt",
    "41ed 5:1 40 ./loras/round",
    "41ed 5:2 40 ./loras/round/loras",
    "81a4 5:3 7 ./loras/round/loras/a.pt",
    // The same file under another name, and the same number on another disk, are no circles.
    "81a4 5:3 7 ./loras/b.pt",
    "41ed 6:2 40 ./loras/nas",
    "81a4 6:3 9 ./loras/nas/c.pt",
  ];
  expect(readInventory(output.join("\n"), "/ui/models").files).toEqual([
    { path: "loras/a.pt", bytes: 7 },
    { path: "loras/b.pt", bytes: 7 },
    { path: "loras/nas/c.pt", bytes: 9 },
  ]);
});

test("whatever an instance prints, reading it does not fail and keeps control characters out", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "tool ",
      "curl ",
      "/x\t",
      "disk ",
      "\n",
      "81a4 1:2 7 ./",
      "system ",
      "\u001b[2J",
      "1.2.3",
      "%",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      const all = JSON.stringify([readFindings(text, "/ui", 0), readInventory(text, "/ui/models")]);
      expect(all).not.toMatch(/\\u00[01][0-9a-f]|\\u007f/);
    }),
    { numRuns: 300 },
  );
});
