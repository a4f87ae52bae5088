/** Something else in place of the file: pages, messages, codings (CONTRACT §7.4). */
import { expect } from "vitest";
import { hashOf } from "../world/file-bytes.ts";
import { contentOf } from "../world/origin.ts";
import type { Rule } from "../world/origin.ts";
import { hostile } from "../world/hostile/play.ts";
import type { Result, Row } from "../world/hostile/row.ts";
import { SIZE, WHOLE, failed } from "../world/hostile/row.ts";

const MB = 1_000_000;
const CUT: Rule = { when: { ranged: false }, times: 1, cutAfter: 2 * MB };
const PAGE = "Sign in to your account";

const pages: Row[] = [
  {
    claim: "a login page with 200 is not the file",
    name: "model.gguf",
    file: { html: PAGE },
    expect: failed("wrong_content", /a web page \(“Sign in to your account”\).*log in/),
  },
  {
    claim: "a login page with 200 only for parts is not the file, and touches nothing of what is stored",
    name: "model.gguf",
    file: { rules: [CUT, { when: { ranged: true }, html: PAGE }] },
    expect: failed("wrong_content", /a web page \(“Sign in/, "kept"),
  },
  {
    claim: "a login page with 200 only for parts touches nothing of a file whose name tells nothing either",
    name: "artefact",
    file: { rules: [CUT, { when: { ranged: true }, html: PAGE }] },
    expect: failed("wrong_content", /a web page|login page/, "kept"),
  },
  {
    claim: "a login page that redirects lead to is not the file",
    name: "artefact",
    file: ({ origin }) => {
      origin.put("/account/login", { size: 0, html: PAGE });
      return { redirect: "/account/login" };
    },
    expect: failed("wrong_content", /login page/),
  },
  {
    claim: "a message in JSON with 200 is not the file",
    name: "model.safetensors",
    file: { text: '{"error": "quota exceeded"}', headers: { "Content-Type": "application/json" } },
    expect: failed("wrong_content", /quota exceeded/),
  },
  {
    claim: "an error in XML with 200 is not the file",
    name: "disk.qcow2",
    file: { text: "<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>" },
    expect: failed("wrong_content", /NoSuchKey/),
  },
  {
    claim: "an empty answer is not the file where its kind cannot be empty",
    name: "model.gguf",
    file: { size: 0 },
    expect: failed("wrong_content", /an empty file came/),
  },
  {
    claim: "the pointer of a large file is not the file",
    name: "model.bin",
    file: { text: `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 5\n` },
    expect: failed("wrong_content", /LFS pointer/),
  },
];

function askedForNone({ seen }: Result): void {
  for (const { headers } of seen) expect(headers["accept-encoding"]).toBe("identity");
}

const codings = (["gzip", "br"] as const).flatMap((coding): Row[] => [
  {
    claim: `${coding} that was not asked for is not the file`,
    file: { [coding]: true },
    expect: failed("encoded_content", new RegExp(`compressed \\(${coding}\\)`)),
    also: askedForNone,
  },
  {
    claim: `${coding} only for parts touches nothing of what is stored`,
    file: { rules: [CUT, { when: { ranged: true }, [coding]: true }] },
    expect: failed("encoded_content", new RegExp(`compressed \\(${coding}\\)`), "kept"),
  },
]);

const right: Row[] = [
  {
    claim: "a file that says it is a page, but is not, is the file",
    name: "model.gguf",
    file: { contentType: "text/html; charset=utf-8" },
    expect: WHOLE,
  },
  {
    claim: "an archive that is gzip by itself may say that it is coded",
    name: "a.tar.gz",
    file: { headers: { "Content-Encoding": "gzip" } },
    expect: WHOLE,
  },
  {
    claim: "a size that is announced on the way and is not that of the file is told before it is fetched",
    file: ({ path }) => ({
      headers: {
        "X-Linked-Size": String(SIZE + 1),
        "X-Linked-Etag": `"${hashOf(contentOf(path, { size: SIZE }))}"`,
      },
    }),
    expect: failed("size_mismatch", /announced with/),
  },
];

hostile("content", [...pages, ...codings, ...right]);
