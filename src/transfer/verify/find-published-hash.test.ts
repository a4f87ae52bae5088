import fc from "fast-check";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import { checksumHint } from "./checksum-hint.ts";
import { findPublishedHash } from "./find-published-hash.ts";
import type { AnswerHeaders } from "../ask/http-answer.ts";

const FILE = "the whole file";
const hex = (algorithm: string, text = FILE): string => createHash(algorithm).update(text).digest("hex");
const b64 = (algorithm: string, text = FILE): string => createHash(algorithm).update(text).digest("base64");
const found = (headers: AnswerHeaders, status = 200, final = true) =>
  findPublishedHash(headers, status, final).checksum;

type Row = [name: string, headers: AnswerHeaders, algorithm: ChecksumAlgorithm, origin: string];

/** Each of these is of the whole file, also in an answer with a part of it. */
const OF_THE_FILE: Row[] = [
  ["X-Linked-Etag", { "x-linked-etag": `"${hex("sha256")}"` }, "sha256", "X-Linked-Etag"],
  ["Repr-Digest", { "repr-digest": `sha-256=:${b64("sha256")}:` }, "sha256", "Repr-Digest"],
  ["Repr-Digest, SHA-512", { "repr-digest": `sha-512=:${b64("sha512")}:` }, "sha512", "Repr-Digest"],
  [
    "Repr-Digest, two fields",
    { "repr-digest": [`unixsum=:AAAA:`, `sha-512=:${b64("sha512")}:`] },
    "sha512",
    "Repr-Digest",
  ],
  [
    "Repr-Digest, unpadded",
    { "repr-digest": `sha-256=:${b64("sha256").slice(0, 43)}:` },
    "sha256",
    "Repr-Digest",
  ],
  ["Digest", { digest: `SHA-256=${b64("sha256")}` }, "sha256", "Digest"],
  ["Digest, any case", { digest: `unixsum=30637, sha-256=${b64("sha256")}` }, "sha256", "Digest"],
  ["Digest, SHA-1", { digest: `SHA=${b64("sha1")},MD5=${b64("md5")}` }, "sha1", "Digest"],
  ["X-Goog-Hash", { "x-goog-hash": `crc32c=n03x6A==,md5=${b64("md5")}` }, "md5", "X-Goog-Hash"],
  [
    "X-Goog-Hash, two fields",
    { "x-goog-hash": ["crc32c=n03x6A==", `md5=${b64("md5")}`] },
    "md5",
    "X-Goog-Hash",
  ],
];

/** These are of what the message carries. */
const OF_THE_MESSAGE: Row[] = [
  ["Content-Digest", { "content-digest": `sha-256=:${b64("sha256")}:` }, "sha256", "Content-Digest"],
  ["Content-MD5", { "content-md5": b64("md5") }, "md5", "Content-MD5"],
  ["S3, SHA-256", { "x-amz-checksum-sha256": b64("sha256") }, "sha256", "x-amz-checksum-sha256"],
  [
    "S3, SHA-1, said to be whole",
    { "x-amz-checksum-sha1": b64("sha1"), "x-amz-checksum-type": "FULL_OBJECT" },
    "sha1",
    "x-amz-checksum-sha1",
  ],
];

test.each([...OF_THE_FILE, ...OF_THE_MESSAGE])(
  "%s of a whole file is its hash",
  (_, headers, algorithm, origin) => {
    expect(found(headers)).toEqual({ algorithm, hex: hex(algorithm), origin });
  },
);

test.each(OF_THE_FILE)("%s is known from a part as well", (_, headers, algorithm) => {
  expect(found(headers, 206)?.hex).toBe(hex(algorithm));
});

test.each(OF_THE_MESSAGE)("%s of a part says nothing of the file", (_, headers) => {
  expect(found(headers, 206)).toBeNull();
});

test.each([...OF_THE_FILE.slice(1), ...OF_THE_MESSAGE])(
  "%s of a redirect or an error is not of the file",
  (_, headers) => {
    expect(found(headers, 302, false)).toBeNull();
    expect(found(headers, 416)).toBeNull();
    expect(found(headers, 404)).toBeNull();
  },
);

test.each<[string, AnswerHeaders]>([
  ["a git blob id", { "x-linked-etag": `"${hex("sha1")}"` }],
  ["a digest of another length", { "repr-digest": `sha-256=:${b64("sha512")}:` }],
  ["hexadecimal where base64 belongs", { digest: `SHA-256=${hex("sha256")}` }],
  ["base64 of the URL kind", { "content-md5": "-_-_-_-_-_-_-_-_-_-_-w==" }],
  ["base64 with more behind it", { "content-md5": `${b64("md5")}x` }],
  ["base64 with blanks in it", { "content-md5": b64("md5").replace(/^..../, "$& ") }],
  ["an algorithm nobody should use", { "repr-digest": `md5=:${b64("md5")}:` }],
  ["an algorithm nobody knows", { "repr-digest": `sha-257=:${b64("sha256")}:` }],
  ["a digest without its colons", { "repr-digest": `sha-256=${b64("sha256")}` }],
  [
    "a hash of hashes, as S3 says",
    { "x-amz-checksum-sha256": b64("sha256"), "x-amz-checksum-type": "COMPOSITE" },
  ],
  ["a hash of hashes, as its end says", { "x-amz-checksum-sha256": `${b64("sha256")}-5` }],
  ["S3's CRC", { "x-amz-checksum-crc32": "n03x6A==" }],
  ["Google's CRC", { "x-goog-hash": "crc32c=n03x6A==" }],
  [
    "the hash of the gzip that was unpacked on the way",
    { "x-goog-hash": `md5=${b64("md5")}`, "x-goog-stored-content-encoding": "gzip" },
  ],
  ["a field given twice, differently", { "content-md5": [b64("md5"), b64("md5", "other")] }],
  ["the hash of nothing", { digest: `SHA-256=${b64("sha256", "")}` }],
  ["two that contradict each other", { digest: `MD5=${b64("md5")}`, "content-md5": b64("md5", "other") }],
])("%s is not taken for the hash of the file", (_, headers) => {
  expect(found(headers)).toBeNull();
});

test("of several hashes the strongest counts, and a wrong one beside it does no harm", () => {
  expect(
    found({
      "content-md5": b64("md5"),
      "x-amz-checksum-sha1": b64("sha1"),
      digest: `SHA-512=${b64("sha512")}`,
      "repr-digest": `sha-256=:${b64("sha256")}:`,
    }),
  ).toEqual({ algorithm: "sha256", hex: hex("sha256"), origin: "Repr-Digest" });
  const contradiction = {
    digest: `SHA-256=${b64("sha256", "other")}`,
    "repr-digest": `sha-256=:${b64("sha256")}:`,
  };
  expect(found({ ...contradiction, "content-md5": b64("md5") })?.origin).toBe("Content-MD5");
});

test("whatever the headers hold, a hash that comes out is one", () => {
  const names = [
    "repr-digest",
    "content-digest",
    "digest",
    "x-goog-hash",
    "content-md5",
    "x-amz-checksum-sha256",
  ];
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc
      .array(fc.constantFrom("sha-256", "MD5", "=", ":", ",", b64("md5"), b64("sha256"), " "), {
        maxLength: 12,
      })
      .map((parts) => parts.join("")),
  );
  const value = fc.oneof(text, fc.array(text, { maxLength: 3 }));
  const headers = fc.dictionary(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(headers, fc.constantFrom(200, 206, 302, 404), fc.boolean(), (given, status, final) => {
      const checksum = found(given, status, final);
      return (
        checksum === null || /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/.test(checksum.hex)
      );
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["https://bucket.s3.amazonaws.com/a.iso", true],
  ["https://s3.eu-west-1.amazonaws.com/bucket/a.iso", true],
  ["https://bucket.s3.dualstack.us-east-2.amazonaws.com/a.iso", true],
  ["https://bucket.s3-us-west-2.amazonaws.com/a.iso", true],
  ["https://bucket.s3.cn-north-1.amazonaws.com.cn/a.iso", true],
  ["https://bucket.s3.amazonaws.com/a.iso?X-Amz-Signature=1", false],
  ["https://bucket.s3.amazonaws.com.example.org/a.iso", false],
  ["https://maps3.amazonaws.com/a.iso", false],
  ["https://example.org/s3.amazonaws.com/a.iso", false],
])("%s is asked for the checksum S3 keeps: %s", (url, asked) => {
  expect(checksumHint(new URL(url), {})).toEqual(asked ? { "x-amz-checksum-mode": "ENABLED" } : {});
  expect(checksumHint(new URL(url), { authorization: "AWS4-HMAC-SHA256 …" })).toEqual({});
});
