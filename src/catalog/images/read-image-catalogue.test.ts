import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { CatalogueError } from "../../job/catalog-contract.ts";
import { compareBuilds } from "../../job/compare-builds.ts";
import { newestBuild } from "./build.ts";
import { readImageCatalogue } from "./read-image-catalogue.ts";

const ROOT = join(import.meta.dirname, "../../..");
const OS = { family: "linux", distribution: "debian", version: "12", architecture: "x86_64" };
const GOOD = { id: "good", name: "Good", url: "https://example.org/good.qcow2", format: "qcow2", os: OS };

const read = (images: unknown, file = "/etc/images.json") =>
  readImageCatalogue(JSON.stringify({ images }), file);

test("an entry with all fields is understood, in JSON and in YAML alike", () => {
  const yaml = `
images:
  - id: debian-12
    name: Debian 12
    description: |
      Two
      lines
    url: https://example.org/{nothing}/d.qcow2
    checksum: ${"AB".repeat(64)}
    checksum_type: sha512
    checksum_url: https://example.org/SHA512SUMS
    signed_by: keys/debian.asc
    signature_url: https://example.org/SHA512SUMS.sign
    os: { family: linux, distribution: debian, version: 12, architecture: x86_64, default_user: debian }
    format: qcow2
    size_bytes: 500
    latest:
      list: https://example.org/
      match: "{build}/"
      url: https://example.org/{build}/d-{build}.qcow2
`;
  const fromYaml = readImageCatalogue(yaml, "/etc/images.yaml");
  expect(fromYaml.bad).toEqual([]);
  expect(fromYaml.entries[0]).toEqual({
    id: "debian-12",
    name: "Debian 12",
    description: "Two\nlines\n",
    url: "https://example.org/{nothing}/d.qcow2",
    checksum: { algorithm: "sha512", hex: "ab".repeat(64) },
    checksumUrl: "https://example.org/SHA512SUMS",
    signedBy: "/etc/keys/debian.asc",
    signatureUrl: "https://example.org/SHA512SUMS.sign",
    os: {
      family: "linux",
      distribution: "debian",
      version: "12",
      architecture: "x86_64",
      defaultUser: "debian",
    },
    format: "qcow2",
    sizeBytes: 500,
    latest: {
      list: "https://example.org/",
      match: "{build}/",
      url: "https://example.org/{build}/d-{build}.qcow2",
      checksumUrl: null,
      signatureUrl: null,
    },
    build: null,
  });
});

test("the algorithm of a hash is told by its digits where nothing else tells it", () => {
  const { entries } = read([{ ...GOOD, checksum: "a".repeat(40) }]);
  expect(entries[0]?.checksum).toEqual({ algorithm: "sha1", hex: "a".repeat(40) });
});

describe("a wrong entry is named by id and field, and the good one beside it is used:", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["no name", { name: undefined }, "name"],
    ["an empty name", { name: " " }, "name"],
    ["a name that turns the reading direction", { name: "a\u202eb" }, "name"],
    ["a name too long", { name: "x".repeat(201) }, "name"],
    ["an address of another kind", { url: "ftp://example.org/x" }, "url"],
    ["an address that is none", { url: 7 }, "url"],
    ["a format nobody knows", { format: "floppy" }, "format"],
    ["a hash cut short", { checksum: "ab" }, "checksum"],
    ["a hash of another kind", { checksum: "a".repeat(64), checksum_type: "sha512" }, "checksum"],
    ["an algorithm nobody knows", { checksum: "a".repeat(64), checksum_type: "crc32" }, "checksum_type"],
    ["no system", { os: "linux" }, "os"],
    ["half a system", { os: { ...OS, architecture: [] } }, "os.architecture"],
    ["a size that is none", { size_bytes: -1 }, "size_bytes"],
    ["a rule that is none", { latest: [] }, "latest"],
    [
      "a rule that matches nothing",
      { latest: { list: "https://e.org/", match: "x", url: "https://e.org/{build}" } },
      "latest.match",
    ],
    [
      "a rule that leads to one build",
      { latest: { list: "https://e.org/", match: "{build}/", url: "https://e.org/x" } },
      "latest.url",
    ],
    ["a key for nothing", { signed_by: "key.asc" }, "signed_by"],
  ])("%s", (_, fields, field) => {
    const { entries, bad } = read([{ ...GOOD, id: "bad", ...fields }, GOOD]);
    expect(entries.map(({ id }) => id)).toEqual(["good"]);
    expect(bad.map((fault) => [fault.id, fault.field])).toEqual([["bad", field]]);
    expect(bad[0]?.reason).toMatch(/^\S.*[^.]$/);
  });

  it.each(["../up", "a/b", ".hidden", "", "a b", "x".repeat(101), null])("the id %j", (id) => {
    const { entries, bad } = read([{ ...GOOD, id }, GOOD]);
    expect(entries).toHaveLength(1);
    expect(bad).toEqual([{ id: null, field: "images.0.id", reason: expect.any(String) }]);
  });

  it("an id that is taken", () => {
    const { entries, bad } = read([GOOD, { ...GOOD, name: "Other" }]);
    expect(entries.map(({ name }) => name)).toEqual(["Good"]);
    expect(bad).toEqual([{ id: "good", field: "id", reason: expect.stringContaining("before") }]);
  });

  it("everything that is wrong with it, at once", () => {
    const { bad } = read([{ id: "bad", os: {} }]);
    expect(bad.map(({ field }) => field)).toEqual([
      "name",
      "url",
      "os.family",
      "os.distribution",
      "os.version",
      "os.architecture",
      "format",
    ]);
  });
});

describe("a file that is no catalogue is refused, with the place of the fault where there is one:", () => {
  it.each<[string, string, string, RegExp]>([
    ["broken JSON", "a.json", '{"images": [}', /a\.json, line 1, column 13: /],
    ["broken YAML", "a.yaml", "images:\n  - id: [1\n", /a\.yaml, line \d, column \d+: /],
    ["a list", "a.json", "[]", /must be an object/],
    ["images that are no list", "a.json", '{"images": {}}', /images must be a list/],
    ["something else", "a.yaml", "models: []", /neither images nor simplestreams/],
    ["a text", "a.txt", "hello", /must be an object/],
    ["YAML that grows", "a.yaml", bomb(), /alias/i],
    ["deep JSON", "a.json", `{"images": ${"[".repeat(500_000)}`, /nested|JSON/],
    ["deep YAML", "a.yaml", `images: ${"[".repeat(100_000)}`, /nested|flow|indent/i],
    ["too many", "a.json", JSON.stringify({ images: Array(100_001).fill(0) }), /at most 100000/],
  ])("%s", (_, file, text, message) => {
    const call = (): unknown => readImageCatalogue(text, file);
    expect(call).toThrow(CatalogueError);
    expect(call).toThrow(message);
  });
});

/** Nine lists of nine of the one before: a billion entries. */
function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let at = 1; at < 10; at += 1)
    lines.push(
      `a${at}: &a${at} [${Array(9)
        .fill(`*a${at - 1}`)
        .join(", ")}]`,
    );
  return `${lines.join("\n")}\nimages: *a9\n`;
}

test("the built-in catalogue is without fault, and has the images of the old system", () => {
  const { entries, bad } = readImageCatalogue(
    readFileSync(join(ROOT, "image_catalog.yaml"), "utf8"),
    "image_catalog.yaml",
  );
  expect(bad).toEqual([]);
  const ids = entries.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining([
      "ubuntu-22.04",
      "ubuntu-24.04",
      "debian-12",
      "rocky-9",
      "almalinux-9",
      "fedora-40",
      "centos-stream-9",
      "opensuse-leap-15.5",
    ]),
  );
  for (const entry of entries) {
    expect(entry.checksumUrl, entry.id).toMatch(/^https:\/\//);
    expect(entry.url, entry.id).toMatch(/^https:\/\//);
    // The publisher's own words on what machine it is for.
    const words = entry.os.architecture === "x86_64" ? /amd64|x86_64/ : /arm64|aarch64/;
    expect(entry.url, entry.id).toMatch(words);
  }
  const systems = new Set(entries.map(({ os }) => os.distribution));
  expect([...systems].sort()).toEqual(
    [
      "almalinux",
      "alpine",
      "arch",
      "centos",
      "debian",
      "fedora",
      "freebsd",
      "opensuse",
      "rocky",
      "ubuntu",
    ].sort(),
  );
});

describe("the newest build", () => {
  it("is the one with the highest numbers, whatever their length", () => {
    expect(
      ["9.10-20260101.0", "9.8-20260525.0", "9.8-20260525.1", "9.8-20260525"].toSorted(compareBuilds),
    ).toEqual(["9.8-20260525", "9.8-20260525.0", "9.8-20260525.1", "9.10-20260101.0"]);
    expect(compareBuilds("9".repeat(30), "1" + "0".repeat(30))).toBeLessThan(0);
  });

  it("is found among other names", () => {
    const names = [
      "release/",
      "release-20260926/",
      "release-20261003/",
      "release-20270101",
      "../release-9/",
      "unpacked/",
    ];
    expect(newestBuild(names, "release-{build}/")).toBe("20261003");
    expect(newestBuild(["latest/", "daily/"], "{build}/")).toBeNull();
    expect(newestBuild(["2026/../../x/"], "{build}/")).toBeNull();
  });
});
