import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { expectQuick } from "../../../test/world/cost.ts";
import { likelySidecars } from "./likely-sidecars.ts";
import type { Sidecar } from "./likely-sidecars.ts";
import { parseChecksumList } from "../../job/checksum/parse-checksum-list.ts";
import { pickChecksum } from "./pick-checksum.ts";

const hex = (digit: string, digits: number): string => digit.repeat(digits);
const A = hex("a", 64);
const B = hex("b", 64);
const folder: Sidecar = {
  label: "SHA256SUMS",
  pattern: "SHA256SUMS",
  url: "",
  scope: "folder",
  algorithm: "sha256",
};
const any: Sidecar = { ...folder, label: "CHECKSUM", algorithm: null };
const own: Sidecar = { ...folder, label: "x.iso.sha256", pattern: "*.sha256", scope: "file" };
const pick = (text: string, sidecar = folder, name = "x.iso") =>
  pickChecksum(parseChecksumList(text), sidecar, name);
const hexOf = (text: string, sidecar = folder, name = "x.iso") =>
  pick(text, sidecar, name)?.checksum.hex ?? null;

describe("a list names the hash of a file as", () => {
  it.each([
    ["coreutils write it", `${B}  y.iso\n${A}  x.iso\n`],
    ["coreutils write it for binary files", `${A} *x.iso\n`],
    ["Windows ends its lines", `${B}  y.iso\r\n${A}  x.iso\r\n`],
    ["find calls the file", `${A}  ./x.iso\n`],
    ["capitals", `${A.toUpperCase()}  x.iso`],
    ["one blank or a tab apart", `${B} y.iso\n${A}\tx.iso\n`],
    ["BSD and --tag write it", `SHA256 (y.iso) = ${B}\nSHA256 (x.iso) = ${A}\n`],
    ["openssl writes it", `SHA2-256(x.iso)= ${A}\n`],
    ["a file that begins with a byte order mark", `\uFEFF${A}  x.iso\n`],
    ["a comment above it", `# made by a machine\n\n${A}  x.iso\n`],
  ])("%s", (_, text) => {
    expect(hexOf(text)).toBe(A);
  });

  it("a name with what a shell would trip over", () => {
    expect(hexOf(`${A}  my file (1) = *.iso\n`, folder, "my file (1) = *.iso")).toBe(A);
    expect(hexOf(`SHA256 (my) file (1).iso) = ${A}\n`, folder, "my) file (1).iso")).toBe(A);
    expect(hexOf(`\\${A}  back\\\\slash\\nline.iso\n`, folder, "back\\slash\nline.iso")).toBe(A);
    expect(hexOf(`\\SHA256 (back\\\\slash.iso) = ${A}\n`, folder, "back\\slash.iso")).toBe(A);
  });
});

const FEDORA = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

# x.iso: 123456 bytes
SHA256 (x.iso) = ${A}
# y.iso: 99 bytes
SHA256 (y.iso) = ${B}
- -----this line began with a dash
-----BEGIN PGP SIGNATURE-----

iQIzBAEBCAAdFiEE
-----END PGP SIGNATURE-----
`;

test("a signed CHECKSUM tells hash and size, and that nobody checked the signature", () => {
  expect(pick(FEDORA, any)).toEqual({
    checksum: { algorithm: "sha256", hex: A, origin: "CHECKSUM beside the file (its signature not checked)" },
    size: 123456,
  });
});

test("what stands outside of a signature does not count", () => {
  expect(hexOf(`SHA256 (x.iso) = ${B}\n${FEDORA}SHA256 (x.iso) = ${B}\n`, any)).toBe(A);
  const cut = FEDORA.slice(0, FEDORA.indexOf("-----BEGIN PGP SIGNATURE"));
  expect(hexOf(cut, any)).toBeNull();
});

test("of several algorithms the strongest counts", () => {
  const text = `MD5 (x.iso) = ${hex("1", 32)}\nSHA1 (x.iso) = ${hex("2", 40)}\nSHA256 (x.iso) = ${A}\n`;
  expect(pick(text, any)?.checksum.algorithm).toBe("sha256");
  expect(pick(`${hex("1", 32)}  x.iso\n${hex("3", 128)}  x.iso\n`, any)?.checksum.algorithm).toBe("sha512");
});

test.each([
  ["another file", `${A}  other.iso\n`],
  ["a file of that name elsewhere", `${A}  old/x.iso\n`],
  ["a file whose name only begins so", `${A}  x.iso.torrent\n`],
  ["a hash cut short", `${A.slice(1)}  x.iso\n`],
  ["a hash that is none", `${A.slice(1)}g  x.iso\n`],
  ["SHA-224", `${hex("a", 56)}  x.iso\n`],
  ["SHA3", `SHA3-256 (x.iso) = ${A}\n`],
  ["a tag whose digits are of another", `SHA256 (x.iso) = ${hex("a", 128)}\n`],
  ["the same file twice, differently", `${A}  x.iso\n${B}  x.iso\n`],
  ["another algorithm than its name", `${hex("a", 128)}  x.iso\n`],
  ["an escape that is none", `\\${A}  x\\.iso\n`],
  ["one bare hash", `${A}\n`],
  ["a web page", `<!DOCTYPE html><title>${A}  x.iso</title>`],
  ["nothing", ""],
])("a list that holds %s says nothing of the file", (_, text) => {
  expect(hexOf(text)).toBeNull();
});

describe("a list for one file alone", () => {
  it.each([
    ["may be the bare hash", `${A}\n`],
    ["may name the file", `${A}  x.iso\n`],
    ["may have the path where it was built", `${A}  /home/builder/out/x.iso\n`],
    ["may have been made of a pipe", `${A}  -\n`],
    ["may be BSD's", `SHA256 (dist/x.iso) = ${A}\n`],
  ])("%s", (_, text) => {
    expect(hexOf(text, own)).toBe(A);
  });

  it("does not speak for a file under another name, nor with two hashes for one", () => {
    expect(hexOf(`${A}  y.iso\n`, own)).toBeNull();
    expect(hexOf(`${A}\n${B}\n`, own)).toBeNull();
    expect(hexOf(`${A}  a/x.iso\n${B}  b/x.iso\n`, own)).toBeNull();
  });
});

test("any name comes back out of the list it was written to, as coreutils write it", () => {
  const name = fc
    .string({ minLength: 1, maxLength: 40, unit: "binary" })
    .filter((text) => !/^[ \t*]|^\.\//.test(text) && text.isWellFormed());
  fc.assert(
    fc.property(name, fc.stringMatching(/^[0-9a-f]{64}$/), fc.boolean(), (wanted, digits, tagged) => {
      const escaped = wanted.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r");
      const mark = escaped === wanted ? "" : "\\";
      const line = tagged ? `${mark}SHA256 (${escaped}) = ${digits}` : `${mark}${digits}  ${escaped}`;
      const list = parseChecksumList(`${B}  before\n${line}\n`);
      return list.hashes.some((entry) => entry.name === wanted && entry.hex === digits);
    }),
    { numRuns: 3_000 },
  );
});

test("no text makes the parser throw or invent a hash", () => {
  const tags = ["SHA256 (", ") = ", "# x: 5 bytes", "Hash: SHA256", "-----BEGIN PGP SIGNED MESSAGE-----"];
  const marks = ["\\", "  ", " *", "\n", "\r\n", "x.iso", "-", " ", "(", "-----BEGIN PGP SIGNATURE-----"];
  const bits = fc.constantFrom(A, hex("0", 32), ...tags, ...marks);
  const text = fc.oneof(
    fc
      .array(fc.oneof(bits, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 60 })
      .map((all) => all.join("")),
    fc.string({ unit: "binary", maxLength: 400 }),
  );
  fc.assert(
    fc.property(text, (given) => {
      const { hashes, bare } = parseChecksumList(given);
      for (const { hex: digits } of [...hashes, ...(bare === null ? [] : [bare])]) {
        if (!given.toLowerCase().includes(digits)) return false;
      }
      return true;
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ["hexadecimal digits", "a"],
  ["blanks", " "],
  ["a hash and blanks", `${A}${" ".repeat(8000)}\n`],
  ["opening parentheses", "SHA256 ("],
  ["closing ones", `SHA256 (x) = ${A}) = `],
  ["backslashes", `\\${A}  ${"\\".repeat(8000)}\n`],
  ["line ends", "\n"],
  ["sizes", "# a: 1 bytes\n"],
])("a MiB of %s is read in linear time", (_, piece) => {
  const text = piece.repeat(Math.ceil(1024 ** 2 / piece.length));
  return expectQuick(20_000, () => parseChecksumList(text));
});

describe("asked for", () => {
  const labels = (url: string): string[] => (likelySidecars(url)?.sidecars ?? []).map(({ label }) => label);

  it("are lists beside images and releases, at most seven, the likeliest first", () => {
    expect(labels("https://cloud-images.example/jammy/current/jammy.img")).toEqual([
      "SHA256SUMS",
      "CHECKSUM",
      "SHA512SUMS",
      "jammy.img.sha256",
      "sha256sum.txt",
      "jammy.img.sha512",
      "jammy.img.md5",
    ]);
    expect(labels("https://github.com/o/r/releases/download/v1/r%20x-1.tar.gz#top").slice(0, 2)).toEqual([
      "r x-1.tar.gz.sha256",
      "SHA256SUMS",
    ]);
  });

  it("at addresses that keep to the folder, its login and the writing of the name", () => {
    const found = likelySidecars("https://me:pw@a.example:8443/r%C3%A9/x%20(1).iso#frag");
    const at = Object.fromEntries((found?.sidecars ?? []).map(({ label, url }) => [label, url]));
    expect(at["SHA256SUMS"]).toBe("https://me:pw@a.example:8443/r%C3%A9/SHA256SUMS");
    expect(at["x (1).iso.sha256"]).toBe("https://me:pw@a.example:8443/r%C3%A9/x%20(1).iso.sha256");
  });

  it.each([
    ["a model", "https://a.example/model.safetensors"],
    ["a page", "https://a.example/index.html"],
    ["a folder", "https://a.example/iso/"],
    ["a signed link", "https://a.example/x.iso?X-Amz-Signature=abc"],
    ["a link with a token", "https://a.example/x.iso?token=abc"],
    ["Hugging Face", "https://huggingface.co/org/repo/resolve/main/x.zip"],
    ["a mirror of Hugging Face", "https://hf-mirror.example/datasets/o/r/resolve/main/x.tar.gz"],
    ["Civitai", "https://civitai.com/api/download/models/1/x.zip"],
    ["a name that is no text", "https://a.example/%ff%fe.iso"],
    ["a name with a slash in it", "https://a.example/..%2f..%2fx.iso"],
  ])("is nothing for %s", (_, url) => {
    expect(likelySidecars(url)).toBeNull();
  });
});
