import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileRecord, FileStore } from "../../job/file-store-contract.ts";
import { NOW } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const SHA = "ab".repeat(32);

function record(folder: string, name: string, more: Partial<FileRecord> = {}): FileRecord {
  return {
    folder,
    name,
    device: "2049",
    inode: `${folder}/${name}`,
    size: 1000,
    mtimeNs: "1763000000123456789",
    ctimeNs: "1763000000123456790",
    sha256: null,
    isSure: false,
    foundAt: NOW,
    origin: null,
    check: null,
    ...more,
  };
}

export function describeFiles(open: OpenStore): void {
  describe("files", () => {
    let under: StoreUnderTest;
    let files: FileStore;
    beforeEach(async () => {
      under = await open();
      files = under.store.files("here");
    });
    afterEach(() => under.dispose());

    const pathsOf = (records: readonly FileRecord[]): string[] =>
      records.map(({ folder, name }) => `${folder}/${name}`);

    it("come back as they were saved, nanoseconds and all, and only to their machine", async () => {
      const full = record("/m/vae", "ä ö.safetensors", {
        size: 40_000_000_000_123,
        sha256: SHA,
        isSure: true,
        origin: { source: { kind: "url", url: "https://example.com/x" }, url: "https://example.com/x?key=1" },
        check: { at: NOW, verdict: "wrong", expected: SHA, origin: "model entry" },
      });
      await files.save([full]);
      expect(await files.get(full)).toEqual(full);
      expect(await under.store.files("there").get(full)).toBeNull();
      expect(await files.get({ folder: "/m/vae", name: "other" })).toBeNull();
    });

    it("are changed in their place", async () => {
      await files.save([record("/m", "a", { sha256: SHA }), record("/m", "b")]);
      await files.save([record("/m", "a", { size: 5 })]);
      expect(await files.inFolder("/m", ["a", "b", "c"])).toEqual([
        record("/m", "a", { size: 5 }),
        record("/m", "b"),
      ]);
      expect(await files.byHash(SHA, 10)).toEqual([]);
    });

    it("are found by hash, by size and by their number on the disk", async () => {
      const one = record("/m", "one", { sha256: SHA, size: 7, inode: "1" });
      const two = record("/m", "two", { sha256: SHA, size: 7, inode: "2" });
      const other = record("/m", "other", { size: 8, inode: "3" });
      await files.save([one, two, other]);
      expect(await files.byHash(SHA, 10)).toEqual([one, two]);
      expect(await files.byHash(SHA, 1)).toEqual([one]);
      expect(await files.bySize(8, 10)).toEqual([other]);
      expect(await files.byInode(["2", "3", "4"])).toEqual([two, other]);
    });

    it("that nobody has read are given the largest first, page by page", async () => {
      await files.save([
        record("/m", "read", { size: 900, sha256: SHA }),
        record("/m", "small", { size: 1 }),
        record("/m", "a", { size: 50 }),
        record("/m", "b", { size: 50 }),
        record("/n", "a", { size: 50 }),
      ]);
      const seen: string[] = [];
      let after: FileRecord | null = null;
      for (;;) {
        const [next]: FileRecord[] = await files.unread(after, 1);
        if (next === undefined) break;
        seen.push(...pathsOf([next]));
        after = next;
      }
      expect(seen).toEqual(["/n/a", "/m/b", "/m/a", "/m/small"]);
    });

    it("are listed below a folder, and not below one whose name goes on", async () => {
      await files.save([
        record("/m/vae", "x"),
        record("/m/vae/sub", "y"),
        record("/m/vae.old", "z"),
        record("/m/vae0", "z"),
        record("/m", "w"),
      ]);
      expect(pathsOf(await files.page({ under: "/m/vae", after: null, limit: 10 }))).toEqual([
        "/m/vae/x",
        "/m/vae/sub/y",
      ]);
      const all = await files.page({ under: null, after: null, limit: 10 });
      expect(all).toHaveLength(5);
      const second = all[1] as FileRecord;
      expect(await files.page({ under: null, after: second, limit: 10 })).toEqual(all.slice(2));
      expect(await files.page({ under: "/", after: null, limit: 10 })).toHaveLength(5);
    });

    it("are forgotten one by one, and their folders are told in order", async () => {
      await files.save([record("/b", "x"), record("/b", "y"), record("/a", "x")]);
      expect([
        await files.folderAfter(null),
        await files.folderAfter("/a"),
        await files.folderAfter("/b"),
      ]).toEqual(["/a", "/b", null]);
      await files.remove("/b", ["x", "not there"]);
      expect(await files.names("/b", null, 10)).toEqual(["y"]);
      expect(await files.names("/b", "y", 10)).toEqual([]);
      await files.remove("/b", []);
      expect(await files.names("/a", null, 10)).toEqual(["x"]);
    });
  });
}
