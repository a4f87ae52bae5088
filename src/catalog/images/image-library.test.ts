import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { Origin } from "../../../test/world/origin.ts";
import { startOrigin } from "../../../test/world/origin.ts";
import { imagePath, publish } from "../../../test/world/simplestreams.ts";
import type { Release } from "../../../test/world/simplestreams.ts";
import type { ImageFile, ImageLibrary } from "../../job/image-contract.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import { parseMetalink } from "../../transfer/metalink/parse-metalink.ts";
import { createImageLibrary } from "./image-library.ts";
import type { ImageLibraryOptions } from "./image-library.ts";

const NEVER = new AbortController().signal;
const NOBLE: Release = {
  codename: "noble",
  version: "24.04",
  architecture: "amd64",
  builds: [{ build: "20260926", size: 2000 }],
};
const NEWER = { ...NOBLE, builds: [...NOBLE.builds, { build: "20261003", size: 3000 }] };

let folder: string;
let origin: Origin;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-images-"));
  origin = await startOrigin();
  closing = [() => origin.close()];
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Long ago, so that it counts as settled. */
function put(filepath: string, bytes: string | Buffer, at = 1_000_000_000): string {
  const path = join(folder, "images", filepath);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  utimesSync(path, at, at);
  return path;
}

function qcow2(size: number, fill = 0): Buffer {
  const bytes = Buffer.alloc(4096, fill);
  Buffer.from("QFI\u00fb\u0000\u0000\u0000\u0003", "latin1").copy(bytes);
  bytes.writeBigUInt64BE(BigInt(size), 24);
  return bytes;
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

interface Entry {
  id: string;
  [field: string]: unknown;
}

const entry = (fields: Entry): Entry => ({
  name: fields.id,
  url: "https://example.org/x.qcow2",
  format: "qcow2",
  os: { family: "linux", distribution: "x", version: "1", architecture: "x86_64" },
  ...fields,
});

function ubuntu(): Entry {
  const root = `${origin.url}/releases/noble/`;
  const name = "ubuntu-24.04-server-cloudimg-amd64.img";
  return entry({
    id: "ubuntu-24.04",
    url: `${root}release/${name}`,
    latest: {
      list: root,
      match: "release-{build}/",
      url: `${root}release-{build}/${name}`,
      checksum_url: `${root}release-{build}/SHA256SUMS`,
    },
  });
}

function library(
  entries: readonly unknown[] = [],
  more: Partial<ImageLibraryOptions> & { catalogue?: object } = {},
): ImageLibrary {
  const { catalogue, ...options } = more;
  const catalogFile = join(folder, "catalogue.json");
  writeFileSync(catalogFile, JSON.stringify(catalogue ?? { images: entries }));
  // The folder is looked at again at once, not in ten seconds.
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((wake) => {
      const timer = setTimeout(wake, ms < 9_000 ? ms : 2);
      signal?.addEventListener("abort", () => (clearTimeout(timer), wake()), { once: true });
    });
  const clock = { now: () => Date.now(), sleep };
  const transfer = createTransfer({ clock });
  const made = createImageLibrary({
    folder: join(folder, "images"),
    catalogFile,
    builtInFile: join(import.meta.dirname, "../../../image_catalog.yaml"),
    bookFile: join(folder, "data/images.json"),
    keepBuilds: null,
    fetch: transfer.fetchDocument,
    parseMetalink: async (bytes) => parseMetalink(bytes),
    clock,
    log: { warn: () => {} },
    ...options,
  });
  closing.push(
    () => transfer.close(),
    () => made.stop(),
  );
  return made;
}

async function only(of: ImageLibrary): Promise<ImageFile> {
  const { files } = await of.files();
  expect(files).toHaveLength(1);
  return files[0] as ImageFile;
}

/** Waits for the background. */
async function until(
  of: ImageLibrary,
  fits: (files: readonly ImageFile[]) => boolean,
): Promise<readonly ImageFile[]> {
  for (;;) {
    const { files } = await of.files();
    if (fits(files)) return files;
    await new Promise((again) => setTimeout(again, 5));
  }
}

describe("the images folder", () => {
  it("shows what is an image by its first bytes or its name, with the size of the disk in it", async () => {
    put("disk.qcow2", qcow2(10_000_000));
    put("folder/no-ending", qcow2(5));
    put("fresh.iso", "not an iso yet");
    put("notes.txt", "hello");
    put("SHA256SUMS", "x");
    put("big.qcow2.part", qcow2(1));
    put("big.qcow2.part.json", "{}");
    put("big.qcow2.part.lock", "");
    put(".hidden/x.qcow2", qcow2(1));
    put("archive.tar.gz", Buffer.from("1f8b08", "hex"));
    put("packed.qcow2.xz", Buffer.from("fd377a585a00", "hex"));
    symlinkSync(join(folder, "nowhere"), join(folder, "images/dangling.qcow2"));
    symlinkSync(join(folder, "images/disk.qcow2"), join(folder, "images/link.qcow2"));
    const { files, troubles } = await library().files();
    expect(troubles).toEqual([]);
    expect(files.map(({ filepath, type, virtualSize }) => [filepath, type, virtualSize])).toEqual([
      ["disk.qcow2", "qcow2", 10_000_000],
      ["folder/no-ending", "qcow2", 5],
      ["fresh.iso", "unknown", null],
      ["link.qcow2", "qcow2", 10_000_000],
      ["packed.qcow2.xz", "compressed", null],
    ]);
  });

  it("need not exist, and is shown whatever is wrong with the catalogue", async () => {
    const none = library();
    expect(await none.files()).toEqual({ files: [], troubles: [] });
    put("disk.qcow2", qcow2(1));
    writeFileSync(join(folder, "catalogue.json"), "{");
    await expect(none.catalogue()).rejects.toThrow(/catalogue\.json, line 1/);
    expect((await none.files()).files).toHaveLength(1);
  });

  it("is looked at anew: a header that changed counts", async () => {
    put("disk.qcow2", qcow2(1));
    const here = library();
    expect((await only(here)).virtualSize).toBe(1);
    put("disk.qcow2", qcow2(2), 1_000_000_001);
    expect((await only(here)).virtualSize).toBe(2);
  });
});

describe("a file without a note", () => {
  it("is hashed in the background and found in the catalogue by its hash; the hash is kept for the next start", async () => {
    const bytes = qcow2(7);
    put("whatever.qcow2", bytes);
    const images = [entry({ id: "mine", checksum: sha256(bytes), build: "20260101" })];
    const here = library(images);
    expect(await only(here)).toMatchObject({ hashes: {}, note: null, checksum: { kind: "unverified" } });
    here.start();
    const [file] = await until(here, ([first]) => first?.note !== null);
    expect(file).toMatchObject({
      note: { imageId: "mine", build: "20260101" },
      checksum: { kind: "verified", checksum: { hex: sha256(bytes) } },
    });
    await here.stop();
    expect((await only(library(images))).note?.imageId).toBe("mine");
  });

  it("that has changed since is nobody's again", async () => {
    const bytes = qcow2(7);
    put("whatever.qcow2", bytes);
    const here = library([entry({ id: "mine", checksum: sha256(bytes) })]);
    here.start();
    await until(here, ([first]) => first?.note !== null);
    put("whatever.qcow2", qcow2(8), 1_000_000_001);
    expect((await only(here)).note).toBeNull();
  });

  it("that changes all the time, as the disk of a machine does, is read through once an hour", async () => {
    put("machine.raw", "one");
    let now = Date.now();
    let rounds = 0;
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      if (ms === 10_000) rounds += 1;
      if (signal?.aborted !== true) await new Promise((wake) => setTimeout(wake, 2));
    };
    const here = library([], { clock: { now: () => now, sleep } });
    here.start();
    await until(here, ([file]) => file?.hashes.sha256 !== undefined);
    put("machine.raw", "two", 1_000_000_001);
    const from = rounds;
    await until(here, () => rounds > from + 3);
    expect((await only(here)).hashes).toEqual({});
    now += 60 * 60_000;
    await until(here, ([file]) => file?.hashes.sha256 === sha256(Buffer.from("two")));
  });

  it("called as its publisher calls it is held against the publisher's list", async () => {
    publish(origin, [NOBLE]);
    put("ubuntu-24.04-20260926.img", origin.bytes(imagePath(NOBLE, "20260926")));
    const here = library([ubuntu()]);
    here.start();
    const [file] = await until(here, ([first]) => first?.note !== null);
    expect(file).toMatchObject({
      note: { imageId: "ubuntu-24.04", build: "20260926" },
      checksum: { kind: "verified" },
    });
  });

  it("of another name is no reason to ask anybody", async () => {
    publish(origin, [NOBLE]);
    put("secret-project.img", origin.bytes(imagePath(NOBLE, "20260926")));
    const here = library([ubuntu()]);
    here.start();
    await until(here, ([first]) => first?.hashes.sha256 !== undefined);
    await here.stop();
    expect(origin.requests).toEqual([]);
  });
});

describe("a note", () => {
  const note = { imageId: "mine", build: "20260101", checksum: null, verified: false };
  it("outlives the program, and goes with its file", async () => {
    const path = put("mine-20260101.qcow2", qcow2(1));
    await library().noteFile(path, note);
    const next = library();
    expect((await only(next)).note).toEqual(note);
    expect(await next.remove("mine-20260101.qcow2")).toBe(true);
    expect(await next.remove("mine-20260101.qcow2")).toBe(false);
    put("mine-20260101.qcow2", qcow2(1), 1_000_000_002);
    expect((await only(next)).note).toBeNull();
  });

  it("of a file whose bytes are others shows the damage", async () => {
    const bytes = qcow2(1);
    const path = put("mine.qcow2", bytes);
    const here = library();
    await here.noteFile(path, {
      ...note,
      checksum: { algorithm: "sha256", hex: "0".repeat(64), origin: "SHA256SUMS" },
    });
    here.start();
    const [file] = await until(here, ([first]) => first?.checksum.kind === "damaged");
    expect(file?.checksum).toEqual({ kind: "damaged", reason: expect.stringContaining(sha256(bytes)) });
  });

  it("is kept while others look for the first time", async () => {
    const path = put("mine.qcow2", qcow2(1));
    const here = library();
    await Promise.all([here.files(), here.noteFile(path, note), here.files()]);
    expect((await only(here)).note).toEqual(note);
  });

  it("is begun anew where the book is broken", async () => {
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "data/images.json"), '{"version":1,"files":{"a":7}}');
    const path = put("mine.qcow2", qcow2(1));
    const here = library();
    expect((await only(here)).note).toBeNull();
    await here.noteFile(path, note);
    expect(JSON.parse(readFileSync(join(folder, "data/images.json"), "utf8"))).toMatchObject({
      files: { "mine.qcow2": { note } },
    });
  });

  it("outside of the folder is none", async () => {
    put("mine.qcow2", qcow2(1));
    const here = library();
    await here.noteFile("/etc/passwd", note);
    expect((await only(here)).note).toBeNull();
  });
});

test.each(["../catalogue.json", "/etc/passwd", "mine.qcow2/..", "notes.txt", ""])(
  "nothing but an image of the folder can be deleted: %j",
  async (name) => {
    put("mine.qcow2", qcow2(1));
    put("notes.txt", "x");
    const here = library();
    expect(await here.remove(name)).toBe(false);
    expect(readFileSync(join(folder, "images/notes.txt"), "utf8")).toBe("x");
    expect(readFileSync(join(folder, "catalogue.json"), "utf8")).toContain("images");
  },
);

describe("older builds", () => {
  const builds = ["20260101", "20260201", "20260210", "20260301"];
  const noted = async (here: ImageLibrary): Promise<void> => {
    put("stranger.qcow2", qcow2(9));
    put("mine-20260101-by-hand.qcow2", qcow2(9));
    await here.noteFile(put("other-20250101.qcow2", qcow2(1)), {
      imageId: "other",
      build: "20250101",
      checksum: null,
      verified: true,
    });
    for (const build of builds)
      await here.noteFile(put(`mine-${build}.qcow2`, qcow2(1)), {
        imageId: "mine",
        build,
        checksum: null,
        verified: true,
      });
  };
  const names = async (here: ImageLibrary): Promise<string[]> =>
    (await here.files()).files.map(({ filepath }) => filepath);

  it("stay, if nothing is set", async () => {
    const here = library();
    await noted(here);
    expect(await names(here)).toHaveLength(7);
  });

  it("beyond those to be kept go when a new one has come, and nothing else does", async () => {
    const here = library([], { keepBuilds: 2 });
    await noted(here);
    expect(await names(here)).toEqual([
      "mine-20260101-by-hand.qcow2",
      "mine-20260210.qcow2",
      "mine-20260301.qcow2",
      "other-20250101.qcow2",
      "stranger.qcow2",
    ]);
  });
});

describe("updates", () => {
  const noteOf = (build: string | null, hex: string | null): Parameters<ImageLibrary["noteFile"]>[1] => ({
    imageId: "ubuntu-24.04",
    build,
    checksum: hex === null ? null : { algorithm: "sha256", hex, origin: "x" },
    verified: true,
  });

  it("are builds that are newer than all that are here; when one has come there is none any more", async () => {
    publish(origin, [NOBLE]);
    const here = library([ubuntu()]);
    const path = put("ubuntu-24.04-20260926.img", "x");
    await here.noteFile(path, noteOf("20260926", null));
    expect(await here.checkUpdates(NEVER)).toEqual([]);
    expect(here.updateOf("ubuntu-24.04")).toBeNull();
    publish(origin, [NEWER]);
    const later = library([ubuntu()]);
    await later.checkUpdates(NEVER);
    expect(later.updateOf("ubuntu-24.04")).toEqual({
      build: "20261003",
      url: origin.url + imagePath(NEWER, "20261003"),
    });
    await later.noteFile(put("ubuntu-24.04-20261003.img", "y"), noteOf("20261003", null));
    expect(later.updateOf("ubuntu-24.04")).toBeNull();
  });

  it("of images without builds are told by their hash", async () => {
    origin.put("/x.qcow2.sha256", { size: 0, text: `${"b".repeat(64)}  x.qcow2\n` });
    const images = [
      entry({
        id: "ubuntu-24.04",
        url: `${origin.url}/x.qcow2`,
        checksum_url: `${origin.url}/x.qcow2.sha256`,
      }),
    ];
    const here = library(images);
    const path = put("ubuntu-24.04.qcow2", "x");
    await here.noteFile(path, noteOf(null, "b".repeat(64)));
    await here.checkUpdates(NEVER);
    expect(here.updateOf("ubuntu-24.04")).toBeNull();
    await here.noteFile(path, noteOf(null, "a".repeat(64)));
    await here.checkUpdates(NEVER);
    expect(here.updateOf("ubuntu-24.04")).toEqual({ build: null, url: `${origin.url}/x.qcow2` });
  });

  it("are asked for images that are here alone; whoever cannot be asked is named, and what was known stays", async () => {
    publish(origin, [NEWER]);
    const images = [ubuntu(), { ...ubuntu(), id: "absent" }];
    const here = library(images);
    await here.noteFile(put("ubuntu-24.04-20260926.img", "x"), noteOf("20260926", null));
    await here.checkUpdates(NEVER);
    expect(new Set(origin.requests.map(({ path }) => path))).toEqual(
      new Set(["/releases/noble/", "/releases/noble/release-20261003/SHA256SUMS"]),
    );
    origin.change("/releases/noble/", { status: 404 });
    const later = library(images);
    expect(await later.checkUpdates(NEVER)).toEqual([
      { imageId: "ubuntu-24.04", failure: expect.objectContaining({ code: "not_found" }) },
    ]);
    expect(here.updateOf("ubuntu-24.04")?.build).toBe("20261003");
  });
});

describe("the catalogue", () => {
  it("is one's own, with trees and the built-in images if asked for; one's own entries count before those", async () => {
    const root = publish(origin, [NOBLE]);
    const here = library([], {
      catalogue: {
        images: [entry({ id: "debian-12", name: "Mine" })],
        simplestreams: [{ url: root, prefix: "u-" }],
        built_in: true,
      },
    });
    const { byId, bad, entries } = await here.catalogue();
    expect(bad).toEqual([]);
    expect(byId("debian-12")?.name).toBe("Mine");
    expect(byId("u-server-24.04-amd64")).toMatchObject({ build: "20260926", sizeBytes: 2000 });
    expect(byId("rocky-9")).not.toBeNull();
    expect(byId("nothing")).toBeNull();
    expect(entries.filter(({ id }) => id === "debian-12")).toHaveLength(1);
    // The same object as long as nothing has changed.
    expect(await here.catalogue()).toBe(await here.catalogue());
  });

  it("is the built-in one where there is no other", async () => {
    const { entries } = await library([], { catalogFile: null }).catalogue();
    expect(entries.map(({ id }) => id)).toContain("ubuntu-24.04");
  });

  it("with a tree in trouble has the rest, and says what is wrong", async () => {
    const here = library([], {
      catalogue: {
        images: [entry({ id: "mine" })],
        simplestreams: [{ url: origin.url }, { url: "ftp://x" }, 7],
      },
    });
    const { entries, bad } = await here.catalogue();
    expect(entries.map(({ id }) => id)).toEqual(["mine"]);
    expect(bad.map(({ field }) => field)).toEqual([
      "simplestreams.1.url",
      "simplestreams.2",
      `${origin.url}/streams/v1/index.json`,
    ]);
  });

  it("that is not there, or too large, is said to be so", async () => {
    const here = library([], { catalogFile: join(folder, "none.json") });
    await expect(here.catalogue()).rejects.toThrow(/none\.json does not exist/);
    const large = library();
    writeFileSync(join(folder, "catalogue.json"), Buffer.alloc(100 * 1024 * 1024, " "));
    await expect(large.catalogue()).rejects.toThrow(/larger than/);
  });
});

test("an import is called as it is asked to be, and never leaves the folder", async () => {
  const here = library([entry({ id: "taken.img" })]);
  const ask = (name: string, url = "https://example.org/a/b.qcow2?x=1") =>
    here.planImport({ name, url, checksum: null });
  const nameOf = async (name: string, url?: string) => {
    const outcome = await ask(name, url);
    return outcome.kind === "step" ? outcome.step.name : outcome.field;
  };
  expect(await nameOf("My image")).toBe("My image.qcow2");
  expect(await nameOf("mine.img")).toBe("mine.img");
  expect(await nameOf("mine", "https://example.org/download")).toBe("mine.img");
  expect(await nameOf("mine", "https://example.org/x.raw.XZ")).toBe("mine.raw.xz");
  for (const name of ["../up", "a/b", "a\\b", "", "...", "taken", ".hidden/../x"])
    expect(["name", "hidden.qcow2"], name).toContain(await nameOf(name, "https://e.org/x.img"));
  expect(await nameOf("x", "file:///etc/passwd")).toBe("url");
});
