import { describe, expect, it, test } from "vitest";
import { gidOf } from "./gid.ts";
import { readAddOptions } from "./read-options.ts";

const URI = "http://127.0.0.1:1/a.bin";
const read = (options: Record<string, unknown>) => readAddOptions(options, URI);

test("without options a download goes to the downloads folder under its own name, as fast as it can", () => {
  expect(read({})).toEqual({
    dir: null,
    out: null,
    headers: {},
    checksum: null,
    limitBytesPerSecond: null,
    replace: false,
    paused: false,
    id: null,
  });
});

test("options say folder, name, limit, hash, and whether it is to wait", () => {
  const id = read({ gid: "0123456789abcdef" }).id ?? "";
  expect(gidOf(id)).toBe("0123456789abcdef");
  expect(
    read({
      dir: "/srv/models/",
      out: "b.bin",
      "max-download-limit": "2M",
      checksum: `sha-1=${"A".repeat(40)}`,
      "allow-overwrite": "true",
      pause: true,
      split: "16",
      nonsense: {},
    }),
  ).toMatchObject({
    dir: "/srv/models",
    out: "b.bin",
    limitBytesPerSecond: 2 * 1024 ** 2,
    checksum: { algorithm: "sha1", hex: "a".repeat(40), origin: "request" },
    replace: true,
    paused: true,
  });
  expect(read({ dir: "/" }).dir).toBe("/");
});

describe("headers", () => {
  it.each([
    ["a list", { header: ["X-A: 1", "X-B:2 "] }, { "X-A": "1", "X-B": "2" }],
    ["lines", { header: "X-A: 1\nX-B: 2\r\n" }, { "X-A": "1", "X-B": "2" }],
    ["one that is given twice", { header: ["X-A: 1", "x-a: 2"] }, { "x-a": "2" }],
    [
      "what a transfer says by itself",
      { header: ["Host: a", "Range: bytes=0-", "accept-encoding: gzip"] },
      {},
    ],
    ["the referer", { referer: "http://r.example/" }, { Referer: "http://r.example/" }],
    ["the address as the referer", { referer: "*" }, { Referer: URI }],
    ["the agent", { "user-agent": "Lynx" }, { "User-Agent": "Lynx" }],
    ["a password", { "http-user": "me", "http-passwd": "pä:ss" }, { Authorization: "Basic bWU6cMOkOnNz" }],
    [
      "a header of their own kind before a password",
      { "http-user": "me", header: ["Authorization: Bearer x"] },
      { Authorization: "Bearer x" },
    ],
    ["a value with colons", { header: ["X-A: a: b"] }, { "X-A": "a: b" }],
    ["an empty one", { header: "", referer: "" }, {}],
  ])("are taken from %s", (_, options, headers) => {
    expect(read(options).headers).toEqual(headers);
  });
});

it.each([
  ["all-proxy", "http://127.0.0.1:1"],
  ["https-proxy", "127.0.0.1:1"],
  ["load-cookies", "/etc/passwd"],
  ["dry-run", "true"],
  ["hash-check-only", "true"],
  ["parameterized-uri", "true"],
  ["pause", "yes"],
  ["max-download-limit", "1G"],
  ["max-download-limit", "5"],
  ["max-download-limit", "99999999999999999999"],
  ["checksum", `sha-256=${"a".repeat(63)}`],
  ["checksum", `adler32=12345678`],
  ["checksum", `constructor=${"a".repeat(64)}`],
  ["header", "no colon"],
  ["gid", "12"],
])("%s of %j is refused, and the option named", (name, value) => {
  expect(() => read({ [name]: value })).toThrow(`'--${name}'`);
});

it.each([
  ["all-proxy", ""],
  ["dry-run", "false"],
  ["max-download-limit", "0"],
])("%s of %j changes nothing", (name, value) => {
  expect(read({ [name]: value })).toEqual(read({}));
});

test("names of every object are no options", () => {
  expect(read(JSON.parse('{"__proto__": {"dir": "/etc"}}') as Record<string, unknown>).dir).toBeNull();
});
