import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { expectQuick } from "../../../test/world/cost.ts";
import type { Metalink, MetalinkFile } from "./metalink.ts";
import { MAX_METALINK_BYTES, parseMetalink } from "./parse-metalink.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);
const read = (text: string | Uint8Array) =>
  parseMetalink(typeof text === "string" ? Buffer.from(text) : text);
const metalink = (text: string): Metalink => {
  const reading = read(text);
  if (reading.kind !== "metalink") throw new Error(reading.reason);
  return reading.metalink;
};
const four = (inside: string, name = "x.iso"): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="${name}">${inside}</file></metalink>`;
const URL_ONE = "<url>https://a.example/x.iso</url>";
const one = (inside: string): MetalinkFile | undefined => metalink(four(inside + URL_ONE)).files[0];

/** After the examples of RFC 5854 §1.1 and §4.2.4, with what mirrors add. */
const EXAMPLE_4 = `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink" xmlns:x="urn:example">
  <published>2009-05-15T12:23:23Z</published>
  <file name="dists/example.ext">
    <size>14471447</size>
    <identity>Example</identity>
    <hash type="md5">${"1".repeat(32)}</hash>
    <hash type="sha-256">
      ${A.toUpperCase()}
    </hash>
    <pieces length="5000000" type="sha-1">
      <hash>${"1".repeat(40)}</hash><hash>${"2".repeat(40)}</hash>
      <hash>${"3".repeat(40)}</hash>
    </pieces>
    <signature mediatype="application/pgp-signature">-----BEGIN PGP SIGNATURE-----</signature>
    <metaurl mediatype="torrent" priority="1">http://example.com/example.ext.torrent</metaurl>
    <url location="fr">http://last.example/example.ext</url>
    <url location="DE" priority="2">http://second.example/example.ext?a=1&amp;b=2</url>
    <url priority="1">ftp://ftp.example/example.ext</url>
    <url priority="1"><![CDATA[https://first.example/example.ext]]></url>
    <url priority="3">https://first.example/example.ext</url>
    <x:hash type="sha-256">${B}</x:hash>
    <x:other><hash type="sha-256">${B}</hash><url>http://evil.example/</url></x:other>
  </file>
</metalink>`;

test("a Metalink 4 tells name, size, hashes, pieces and mirrors in their order", () => {
  expect(metalink(EXAMPLE_4)).toEqual({
    faults: [],
    files: [
      {
        name: "dists/example.ext",
        size: 14471447,
        checksum: { algorithm: "sha256", hex: A, origin: "Metalink" },
        pieces: {
          algorithm: "sha1",
          length: 5000000,
          hashes: ["1".repeat(40), "2".repeat(40), "3".repeat(40)],
        },
        urls: [
          { url: "https://first.example/example.ext", priority: 1, location: null },
          { url: "http://second.example/example.ext?a=1&b=2", priority: 2, location: "de" },
          { url: "http://last.example/example.ext", priority: 999999, location: "fr" },
        ],
      },
    ],
  });
});

/** As MirrorManager (Fedora, Rocky) writes it, older versions of the file included. */
const EXAMPLE_3 = `<?xml version="1.0" encoding="utf-8"?>
<metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic" xmlns:mm0="http://fedorahosted.org/mirrormanager">
 <files>
  <file name="repomd.xml">
   <mm0:timestamp>1779326542</mm0:timestamp>
   <size>4057</size>
   <verification>
    <hash type="md5">${"1".repeat(32)}</hash>
    <hash type="sha256">${A}</hash>
    <pieces length="4000" type="sha1"><hash piece="0">${"1".repeat(40)}</hash><hash piece="1">${"2".repeat(40)}</hash></pieces>
   </verification>
   <mm0:alternates>
    <mm0:alternate>
     <size>9</size>
     <verification><hash type="sha512">${"9".repeat(128)}</hash></verification>
    </mm0:alternate>
   </mm0:alternates>
   <resources maxconnections="1">
    <url protocol="http" type="http" location="US" preference="99">http://second.example/repomd.xml</url>
    <url protocol="rsync" type="rsync" location="US" preference="100">rsync://a.example/repomd.xml</url>
    <url protocol="https" type="https" location="US" preference="100">https://first.example/repomd.xml</url>
   </resources>
  </file>
 </files>
</metalink>`;

test("a Metalink 3 tells the same, and older versions of the file in it are left alone", () => {
  const [file] = metalink(EXAMPLE_3).files;
  expect(file).toEqual({
    name: "repomd.xml",
    size: 4057,
    checksum: { algorithm: "sha256", hex: A, origin: "Metalink" },
    pieces: { algorithm: "sha1", length: 4000, hashes: ["1".repeat(40), "2".repeat(40)] },
    urls: [
      { url: "https://first.example/repomd.xml", priority: 1, location: "us" },
      { url: "http://second.example/repomd.xml", priority: 2, location: "us" },
    ],
  });
});

test("prefixes are only names for namespaces", () => {
  const text = EXAMPLE_4.replace(/<(\/?)([a-z]+)(?=[ >])/g, "<$1m:$2").replace("xmlns=", "xmlns:m=");
  expect(text).toContain("<m:file name=");
  expect(metalink(text)).toEqual(metalink(EXAMPLE_4));
});

describe("what contradicts or does not fit counts for nothing:", () => {
  it.each([
    ["a hash of another length", `<hash type="sha-256">${A.slice(1)}</hash>`],
    ["a hash nobody knows", `<hash type="sha-3">${A}</hash>`],
    ["two different hashes", `<hash type="sha-256">${A}</hash><hash type="sha-256">${B}</hash>`],
    ["a hash without a type", `<hash>${A}</hash>`],
  ])("%s", (_, inside) => {
    expect(one(inside)?.checksum).toBeNull();
  });

  it.each([["-1"], ["1".repeat(100_000)], ["1e3"], ["0x10"], [""], ["9".repeat(16)], ["1 2"]])(
    "the size %j",
    (size) => {
      expect(one(`<size>${size}</size>`)?.size).toBeNull();
    },
  );

  const pieces = (attributes: string, count: number, hex = "1".repeat(40)): string =>
    `<size>10</size><pieces ${attributes}>${`<hash>${hex}</hash>`.repeat(count)}</pieces>`;
  it.each([
    ["too few pieces", pieces('length="4" type="sha-1"', 2)],
    ["too many pieces", pieces('length="4" type="sha-1"', 4)],
    ["pieces of no length", pieces('length="0" type="sha-1"', 3)],
    ["pieces of a hash that is none", pieces('length="4" type="sha-1"', 3, "xyz")],
    ["pieces without a type", pieces('length="4"', 3)],
  ])("%s", (_, inside) => {
    expect(one(inside)?.pieces).toBeNull();
  });

  it("pieces out of their order", () => {
    expect(metalink(EXAMPLE_3.replace('piece="1"', 'piece="2"')).files[0]?.pieces).toBeNull();
  });
});

describe("a file cannot be fetched, and the others can:", () => {
  const good = `<file name="good.iso">${URL_ONE}</file>`;
  const both = (bad: string): Metalink =>
    metalink(`<metalink xmlns="urn:ietf:params:xml:ns:metalink">${good}${bad}</metalink>`);

  it.each([
    ["that leaves its folder", "../x.iso"],
    ["that is absolute", "/etc/passwd"],
    ["that leaves it further on", "a/../../x.iso"],
    ["that is a dotfile", ".bashrc"],
    ["in a folder that is hidden", ".ssh/authorized_keys"],
    ["that is a path of Windows", "..\\x.iso"],
    ["without a name", ""],
    ["that turns the reading direction", "x\u202Egpj.exe"],
    ["that is called like a partial", "x.part"],
  ])("one %s", (_, name) => {
    const { files, faults } = both(`<file name="${name}">${URL_ONE}</file>`);
    expect(files.map((file) => file.name)).toEqual(["good.iso"]);
    expect(faults).toMatchObject([{ name, code: "path_refused" }]);
  });

  it("one that is named twice, or has no address we speak", () => {
    expect(both(good).faults).toMatchObject([{ code: "unsupported" }]);
    const { files, faults } = both(
      '<file name="y.iso"><url>ftp://a.example/y.iso</url><url>x.iso</url></file>',
    );
    expect(files).toHaveLength(1);
    expect(faults).toMatchObject([
      { name: "y.iso", reason: expect.stringContaining("no http:// or https://") },
    ]);
  });
});

const DOCTYPE = `<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`;

describe("refused as a whole is", () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ["a web page", "<!doctype html><html></html>", /DOCTYPE|well-formed/],
    ["other XML", "<feed/>", /no Metalink/],
    ["another version", '<metalink version="2.0"/>', /version/],
    ["another namespace", '<metalink xmlns="urn:x"/>', /version/],
    ["one without files", '<metalink xmlns="urn:ietf:params:xml:ns:metalink"/>', /names no file/],
    ["what is cut short", EXAMPLE_4.slice(0, -20), /well-formed/],
    ["text", "hello", /well-formed/],
    ["nothing", "", /well-formed/],
    ["bombs of entities", DOCTYPE + four("&b;"), /DOCTYPE/],
    [
      "what would fetch an entity",
      `<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>${four("&x;")}`,
      /DOCTYPE/,
    ],
    ["an entity nobody declared", four("<size>&x;</size>"), /well-formed/],
    ["a prefix nobody declared", four("<y:size>1</y:size>"), /well-formed/],
    ["two documents in one", `${four(URL_ONE)}<metalink/>`, /well-formed/],
    ["control characters", four("<size>\u0001</size>"), /well-formed/],
    ["another encoding", '<?xml version="1.0" encoding="UTF-16"?><metalink/>', /not in UTF-8/],
    ["bytes that are no UTF-8", Buffer.from([0x3c, 0xff, 0xfe]), /not written in UTF-8/],
    ["a deep nest", "<a>".repeat(100_000), /no Metalink/],
    ["a deep nest in it", four("<a>".repeat(100_000)), /nested/],
    ["an endless document", new Uint8Array(MAX_METALINK_BYTES + 1).fill(0x20), /more than/],
  ])("%s", (_, text, reason) =>
    expectQuick(2_000, () => {
      expect(read(text)).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
    }),
  );
});

test("two MiB of a Metalink are read in seconds, whatever it is full of", async () => {
  for (const piece of [
    URL_ONE,
    `<hash type="sha-256">${A}</hash>`,
    "\n",
    "&#65;",
    "<a b='1'/>",
    `<pieces length="1" type="md5"><hash>1</hash></pieces>`,
    "</file><file name='x'>",
  ]) {
    const text = four(`<size>1</size>${piece.repeat(Math.floor(MAX_METALINK_BYTES / 4 / piece.length))}`);
    await expectQuick(5_000, () => read(text));
  }
});

test("nothing makes the parser throw, and every file that comes out is one that may be fetched", () => {
  const words = fc.constantFrom(
    "<metalink xmlns='urn:ietf:params:xml:ns:metalink'>",
    "<metalink version='3.0'>",
    "</metalink>",
    "<files>",
    "</files>",
    "<file name='a'>",
    "<file name='../b'>",
    "</file>",
    "<size>5</size>",
    `<hash type='sha-256'>${A}</hash>`,
    "<pieces length='4' type='md5'>",
    "</pieces>",
    "<verification>",
    "</verification>",
    "<resources>",
    "</resources>",
    URL_ONE,
    "<url>http://[</url>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml version='1.0'?>",
    "&amp;",
    "&x;",
  );
  const text = fc.oneof(
    fc
      .array(fc.oneof(words, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 40 })
      .map((all) => all.join("")),
    fc
      .tuple(
        fc.constantFrom(EXAMPLE_3, EXAMPLE_4),
        fc.nat(3000),
        fc.nat(50),
        fc.string({ unit: "binary", maxLength: 8 }),
      )
      .map(([example, at, length, more]) => example.slice(0, at) + more + example.slice(at + length)),
  );
  fc.assert(
    fc.property(text, (given) => {
      const reading = read(given);
      if (reading.kind === "refused") return reading.reason !== "";
      return reading.metalink.files.every(
        ({ name, urls }) =>
          !name.includes("..") && urls.length > 0 && urls.every(({ url }) => /^https?:/.test(url)),
      );
    }),
    { numRuns: 3_000 },
  );
});
