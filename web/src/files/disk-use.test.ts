import { expect, test } from "vitest";
import { totalOf, usesBelow, wayTo } from "./disk-use.ts";

const folder = (path: string, files: number, bytes: number, unread_bytes = 0) => ({
  folder: path,
  files,
  bytes,
  unread_bytes,
});
const DISK = {
  roots: ["/m", "/m/images", "/d"],
  folders: [
    folder("/d", 1, 50),
    folder("/m", 1, 5),
    folder("/m/images", 1, 40, 40),
    folder("/m/vae", 2, 20),
    folder("/m/vae/old", 1, 300, 100),
    folder("/m/vae-extra", 1, 7),
  ],
};
const sizes = (at: string | null) => usesBelow(DISK, at).map(({ name, bytes }) => [name, bytes]);

test("a folder counts with all that is below it, the largest first", () => {
  expect(sizes(null)).toEqual([
    ["/m", 372],
    ["/d", 50],
  ]);
  expect(sizes("/m")).toEqual([
    ["vae", 320],
    ["images", 40],
    ["vae-extra", 7],
  ]);
  expect(sizes("/m/vae")).toEqual([["old", 300]]);
  expect(sizes("/m/vae/old")).toEqual([]);
  expect(usesBelow(DISK, "/m")[0]).toEqual({
    path: "/m/vae",
    name: "vae",
    files: 3,
    bytes: 320,
    unreadBytes: 100,
  });
});

test("a folder whose name only begins like another's is not in it", () => {
  expect(totalOf(DISK, "/m/vae")).toMatchObject({ files: 3, bytes: 320 });
  expect(totalOf(DISK, null)).toMatchObject({ files: 7, bytes: 422, unreadBytes: 140 });
});

test("the way back leads over every folder to the root", () => {
  expect(wayTo("/m/vae/old", DISK.roots)).toEqual([
    { path: "/m", name: "/m" },
    { path: "/m/vae", name: "vae" },
    { path: "/m/vae/old", name: "old" },
  ]);
  expect(wayTo(null, DISK.roots)).toEqual([]);
  expect(wayTo("/elsewhere", DISK.roots)).toEqual([]);
});

test("the root of the disk is a folder like any other", () => {
  const disk = { roots: ["/"], folders: [folder("/a/b", 1, 2)] };
  expect(usesBelow(disk, null)).toMatchObject([{ path: "/", bytes: 2 }]);
  expect(usesBelow(disk, "/")).toMatchObject([{ path: "/a", bytes: 2 }]);
  expect(wayTo("/a/b", disk.roots).map(({ path }) => path)).toEqual(["/", "/a", "/a/b"]);
});
