import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFully, writeFullyLater } from "./write-fully.ts";

let folder: string;
const descriptors: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-write-"));
});

afterEach(() => {
  for (const fd of descriptors.splice(0)) closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

function open(path: string, flags: string): number {
  const fd = openSync(path, flags);
  descriptors.push(fd);
  return fd;
}

describe.each([
  ["on this thread", writeFully],
  ["by the thread pool", writeFullyLater],
])("a write %s", (_, write) => {
  test("puts every byte at its place, beyond the end too", async () => {
    const path = join(folder, "file");
    const fd = open(path, "w");
    expect(await write(fd, Buffer.from("world"), 6)).toEqual({ kind: "written" });
    expect(await write(fd, Buffer.from("hello"), 0)).toEqual({ kind: "written" });
    expect(await write(fd, new Uint8Array(0), 100)).toEqual({ kind: "written" });
    expect(readFileSync(path, "latin1")).toBe("hello\0world");
  });

  test("that the disk refuses tells the system's code and how far it came", async () => {
    expect(await write(open("/dev/full", "w"), Buffer.from("hello"), 0)).toMatchObject({
      kind: "failed",
      written: 0,
      error: { code: "ENOSPC", syscall: "write" },
    });
    expect(await write(open("/dev/null", "r"), Buffer.from("hello"), 0)).toMatchObject({
      error: { code: "EBADF" },
    });
  });

  test.runIf(process.getuid?.() === 0)("that a nearly full disk takes in part tells how much", async () => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
    try {
      const path = join(disk, "file");
      const fd = openSync(path, "w");
      const bytes = Buffer.alloc(3_000_000, 7);
      const outcome = await write(fd, bytes, 100);
      closeSync(fd);
      expect(outcome).toMatchObject({ kind: "failed", error: { code: "ENOSPC", syscall: "write" } });
      const written = outcome.kind === "failed" ? outcome.written : 0;
      expect(written).toBeGreaterThan(900_000);
      expect(readFileSync(path).equals(Buffer.concat([Buffer.alloc(100), bytes.subarray(0, written)]))).toBe(
        true,
      );
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});
