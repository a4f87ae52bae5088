/** The pure rules of a transfer, each held to its RFC or to all inputs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectQuick } from "../../test/world/cost.ts";
import { Blake3 } from "./hash/blake3.ts";
import type { ByteRange } from "./part/byte-ranges.ts";
import {
  addRange,
  clipRanges,
  countBytes,
  firstGap,
  prefixEnd,
  rangeBefore,
  removeRange,
} from "./part/byte-ranges.ts";
import { checkContent } from "./judge/check-content.ts";
import { chooseProxy } from "./ask/choose-proxy.ts";
import { classifyNetworkError } from "./ask/classify-network-error.ts";
import { readDisposition } from "./name/content-disposition.ts";
import { parseContentRange } from "./judge/content-range.ts";
import { findPublishedHash } from "./verify/find-published-hash.ts";
import { mayKeepHeaders } from "./ask/follow-redirects.ts";
import { judgeLedger, newLedger, parseLedger, serializeLedger } from "./part/ledger.ts";
import type { ObjectFacts } from "./judge/object-facts.ts";
import { compareFacts, ifRangeOf, NO_FACTS, readFacts } from "./judge/object-facts.ts";
import { planQuestion } from "./fetch/plan-question.ts";
import { parseHttpDate, parseRetryAfter } from "./ask/retry-after.ts";

describe("sets of ranges are sets of offsets", () => {
  const SPACE = 24;
  const range = fc
    .tuple(fc.nat(SPACE), fc.nat(SPACE))
    .map(([a, b]): ByteRange => [Math.min(a, b), Math.max(a, b)]);
  const offsets = (ranges: readonly ByteRange[]): number[] =>
    Array.from({ length: SPACE + 2 }, (_, at) => at).filter((at) =>
      ranges.some(([from, to]) => from <= at && at < to),
    );
  const wellFormed = (ranges: readonly ByteRange[]): boolean =>
    ranges.every(([from, to], nth) => from < to && (nth === 0 || (ranges[nth - 1]?.[1] ?? 0) < from));

  test("adding, removing and clipping", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), range)), fc.nat(SPACE), (changes, end) => {
        let ranges: ByteRange[] = [];
        let model = new Set<number>();
        for (const [adds, [from, to]] of changes) {
          ranges = adds ? addRange(ranges, [from, to]) : removeRange(ranges, [from, to]);
          for (let at = from; at < to; at += 1) {
            if (adds) model.add(at);
            else model.delete(at);
          }
        }
        expect(wellFormed(ranges)).toBe(true);
        expect(offsets(ranges)).toEqual([...model].sort((a, b) => a - b));
        expect(countBytes(ranges)).toBe(model.size);
        model = new Set([...model].filter((at) => at < end));
        expect(offsets(clipRanges(ranges, end))).toEqual([...model].sort((a, b) => a - b));
      }),
    );
  });

  test("the first hole, the unbroken beginning, the range before a place", () => {
    fc.assert(
      fc.property(fc.array(range), fc.integer({ min: 0, max: SPACE + 1 }), (all, size) => {
        const ranges = clipRanges(
          all.reduce<ByteRange[]>((set, one) => addRange(set, one), []),
          size,
        );
        const there = new Set(offsets(ranges));
        const missing = Array.from({ length: size }, (_, at) => at).find((at) => !there.has(at));
        const gap = firstGap(ranges, size);
        expect(gap?.start ?? null).toBe(missing ?? null);
        if (gap !== null) {
          expect(gap.end).toBe(
            Array.from({ length: size + 1 }, (_, at) => at).find(
              (at) => at > gap.start && (there.has(at) || at === size),
            ),
          );
          const before = rangeBefore(ranges, gap.start);
          expect(before?.[1] ?? 0).toBe(gap.start);
        }
        expect(prefixEnd(ranges)).toBe(missing ?? size);
      }),
    );
  });

  test("of unknown size, everything behind the last range is missing", () => {
    expect(firstGap([[0, 5]], null)).toEqual({ start: 5, end: null });
    expect(firstGap([], null)).toEqual({ start: 0, end: null });
  });
});

test("Content-Range is read as RFC 9110 §14.4 says, and not at all otherwise", () => {
  expect(parseContentRange("bytes 42-1233/1234")).toEqual({
    kind: "range",
    start: 42,
    end: 1234,
    total: 1234,
  });
  expect(parseContentRange("Bytes  0-0/*")).toEqual({ kind: "range", start: 0, end: 1, total: null });
  expect(parseContentRange("bytes */1234")).toEqual({ kind: "unsatisfied", total: 1234 });
  for (const wrong of [
    null,
    "",
    "bytes 5-4/10",
    "bytes 0-10/10",
    "bytes 0-/10",
    "pages 0-1/2",
    "bytes=0-1/2",
    "bytes */*",
  ]) {
    expect(parseContentRange(wrong)).toEqual({ kind: "invalid" });
  }
});

test("Retry-After is seconds or one of the three forms of an HTTP-date", () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 0);
  const at = Date.UTC(1994, 10, 6, 8, 49, 37);
  expect(parseRetryAfter("120", now)).toBe(now + 120_000);
  for (const date of [
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  ]) {
    expect(parseHttpDate(date)).toBe(at);
    expect(parseRetryAfter(date, now)).toBe(at);
  }
  expect(parseRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", now)).toBe(now);
  for (const wrong of [null, "", "soon", "-5", "1.5", "2024-01-01", "99999999999"]) {
    expect(parseRetryAfter(wrong, now)).toBeNull();
  }
});

describe("one object or two", () => {
  const facts = (more: Partial<ObjectFacts>): ObjectFacts => ({ ...NO_FACTS, ...more });
  const hash = (digit: string) => ({ algorithm: "sha256" as const, hex: digit.repeat(64), origin: "x" });
  test.each<[string, Partial<ObjectFacts>, Partial<ObjectFacts>, string]>([
    ["the same strong tag", { etag: '"a"' }, { etag: '"a"' }, "same"],
    ["another strong tag", { etag: '"a"' }, { etag: '"b"' }, "different"],
    ["another size, whatever the tag", { etag: '"a"', size: 1 }, { etag: '"a"', size: 2 }, "different"],
    ["the same weak tag", { etag: 'W/"a"' }, { etag: 'W/"a"' }, "unknown"],
    ["another weak tag", { etag: 'W/"a"' }, { etag: 'W/"b"' }, "different"],
    ["a strong tag made weak on the way", { etag: '"a"' }, { etag: 'W/"a"' }, "unknown"],
    ["a tag that is gone", { etag: '"a"' }, {}, "unknown"],
    ["nothing at all", {}, {}, "unknown"],
    ["the same size alone", { size: 5 }, { size: 5 }, "unknown"],
    ["another date", { lastModified: "a" }, { lastModified: "b" }, "different"],
    [
      "the same old date and size",
      { lastModified: "a", lastModifiedIsStrong: true, size: 5 },
      { lastModified: "a", size: 5 },
      "same",
    ],
    [
      "the same young date and size",
      { lastModified: "a", size: 5 },
      { lastModified: "a", size: 5 },
      "unknown",
    ],
    [
      "the same old date without a size",
      { lastModified: "a", lastModifiedIsStrong: true },
      { lastModified: "a" },
      "unknown",
    ],
    [
      "the same date where a strong tag is gone",
      { etag: '"a"', lastModified: "a", lastModifiedIsStrong: true, size: 5 },
      { lastModified: "a", size: 5 },
      "unknown",
    ],
    [
      "the same hash under another tag",
      { etag: '"a"', published: hash("1") },
      { etag: '"b"', published: hash("1") },
      "same",
    ],
    [
      "another hash under the same tag",
      { etag: '"a"', published: hash("1") },
      { etag: '"a"', published: hash("2") },
      "different",
    ],
  ])("%s", (_, before, now, verdict) => {
    expect(compareFacts(facts(before), facts(now))).toBe(verdict);
  });

  test("only what is strong goes into If-Range", () => {
    const date = "Mon, 01 Jan 2024 00:00:00 GMT";
    expect(ifRangeOf(facts({ etag: '"a"', lastModified: date }))).toBe('"a"');
    expect(ifRangeOf(facts({ etag: 'W/"a"' }))).toBeNull();
    expect(ifRangeOf(facts({ etag: 'W/"a"', lastModified: date, lastModifiedIsStrong: true }))).toBe(date);
    expect(ifRangeOf(facts({ lastModified: date }))).toBeNull();
  });

  test("a date counts as strong when the answer's own date is well behind it", () => {
    const modified = "Mon, 01 Jan 2024 00:00:00 GMT";
    const strong = (date: string) =>
      readFacts({ "last-modified": modified, date }, 1, null).lastModifiedIsStrong;
    expect(strong("Mon, 01 Jan 2024 00:01:00 GMT")).toBe(true);
    expect(strong("Mon, 01 Jan 2024 00:00:59 GMT")).toBe(false);
    expect(readFacts({ "last-modified": modified }, 1, null).lastModifiedIsStrong).toBe(false);
  });

  test("what is no entity-tag or no date counts for nothing", () => {
    expect(readFacts({ etag: "unquoted", "last-modified": "yesterday" }, 1, null)).toEqual(
      facts({ size: 1 }),
    );
    expect(readFacts({ etag: ['"a"', '"b"'] }, 1, null).etag).toBeNull();
    expect(readFacts({ etag: ['"a"', '"a"'] }, 1, null).etag).toBe('"a"');
  });
});

test("what is asked for next begins at the hole, or an overlap before it where bytes have to be compared", () => {
  const stored = (more: Partial<ObjectFacts>, written: ByteRange[]) => ({
    facts: { ...NO_FACTS, ...more },
    written,
  });
  const calm = { compare: false, withoutIfRange: false };
  const tagged = { etag: '"a"', size: 100 };
  expect(planQuestion(null, calm, 10)?.question).toEqual({
    start: 0,
    end: null,
    ranged: false,
    ifRange: null,
  });
  expect(planQuestion(stored(tagged, [[0, 50]]), calm, 10)).toEqual({
    question: { start: 50, end: null, ranged: true, ifRange: '"a"' },
    from: 50,
  });
  expect(
    planQuestion(
      stored(tagged, [
        [0, 50],
        [60, 100],
      ]),
      calm,
      10,
    )?.question,
  ).toMatchObject({ start: 50, end: 60 });
  expect(planQuestion(stored(tagged, [[60, 100]]), calm, 10)?.question).toMatchObject({
    start: 0,
    end: 60,
    ranged: true,
  });
  expect(planQuestion(stored({ size: 100 }, [[0, 50]]), calm, 10)?.question).toMatchObject({
    start: 40,
    ifRange: null,
  });
  expect(planQuestion(stored({ size: 100 }, [[0, 5]]), calm, 10)?.question).toMatchObject({
    start: 0,
    ranged: true,
  });
  expect(planQuestion(stored(tagged, [[0, 50]]), { ...calm, compare: true }, 10)?.question).toMatchObject({
    start: 40,
  });
  expect(planQuestion(stored(tagged, [[0, 100]]), calm, 10)).toBeNull();
});

describe("published hashes", () => {
  const hex = "ab".repeat(32);
  const base64 = Buffer.from(hex, "hex").toString("base64");
  test.each<[string, Record<string, string>, number, boolean, string | null]>([
    ["Hugging Face's key", { "x-linked-etag": `"${hex}"` }, 302, false, hex],
    ["a git blob id is no hash of the bytes", { "x-linked-etag": `"${"a".repeat(40)}"` }, 302, false, null],
    ["Repr-Digest", { "repr-digest": `sha-512=:AA==:, sha-256=:${base64}:` }, 206, true, hex],
    ["Content-Digest of the whole", { "content-digest": `sha-256=:${base64}:` }, 200, true, hex],
    ["Content-Digest of a part", { "content-digest": `sha-256=:${base64}:` }, 206, true, null],
    ["a digest of a redirect's page", { "content-digest": `sha-256=:${base64}:` }, 302, false, null],
    ["an algorithm nobody should use", { "repr-digest": "md5=:AAAAAAAAAAAAAAAAAAAAAA==:" }, 200, true, null],
    ["a digest of the wrong length", { "repr-digest": "sha-256=:AAAA:" }, 200, true, null],
    ["something else", { "repr-digest": hex }, 200, true, null],
  ])("%s", (_, headers, status, final, expected) => {
    expect(findPublishedHash(headers, status, final).checksum?.hex ?? null).toBe(expected);
  });
});

test("headers of one origin go to that origin, and along when a site moves to https", () => {
  const keeps = (from: string, to: string) => mayKeepHeaders(new URL(from), new URL(to));
  expect(keeps("http://a/x", "http://a/y")).toBe(true);
  expect(keeps("http://a/x", "https://a/y")).toBe(true);
  expect(keeps("https://a/x", "http://a/y")).toBe(false);
  expect(keeps("http://a/x", "http://a:8080/y")).toBe(false);
  expect(keeps("http://a:8080/x", "https://a:8080/y")).toBe(false);
  expect(keeps("http://a/x", "https://b.a/y")).toBe(false);
});

test("names in Content-Disposition are found in whatever a server sends, and nothing throws", async () => {
  expect(readDisposition('inline; filename="a;b.bin"; size=5')).toBe("a;b.bin");
  expect(readDisposition("attachment; FileName = x.bin ; foo=bar")).toBe("x.bin");
  expect(readDisposition("attachment; filename*=iso-8859-1'en'%A3.bin")).toBe("£.bin");
  expect(readDisposition("attachment; filename*=utf-8''%ff; filename=ok.bin")).toBe("ok.bin");
  expect(readDisposition(`attachment; filename="${Buffer.from("é.bin").toString("latin1")}"`)).toBe("é.bin");
  expect(readDisposition("filename=not-a-parameter")).toBeNull();
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("attachment", ";", "filename", "*", "=", '"', "\\", "'", "%4", " ", "x"), {
        maxLength: 60,
      }),
      (words) => {
        readDisposition(words.join(""));
      },
    ),
  );
  await expectQuick(10_000, () => {
    readDisposition(`attachment; filename="${"\\".repeat(60_000)}`);
    readDisposition(`attachment${"; ".repeat(60_000)}`);
  });
});

test("proxies are chosen as HTTP_PROXY, HTTPS_PROXY and NO_PROXY mean it everywhere", () => {
  const choose = (url: string, no: string) =>
    chooseProxy(new URL(url), { http: "http://p:1", https: "p:2", no: no === "" ? null : no });
  expect(choose("http://a.org/", "")).toBe("http://p:1");
  expect(choose("https://a.org/", "")).toBe("http://p:2");
  for (const no of ["*", "a.org", ".org", "*.org", "b.org, A.ORG", "x a.org:443"]) {
    expect(choose("https://a.org/", no)).toBeNull();
  }
  for (const no of ["ba.org", "a.org:80", "b.org", "a.or"])
    expect(choose("https://a.org/", no)).not.toBeNull();
  expect(choose("http://[::1]:5/", "::1")).toBeNull();
  expect(choose("http://[::1]:5/", "[::1]:5")).toBeNull();
});

describe("the ledger", () => {
  const step = {
    kind: "transfer" as const,
    url: "https://u:pw@a.org/m.bin?token=sesame",
    mirrors: [],
    folder: "/x",
    name: "m.bin",
    size: null,
    checksum: null,
    headers: { authorization: "sesame" },
    ifExists: "refuse" as const,
  };
  const ledger = { ...newLedger(step, { ...NO_FACTS, size: 10 }), done: [[0, 4]] as const };

  test("survives being written and read, and holds no secret", () => {
    const text = serializeLedger(ledger);
    expect(parseLedger(text)).toEqual(ledger);
    expect(text).not.toMatch(/sesame|pw/);
  });

  test("that is damaged in any way counts as none, and never throws", () => {
    const good = JSON.parse(serializeLedger(ledger)) as Record<string, unknown>;
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constant([
        [0, 4],
        [4, 5],
      ]),
      fc.constant([[3, 1]]),
      fc.constant([[0, 99]]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(good)), value, (key, damage) => {
        const read = parseLedger(JSON.stringify({ ...good, [key]: damage }));
        if (read !== null) expect(parseLedger(serializeLedger(read))).toEqual(read);
      }),
    );
    for (const done of [
      [
        [0, 4],
        [4, 5],
      ],
      [[3, 1]],
      [[0, 99]],
      [[0.5, 1]],
      [[-1, 1]],
      "x",
      [[0]],
    ]) {
      expect(parseLedger(JSON.stringify({ ...good, done }))).toBeNull();
    }
    fc.assert(fc.property(fc.string(), (text) => void parseLedger(text)));
  });

  test("is of use for the same address, doubtful for another one, of none for another size or hash", () => {
    const checksum = { algorithm: "sha256" as const, hex: "a".repeat(64), origin: "x" };
    expect(judgeLedger(ledger, step).kind).toBe("trusted");
    expect(judgeLedger(ledger, { ...step, url: "https://a.org/m.bin" }).kind).toBe("foreign");
    expect(judgeLedger(ledger, { ...step, size: 11 }).kind).toBe("useless");
    const hashed = { ...ledger, checksum };
    expect(judgeLedger(hashed, { ...step, url: "https://b.org/", checksum }).kind).toBe("trusted");
    expect(judgeLedger(hashed, { ...step, checksum: { ...checksum, hex: "b".repeat(64) } }).kind).toBe(
      "useless",
    );
  });
});

describe("what the first bytes say", () => {
  const check = (
    name: string,
    head: string | Buffer,
    more: { size?: number | null; contentType?: string } = {},
  ) =>
    checkContent({
      name,
      head: typeof head === "string" ? Buffer.from(head) : head,
      size: more.size === undefined ? 1_000_000 : more.size,
      contentType: more.contentType ?? null,
      url: null,
    });
  const safetensors = (length: number, first = "{"): Buffer => {
    const head = Buffer.alloc(16, first);
    head.writeBigUInt64LE(BigInt(length), 0);
    return head;
  };

  test.each<[string, string | Buffer]>([
    ["a.safetensors", safetensors(500)],
    ["a.gguf", "GGUF\u0003\0\0\0"],
    ["a.zip", "PK\u0003\u0004"],
    ["a.pt", Buffer.from([0x80, 2, 0x8a])],
    ["a.ckpt", "PK\u0003\u0004"],
    ["a.bin", "any text at all"],
    ["a.img", Buffer.alloc(512)],
    ["a.iso", Buffer.alloc(4096)],
    ["a.vmdk", "# Disk DescriptorFile\nversion=1\n"],
    ["a.json", '{"a": 1}'],
    ["a.html", "<!DOCTYPE html><html>"],
    ["README", "<html>"],
    ["a.tar.zst", Buffer.from([0x50, 0x2a, 0x4d, 0x18])],
  ])("%s may begin like this", (name, head) => {
    expect(check(name, head)).toBeNull();
  });

  test.each<[string, string | Buffer, RegExp]>([
    ["a.safetensors", safetensors(2_000_000), /something else/],
    ["a.safetensors", safetensors(500, "x"), /something else/],
    ["a.safetensors", Buffer.from("short"), /something else/],
    ["a.gguf", "GGML", /something else/],
    ["a.qcow2", "<!doctype html><title> Log\n in </title>", /a web page \(“Log in”\)/],
    ["a.bin", "\ufeff  <!-- x --><HTML lang=de>", /a web page/],
    ["a.iso", '{"detail": "not \\"here\\""}', /a JSON message/],
    [
      "a.ckpt",
      '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
      /an XML document \(“NoSuchKey”\)/,
    ],
    ["a.onnx", "version https://git-lfs.github.com/spec/v1\n", /Git LFS pointer/],
    ["a.json", "<!DOCTYPE html><html>", /a web page/],
    ["a.png", "GIF89a", /something else/],
  ])("%s may not begin like this", (name, head, words) => {
    const failure = check(name, head);
    expect(failure).toMatchObject({ code: "wrong_content" });
    expect(failure?.message).toMatch(words);
  });

  test("a page's title cannot steer a terminal", () => {
    const message = check("a.gguf", "<html><title>\u001b[2Jx\u0007</title>")?.message;
    expect(message).toContain("“[2Jx”");
  });

  test("no head whatever makes it throw", () => {
    fc.assert(
      fc.property(fc.constantFrom("a.safetensors", "a.bin", "a.json", "a"), fc.uint8Array(), (name, head) => {
        checkContent({ name, head, size: null, contentType: "text/html", url: new URL("http://a/login") });
      }),
    );
  });
});

test("errors of sockets are told in words, whichever way they come wrapped, without secrets", () => {
  const coded = (code: string) => Object.assign(new Error("x"), { code });
  const classify = (error: unknown) => classifyNetworkError(error, "a.org");
  expect(classify(coded("ENOTFOUND")).code).toBe("dns_failed");
  expect(classify(new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")])).code).toBe(
    "connection_failed",
  );
  expect(classify(new Error("outer", { cause: coded("ECONNRESET") })).code).toBe("connection_lost");
  expect(classify(coded("CERT_HAS_EXPIRED"))).toMatchObject({ code: "tls_failed", retryable: false });
  const unknown = classify(new Error("GET http://a.org/?token=sesame failed"));
  expect(unknown.code).toBe("connection_lost");
  expect(unknown.message).not.toContain("sesame");
  expect(classify("just a string").code).toBe("connection_lost");
});

test("BLAKE3 gives the sums of its official test vectors", () => {
  const sums: Record<number, string> = {
    0: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    1: "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
    63: "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b",
    64: "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98",
    65: "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee",
    1023: "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
    1024: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
    1025: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    2048: "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a",
  };
  for (const [length, sum] of Object.entries(sums)) {
    const input = Uint8Array.from({ length: Number(length) }, (_, at) => at % 251);
    const hash = new Blake3();
    for (let at = 0; at < input.length; at += 77) hash.update(input.subarray(at, at + 77));
    expect(hash.digest()).toBe(sum);
  }
});
