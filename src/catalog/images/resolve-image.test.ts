import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { findProgram } from "../../../tools/test-tools.ts";
import { afterAll, afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { Origin } from "../../../test/world/origin.ts";
import { startOrigin } from "../../../test/world/origin.ts";
import { imagePath, publish } from "../../../test/world/simplestreams.ts";
import type { Release } from "../../../test/world/simplestreams.ts";
import type { ImageEntry, ImageResolution, ResolvedImage } from "../../job/image-contract.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import { parseMetalink } from "../../transfer/metalink/parse-metalink.ts";
import { namesOfDocument } from "./names-of-document.ts";
import { createReadText } from "./read-text.ts";
import { resolveImage } from "./resolve-image.ts";
import { parseIndex } from "./simplestreams/parse-index.ts";
import { parseProducts } from "./simplestreams/parse-products.ts";
import { readTree } from "./simplestreams/read-tree.ts";
import type { Tree } from "./simplestreams/read-tree.ts";
import type { TreeSetting } from "./simplestreams/tree-setting.ts";

const NEVER = new AbortController().signal;
const CLOCK = { now: () => Date.now(), sleep: async () => {} };
const transfer = createTransfer({ clock: CLOCK });
const read = createReadText(transfer.fetchDocument);
const parts = { read, parseMetalink: async (bytes: Uint8Array) => parseMetalink(bytes) };
afterAll(() => transfer.close());

const NOBLE: Release = {
  codename: "noble",
  version: "24.04",
  architecture: "amd64",
  builds: [
    { build: "20260926", size: 2000 },
    { build: "20261003", size: 3000 },
  ],
};

let origin: Origin;
let root: string;
beforeEach(async () => {
  origin = await startOrigin();
  root = publish(origin, [NOBLE]);
});
afterEach(() => origin.close());

function entry(fields: Partial<ImageEntry> = {}): ImageEntry {
  return {
    id: "ubuntu-24.04",
    name: "Ubuntu",
    description: "",
    url: `${root}noble/release/ubuntu.img`,
    checksum: null,
    checksumUrl: null,
    signedBy: null,
    signatureUrl: null,
    os: {
      family: "linux",
      distribution: "ubuntu",
      version: "24.04",
      architecture: "x86_64",
      defaultUser: null,
    },
    format: "qcow2",
    sizeBytes: null,
    latest: null,
    build: null,
    ...fields,
  };
}

const LATEST = {
  match: "release-{build}/",
  signatureUrl: null,
  get list() {
    return `${root}noble/`;
  },
  get url() {
    return `${root}noble/release-{build}/ubuntu-24.04-server-cloudimg-amd64.img`;
  },
  get checksumUrl() {
    return `${root}noble/release-{build}/SHA256SUMS`;
  },
};

async function resolve(fields: Partial<ImageEntry>): Promise<ResolvedImage> {
  const outcome = await resolveImage(entry(fields), parts, NEVER);
  if (outcome.kind !== "resolved") throw new Error(JSON.stringify(outcome));
  return outcome.image;
}

function put(path: string, text: string): string {
  origin.put(path, { size: 0, text });
  return origin.url + path;
}

describe("the latest image", () => {
  it("is the newest dated build of the folder's page, with its hash of the list beside it", async () => {
    const image = await resolve({ latest: LATEST });
    expect(image).toMatchObject({
      build: "20261003",
      url: origin.url + imagePath(NOBLE, "20261003"),
      fileName: "ubuntu-24.04-20261003.img",
      checksum: {
        algorithm: "sha256",
        hex: origin.hash(imagePath(NOBLE, "20261003")),
        origin: `SHA256SUMS of ${new URL(origin.url).host}`,
      },
    });
  });

  it("is found in a checksum list as well, with the size it tells", async () => {
    const names = [
      "9-GenericCloud-9.8-20260525.0",
      "9-GenericCloud-9.10-20260101.0",
      "9-GenericCloud.latest",
    ];
    const lines = names.map(
      (name, at) => `# R-${name}.qcow2: ${at}00 bytes\nSHA256 (R-${name}.qcow2) = ${String(at).repeat(64)}\n`,
    );
    const list = put("/CHECKSUM", lines.join(""));
    const image = await resolve({
      id: "rocky-9",
      latest: {
        list,
        match: "R-9-GenericCloud-{build}.qcow2",
        url: `${origin.url}/R-9-GenericCloud-{build}.qcow2`,
        checksumUrl: list,
        signatureUrl: null,
      },
    });
    expect(image).toMatchObject({
      build: "9.10-20260101.0",
      fileName: "rocky-9-9.10-20260101.0.qcow2",
      sizeBytes: 100,
      checksum: { hex: "1".repeat(64) },
    });
  });

  it("is what the entry itself leads to where the list names no build", async () => {
    origin.change("/releases/noble/", { text: "<html><a href='release/'>release</a></html>" });
    const image = await resolve({ latest: LATEST });
    expect(image).toMatchObject({
      build: null,
      url: `${root}noble/release/ubuntu.img`,
      fileName: "ubuntu-24.04.img",
    });
  });

  it("leads nowhere else, whatever the page says", async () => {
    const links = [
      "https://evil.example/release-99999999/",
      "//evil.example/release-99999998/",
      "../release-99999997/",
      "release-2026/../../../x/",
      "release-99999996/?x=/",
      "release-%2e%2e/",
    ];
    origin.change("/releases/noble/", {
      text: `<html>${links.map((link) => `<a href="${link}">x</a>`).join("")}<a href=release-20260926/>x</a></html>`,
    });
    expect((await resolve({ latest: LATEST })).build).toBe("20260926");
  });
});

describe("the hash of an image is found", () => {
  const A = "a".repeat(64);
  it.each<[string, string, string]>([
    ["in a list for it alone that calls it otherwise", "x.sha256", `${A}  build-9.72.qcow2\n`],
    ["bare", "x.sha256", `${A}\n`],
    [
      "in a signed CHECKSUM, without a key",
      "CHECKSUM",
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# ubuntu.img: 77 bytes\nSHA256 (ubuntu.img) = ${A}\nSHA256 (b) = ${"b".repeat(64)}\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n`,
    ],
    [
      "in a Metalink",
      "x.meta4",
      `<?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="ubuntu.img"><size>77</size><hash type="sha-256">${A}</hash><url>https://e.org/x</url></file></metalink>`,
    ],
  ])("%s", async (_, name, text) => {
    expect((await resolve({ checksumUrl: put(`/${name}`, text) })).checksum?.hex).toBe(A);
  });

  it("in the entry itself, and nobody is asked", async () => {
    const image = await resolve({
      checksum: { algorithm: "sha512", hex: "c".repeat(128) },
      checksumUrl: `${root}none`,
    });
    expect(image.checksum).toEqual({ algorithm: "sha512", hex: "c".repeat(128), origin: "image catalogue" });
    expect(origin.requests).toEqual([]);
  });
});

test.each<[string, string, string]>([
  ["does not speak of it", `${"a".repeat(64)}  one.img\n${"b".repeat(64)}  two.img\n`, "not_found"],
  ["contradicts itself", `${"a".repeat(64)}  ubuntu.img\n${"b".repeat(64)}  ubuntu.img\n`, "not_found"],
  ["is a page", "<!DOCTYPE html><title>Hello</title>", "not_found"],
  [
    "is a Metalink of others",
    `<?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink"/>`,
    "not_found",
  ],
])("a list that %s is said to be at fault: no image is fetched without its hash", async (_, text, code) => {
  const checksumUrl = put("/SUMS", text);
  const outcome = await resolveImage(entry({ checksumUrl }), parts, NEVER);
  expect(outcome).toMatchObject({
    kind: "failed",
    failure: { code, message: expect.stringContaining(checksumUrl) },
  });
});

test.each<[string, object, string]>([
  ["is not there", { status: 404 }, "not_found"],
  ["is of a server in trouble", { status: 503 }, "server_error"],
  ["never ends", { size: 100_000_000, length: "chunked" }, "wrong_content"],
])("a list that %s is a failure with its code", async (_, spec, code) => {
  origin.put("/SUMS", { size: 10, ...spec });
  const outcome = await resolveImage(entry({ checksumUrl: `${origin.url}/SUMS` }), parts, NEVER);
  expect(outcome).toMatchObject({ kind: "failed", failure: { code } });
});

describe("a tree of simplestreams", () => {
  const setting: TreeSetting = {
    url: "",
    prefix: "ubuntu-",
    items: null,
    architectures: null,
    signedBy: null,
  };
  const readAt = (url: string, more: Partial<TreeSetting> = {}): Promise<Tree> =>
    readTree({ ...setting, url, ...more }, read, NEVER);

  it("has the newest image of each product, with hash and size", async () => {
    root = publish(origin, [NOBLE, { ...NOBLE, architecture: "arm64" }]);
    const { entries, bad } = await readAt(root);
    expect(bad).toEqual([]);
    expect(entries.map(({ id }) => id)).toEqual(["ubuntu-server-24.04-amd64", "ubuntu-server-24.04-arm64"]);
    expect(entries[0]).toMatchObject({
      name: "Ubuntu 24.04 LTS",
      url: origin.url + imagePath(NOBLE, "20261003"),
      checksum: { algorithm: "sha256", hex: origin.hash(imagePath(NOBLE, "20261003")) },
      sizeBytes: 3000,
      build: "20261003",
      os: { distribution: "ubuntu", version: "24.04", architecture: "x86_64" },
      format: "img",
    });
    expect((await readAt(`${root}streams/v1/index.json`)).entries).toHaveLength(2);
    expect((await readAt(root, { architectures: ["arm64"] })).entries).toHaveLength(1);
    expect((await readAt(root, { items: ["manifest"] })).entries.map(({ format }) => format)).toEqual([
      "img",
      "img",
    ]);
  });

  it("whose indexes name each other in circles is read once", async () => {
    const index = (...paths: string[]): string =>
      JSON.stringify({
        format: "index:1.0",
        index: Object.fromEntries(paths.map((path, at) => [`i${at}`, { format: "index:1.0", path }])),
      });
    put("/loop/streams/v1/index.json", index("streams/v1/index.json", "streams/v1/b.json"));
    put(
      "/loop/streams/v1/b.json",
      index("streams/v1/index.json", "streams/v1/./b.json", "streams/v1/c.json"),
    );
    put("/loop/streams/v1/c.json", JSON.stringify({ format: "products:1.0", products: {} }));
    const { entries, bad } = await readAt(`${origin.url}/loop/`);
    expect([entries, bad]).toEqual([[], []]);
    expect(origin.requests).toHaveLength(3);
  });

  it("that names more documents than any tree has is read as far as one would have", async () => {
    const paths = Array.from({ length: 300 }, (_, at) => [
      `i${at}`,
      { format: "index:1.0", path: `d${at}.json` },
    ]);
    put(
      "/wide/streams/v1/index.json",
      JSON.stringify({ format: "index:1.0", index: Object.fromEntries(paths) }),
    );
    await readAt(`${origin.url}/wide/`);
    expect(origin.requests.length).toBeLessThanOrEqual(50);
  });

  it("with wrong products names each, and the right ones are used", async () => {
    const version = (item: object): object => ({
      versions: { "20260101": { items: { "disk1.img": item } } },
    });
    const path = "a/disk.img";
    const products = {
      "p:good": version({ path, sha256: "a".repeat(64), size: 5 }),
      "p:list": [],
      "p:none": { arch: "amd64" },
      "p:size": version({ path, size: "5" }),
      "p:hash": version({ path, sha256: "xyz" }),
      "p:up": version({ path: "../../etc/disk.img" }),
      "p:away": version({ path: "https://evil.example/disk.img" }),
      "p:beside": version({ path: "//evil.example/disk.img" }),
      "p:../..": version({ path }),
      "p:newest": {
        versions: { "9": { items: { x: { path: "old.img" } } }, "10": { items: { x: { path } } } },
      },
    };
    put("/bad/streams/v1/index.json", JSON.stringify({ format: "products:1.0", products }));
    const { entries, bad } = await readAt(`${origin.url}/bad/`);
    // "Version names sort as bytes": 9 is behind 10.
    expect(entries.map(({ id, url }) => [id, url.slice(origin.url.length)])).toEqual([
      ["ubuntu-good", "/bad/a/disk.img"],
      ["ubuntu-newest", "/bad/old.img"],
    ]);
    expect(bad.map(({ id, field }) => id ?? field.replace(/^.*: /, ""))).toEqual([
      "products.p:list",
      "products.p:none.versions",
      "ubuntu-size",
      "ubuntu-hash",
      "ubuntu-up",
      "ubuntu-away",
      "ubuntu-beside",
      "products.p:../..",
    ]);
  });

  it.each<[string, object, RegExp]>([
    ["is not there", { status: 404 }, /cannot be read/],
    ["is no JSON", { text: "{" }, /index:1\.0 or products:1\.0/],
    ["is another JSON", { text: '{"format":"products:2.0"}' }, /index:1\.0 or products:1\.0/],
    ["is nested without end", { text: "[".repeat(200_000) }, /index:1\.0 or products:1\.0/],
    ["is a hundred million bytes", { size: 100_000_000 }, /cannot be read/],
  ])("whose index %s is said to be so", async (_, spec, reason) => {
    origin.put("/x/streams/v1/index.json", { size: 0, ...spec });
    const { entries, bad } = await readAt(`${origin.url}/x/`);
    expect(entries).toEqual([]);
    expect(bad).toEqual([
      { id: null, field: expect.stringContaining("/x/streams"), reason: expect.stringMatching(reason) },
    ]);
  });
});

test("no document makes the readers of trees and pages throw", () => {
  const setting: TreeSetting = {
    url: "https://e.org/",
    prefix: "",
    items: null,
    architectures: null,
    signedBy: null,
  };
  const word = fc.constantFrom(
    "products",
    "versions",
    "items",
    "path",
    "sha256",
    "size",
    "format",
    "index",
    "arch",
    "x.img",
    "../x",
    "products:1.0",
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 6 }, fc.jsonValue(), fc.dictionary(word, tie("any"), { maxKeys: 4 }), word),
  })).any;
  fc.assert(
    fc.property(value, (document) => {
      const { entries } = parseProducts(document, "https://e.org/", setting);
      for (const { url } of entries) expect(url.startsWith("https://e.org/")).toBe(true);
      for (const url of parseIndex(document, "https://e.org/").documents)
        expect(url.startsWith("https://e.org/")).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 500 }), fc.boolean(), (text, isPage) => {
      for (const name of namesOfDocument(`<a href="${text}">${text}`, isPage, "https://e.org/a/b"))
        expect(typeof name).toBe("string");
    }),
  );
});

const hasGpg = findProgram("gpg") !== null && findProgram("gpgv") !== null;

describe.skipIf(!hasGpg)("a list that has to be signed", () => {
  const home = mkdtempSync(join(tmpdir(), "haulyard-gpg-"));
  const gpg = (args: readonly string[], input = ""): Buffer =>
    execFileSync(
      "gpg",
      ["--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", ...args],
      { input, stdio: ["pipe", "pipe", "ignore"] },
    );
  const key = join(home, "key.asc");
  const other = join(home, "other.gpg");
  const LIST = `SHA256 (ubuntu.img) = ${"a".repeat(64)}\nSHA256 (b) = ${"b".repeat(64)}\n`;
  if (hasGpg) {
    gpg(["--quick-generate-key", "publisher@example.org", "ed25519", "sign", "never"]);
    gpg(["--quick-generate-key", "other@example.org", "ed25519", "sign", "never"]);
    writeFileSync(key, gpg(["--armor", "--export", "publisher@example.org"]));
    writeFileSync(other, gpg(["--export", "other@example.org"]));
  }
  const sign = (...how: string[]): string =>
    gpg(["-u", "publisher@example.org", "--output", "-", ...how], LIST).toString();
  afterAll(() => {
    spawnSync("gpgconf", ["--homedir", home, "--kill", "all"]);
    rmSync(home, { recursive: true, force: true });
  });

  it("is taken where its key signed it, and what stands outside of the signature does not count", async () => {
    const checksumUrl = put("/CHECKSUM", `SHA256 (ubuntu.img) = ${"c".repeat(64)}\n${sign("--clearsign")}`);
    const image = await resolve({ checksumUrl, signedBy: key });
    expect(image.checksum).toMatchObject({
      hex: "a".repeat(64),
      origin: expect.stringContaining("signed by its key"),
    });
  });

  it("may have its signature beside it", async () => {
    const signatureUrl = put("/SUMS.asc", sign("--armor", "--detach-sign"));
    expect(
      (await resolve({ checksumUrl: put("/SUMS", LIST), signatureUrl, signedBy: key })).checksum?.hex,
    ).toBe("a".repeat(64));
  });

  it("may be a tree: its signed documents are read, and others are not", async () => {
    const signed = (text: string): string =>
      gpg(["-u", "publisher@example.org", "--output", "-", "--clearsign"], text).toString();
    const index = {
      format: "index:1.0",
      index: { a: { format: "products:1.0", path: "streams/v1/a.json" } },
    };
    const products = {
      format: "products:1.0",
      products: { "p:x": { versions: { "1": { items: { i: { path: "x.img" } } } } } },
    };
    put("/s/streams/v1/index.sjson", signed(JSON.stringify(index)));
    put("/s/streams/v1/a.sjson", signed(JSON.stringify(products)));
    const setting: TreeSetting = {
      url: `${origin.url}/s/`,
      prefix: "",
      items: null,
      architectures: null,
      signedBy: key,
    };
    expect(await readTree(setting, read, NEVER)).toMatchObject({ entries: [{ id: "x" }], bad: [] });
    put("/s/streams/v1/a.sjson", JSON.stringify(products));
    // Another one: the first has what it read a moment ago.
    const other = createTransfer({ clock: CLOCK });
    const tree = await readTree(setting, createReadText(other.fetchDocument), NEVER);
    await other.close();
    expect(tree).toMatchObject({ entries: [], bad: [{ reason: expect.stringContaining("not signed") }] });
  });

  it.each<[string, () => Partial<ImageEntry>, string]>([
    [
      "by another key",
      () => ({ checksumUrl: put("/S", sign("--clearsign")), signedBy: other }),
      "checksum_mismatch",
    ],
    [
      "and was changed",
      () => ({ checksumUrl: put("/S", sign("--clearsign").replace("aaaa", "bbbb")), signedBy: key }),
      "checksum_mismatch",
    ],
    ["not at all", () => ({ checksumUrl: put("/S", LIST), signedBy: key }), "checksum_mismatch"],
    [
      "beside it, of another list",
      () => ({
        checksumUrl: put("/S", `${LIST} `),
        signatureUrl: put("/S.asc", sign("--armor", "--detach-sign")),
        signedBy: key,
      }),
      "checksum_mismatch",
    ],
    [
      "by a key that is none",
      () => ({ checksumUrl: put("/S", sign("--clearsign")), signedBy: join(home, "gpg.conf") }),
      "unsupported",
    ],
  ])("and is signed %s is refused", async (_, fields, code) => {
    const outcome: ImageResolution = await resolveImage(entry(fields()), parts, NEVER);
    expect(outcome).toMatchObject({ kind: "failed", failure: { code } });
  });
});
