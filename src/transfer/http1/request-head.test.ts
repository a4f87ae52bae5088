import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeRequestHead } from "./request-head.ts";
import type { RequestHead } from "./request-head.ts";

const plain: RequestHead = { method: "GET", target: "/a?b=c", host: "example.org:8080", fields: [] };

function write(more: Partial<RequestHead>): string {
  const written = writeRequestHead({ ...plain, ...more });
  return written.kind === "written" ? written.bytes.toString("latin1") : `refused: ${written.reason}`;
}

describe("a request", () => {
  test("is written with its host and its fields in their order", () => {
    expect(
      write({
        fields: [
          ["Range", "bytes=0-1"],
          ["accept-encoding", "identity"],
        ],
      }),
    ).toBe(
      "GET /a?b=c HTTP/1.1\r\nHost: example.org:8080\r\nRange: bytes=0-1\r\naccept-encoding: identity\r\n\r\n",
    );
  });

  test("takes every byte a value may hold, as it is", () => {
    expect(write({ fields: [["X", "a\tb \u00ff\u0080"]] })).toContain("\r\nX: a\tb \u00ff\u0080\r\n");
  });

  test.each(["[::1]:80", "[::ffff:1.2.3.4]", "a_b.example", "xn--bcher-kva.example:65535", "127.0.0.1"])(
    "may go to %s",
    (host) => {
      expect(write({ host })).toContain(`Host: ${host}\r\n`);
    },
  );

  test.each([
    [
      "a line break in a value",
      { fields: [["X", "a\r\nHost: evil"]] },
      "the value of the header X holds control or other characters",
    ],
    [
      "a lone LF in a value",
      { fields: [["X", "a\nb"]] },
      "the value of the header X holds control or other characters",
    ],
    [
      "NUL in a value",
      { fields: [["X", "a\0b"]] },
      "the value of the header X holds control or other characters",
    ],
    [
      "a letter of more than a byte in a value",
      { fields: [["X", "\u010d\u010a"]] },
      "the value of the header X holds control or other characters",
    ],
    [
      "a line break in a name",
      { fields: [["X: a\r\nY", "b"]] },
      'the header "X: a\\r\\nY" has no valid name',
    ],
    ["a colon in a name", { fields: [["X:", "b"]] }, 'the header "X:" has no valid name'],
    ["an empty name", { fields: [["", "b"]] }, 'the header "" has no valid name'],
    ["a second Host", { fields: [["hOST", "evil"]] }, "the header hOST is not for callers to set"],
    [
      "a body that never comes",
      { fields: [["Content-Length", "5"]] },
      "the header Content-Length is not for callers to set",
    ],
    [
      "a body in chunks",
      { fields: [["Transfer-Encoding", "chunked"]] },
      "the header Transfer-Encoding is not for callers to set",
    ],
    ["another protocol", { fields: [["Upgrade", "h2c"]] }, "the header Upgrade is not for callers to set"],
    ["a space in the target", { target: "/a b" }, "the address holds characters that must be encoded"],
    [
      "a line break in the target",
      { target: "/a\r\nX: y" },
      "the address holds characters that must be encoded",
    ],
    ["an empty target", { target: "" }, "the address holds characters that must be encoded"],
    [
      "a line break in the host",
      { host: "a\r\nX: y" },
      "the host name holds characters that no host name has",
    ],
    [
      "a user in the host",
      { host: "me@example.org" },
      "the host name holds characters that no host name has",
    ],
    ["a path in the host", { host: "example.org/a" }, "the host name holds characters that no host name has"],
  ] as [string, Partial<RequestHead>, string][])("with %s is not sent", (_, more, reason) => {
    expect(write(more)).toBe(`refused: ${reason}`);
  });

  test("never tells a value in a refusal: it may be a secret", () => {
    expect(write({ fields: [["Authorization", "Bearer s3cret\n"]] })).not.toContain("s3cret");
  });

  test("has as many lines as it was given fields, whatever is put into them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })), { maxLength: 4 }),
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        (fields, target, host) => {
          const written = writeRequestHead({ method: "GET", target, host, fields });
          if (written.kind === "refused") return;
          const text = written.bytes.toString("latin1");
          expect(text.split("\r\n")).toHaveLength(fields.length + 4);
          expect(text.match(/[\r\n]/g)).toHaveLength(2 * (fields.length + 3));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("takes every address the URL parser lets through", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.string({ unit: "binary" }), (text, more) => {
        const url = URL.parse(`${text}${text.includes("?") ? "&" : "/"}${more.replaceAll("#", "")}`);
        fc.pre(url !== null);
        expect(write({ target: url.pathname + url.search, host: url.host })).toMatch(/^GET /);
      }),
      { numRuns: 500 },
    );
  });
});
