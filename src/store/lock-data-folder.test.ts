import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDatabase, lockDataFolder } from "./lock-data-folder.ts";

describe("the lock of a server", () => {
  let folder: string;
  let one: string;
  let other: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "haulyard-lock-"));
    [one, other] = [join(folder, "one"), join(folder, "other")];
    for (const data of [one, other]) mkdirSync(data);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("keeps a server of another data folder off the same database", () => {
    const shared = join(folder, "queue.db");
    const lock = lockDataFolder(one, shared);
    expect(lock).not.toBeNull();
    expect(lockDataFolder(other, shared)).toBeNull();
    expect(lockDatabase(shared)).toBeNull();
    lock?.release();
    const next = lockDataFolder(other, shared);
    expect(next).not.toBeNull();
    next?.release();
  });

  it("does not stay on the data folder when the database is another's", () => {
    const shared = join(folder, "queue.db");
    const lock = lockDataFolder(one, shared);
    expect(lockDataFolder(other, shared)).toBeNull();
    const alone = lockDataFolder(other, join(folder, "its-own.db"));
    expect(alone).not.toBeNull();
    alone?.release();
    lock?.release();
  });

  it("that cannot be written says so, in words for whoever starts it", () => {
    mkdirSync(join(one, "server.lock"));
    expect(() => lockDataFolder(one)).toThrow(
      expect.objectContaining({
        name: "StoreError",
        code: "write_denied",
        message: expect.stringContaining("server.lock cannot"),
      }),
    );
  });
});
