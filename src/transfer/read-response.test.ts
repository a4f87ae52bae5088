import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResponseHead } from "./parse-head.ts";
import { ResponseReader } from "./read-response.ts";

interface Read {
  head: ResponseHead | null;
  body: string;
  ended: boolean;
  fault: string | null;
}

/** Reads the text in pieces that end at `cuts`, then the end of the connection. */
function read(text: string, cuts: readonly number[] = [], isConnect = false): Read {
  const result: Read = { head: null, body: "", ended: false, fault: null };
  const reader = new ResponseReader(
    {
      head: (head) => {
        expect(result.head).toBeNull();
        result.head = head;
      },
      data: (bytes) => {
        expect(result.head).not.toBeNull();
        expect(result.ended).toBe(false);
        expect(bytes.length).toBeGreaterThan(0);
        result.body += Buffer.from(bytes).toString("latin1");
      },
      end: () => {
        expect(result.ended).toBe(false);
        result.ended = true;
      },
    },
    isConnect,
  );
  const bytes = Buffer.from(text, "latin1");
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  let at = 0;
  for (const end of ends) {
    result.fault ??= reader.feed(bytes.subarray(at, end));
    at = end;
  }
  if (result.fault === null) reader.finish();
  return result;
}

const lines = (...all: string[]): string => `${all.join("\r\n")}\r\n\r\n`;
const OK = "HTTP/1.1 200 OK";

test("a body of announced length ends there, and the connection may be used again", () => {
  expect(read(`${lines(OK, "Content-Length: 5", 'ETag:  "x"  ')}hello`)).toEqual({
    head: {
      status: 200,
      headers: { "content-length": "5", etag: '"x"' },
      framing: { kind: "length", bytes: 5 },
      keepAlive: true,
    },
    body: "hello",
    ended: true,
    fault: null,
  });
});

test("chunks are put together; extensions and trailers are skipped", () => {
  const body = '4;name="v"\r\nWiki\r\n6 \r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nX-Trailer: y\r\n\r\n';
  const result = read(lines(OK, "Transfer-Encoding: Chunked") + body);
  expect(result).toMatchObject({ body: "Wikipedia in \r\n\r\nchunks.", ended: true, fault: null });
  expect(result.head?.keepAlive).toBe(true);
});

test("without a length the end of the connection is the end", () => {
  const result = read(`${lines(OK)}all of it`);
  expect(result).toMatchObject({ body: "all of it", ended: true, fault: null });
  expect(result.head).toMatchObject({ framing: { kind: "close" }, keepAlive: false });
});

test.each([
  ["a body of announced length", `${lines(OK, "Content-Length: 5")}hell`],
  ["a chunk", `${lines(OK, "Transfer-Encoding: chunked")}5\r\nhell`],
  ["the last chunk", `${lines(OK, "Transfer-Encoding: chunked")}5\r\nhello\r\n0\r\n`],
  ["the head", "HTTP/1.1 200 OK\r\nContent-"],
  ["nothing", ""],
])("a connection that ends within %s is no end of the message", (_, text) => {
  expect(read(text)).toMatchObject({ ended: false, fault: null });
});

test("interim answers are passed over; statuses without a body have none", () => {
  const interim = lines("HTTP/1.1 100 Continue") + lines("HTTP/1.1 103 Early Hints", "Link: </x>");
  expect(read(`${interim}${lines(OK, "Content-Length: 2")}ab`)).toMatchObject({ body: "ab", ended: true });
  for (const status of ["204 No Content", "304 Not Modified"]) {
    const result = read(lines(`HTTP/1.1 ${status}`, "Content-Length: 5"));
    expect(result).toMatchObject({ body: "", ended: true, fault: null });
  }
});

test.each([
  ["HTTP/1.0 closes", lines("HTTP/1.0 200 OK", "Content-Length: 0"), false],
  ["HTTP/1.0 may keep", lines("HTTP/1.0 200 OK", "Content-Length: 0", "Connection: Keep-Alive"), true],
  ["HTTP/1.1 keeps", lines(OK, "Content-Length: 0"), true],
  ["HTTP/1.1 may close", lines(OK, "Content-Length: 0", "Connection: x, Close"), false],
])("%s the connection", (_, text, keepAlive) => {
  expect(read(text).head?.keepAlive).toBe(keepAlive);
});

test("small liberties are taken as meant: LF alone, no reason, folded and repeated headers", () => {
  const text = "HTTP/1.1 200\nX-Long: a\n  b\nContent-Length: 2\ncontent-length: 2\nVia: x\nVia: y\n\nab";
  expect(read(text)).toMatchObject({
    head: { status: 200, headers: { "x-long": "a b", via: ["x", "y"] } },
    body: "ab",
    ended: true,
  });
});

test("what follows the answer to CONNECT is no message", () => {
  const result = read(lines(OK, "Content-Length: 99"), [], true);
  expect(result).toMatchObject({ body: "", ended: true, fault: null });
});

describe("refused, because it would be a guess where the message ends or what it says", () => {
  test.each([
    ["another protocol", "SSH-2.0-OpenSSH\r\n", "is not HTTP"],
    ["HTTP/2", lines("HTTP/2 200 OK"), "is not HTTP/1"],
    ["a status that is none", lines("HTTP/1.1 99 No"), "is not HTTP/1"],
    ["two different lengths", lines(OK, "Content-Length: 1", "Content-Length: 2"), "Content-Length"],
    ["two lengths in one", lines(OK, "Content-Length: 1, 2"), "Content-Length"],
    ["a negative length", lines(OK, "Content-Length: -1"), "Content-Length"],
    ["a length in hexadecimal", lines(OK, "Content-Length: 0x10"), "Content-Length"],
    ["a length beyond all files", lines(OK, `Content-Length: ${"9".repeat(16)}`), "Content-Length"],
    ["an empty length", lines(OK, "Content-Length:"), "Content-Length"],
    ["length and chunks", lines(OK, "Content-Length: 1", "Transfer-Encoding: chunked"), "two ways"],
    ["chunks in HTTP/1.0", lines("HTTP/1.0 200 OK", "Transfer-Encoding: chunked"), "two ways"],
    ["gzip as transfer coding", lines(OK, "Transfer-Encoding: gzip, chunked"), "coding"],
    ["a space before the colon", lines(OK, "Content-Length : 1"), "header"],
    ["a header without a name", lines(OK, ": x"), "header"],
    ["a carriage return in a value", lines(OK, "X: a\rb"), "forbidden"],
    ["a NUL in a value", lines(OK, "X: a\0b"), "forbidden"],
    ["headers that begin folded", lines(OK, " x"), "middle"],
    ["a switch of protocols", lines("HTTP/1.1 101 Switching"), "another protocol"],
    ["a chunk without a size", `${lines(OK, "Transfer-Encoding: chunked")}x\r\n`, "without a size"],
    ["a negative chunk", `${lines(OK, "Transfer-Encoding: chunked")}-1\r\n`, "without a size"],
    ["a chunk that is too long", `${lines(OK, "Transfer-Encoding: chunked")}1\r\nab\r\n`, "longer"],
    ["bytes behind the end", `${lines(OK, "Content-Length: 1")}ab`, "after its end"],
    ["a second answer", lines(OK, "Content-Length: 0").repeat(2), "after its end"],
  ])("%s", (_, text, words) => {
    const result = read(text);
    expect(result.fault).toContain(words);
    expect(result.ended).toBe(false);
  });
});

test("a server that never comes to an end of its headers, lines or trailers is stopped", () => {
  for (const text of [
    `${OK}\r\n${"X: y\r\n".repeat(300)}\r\n`,
    `${OK}\r\nX: ${"y".repeat(70_000)}`,
    lines("HTTP/1.1 100 Continue").repeat(9),
    `${lines(OK, "Transfer-Encoding: chunked")}1;${"x".repeat(5000)}`,
    `${lines(OK, "Transfer-Encoding: chunked")}0\r\n${"X: y\r\n".repeat(6000)}`,
  ]) {
    expect(read(text).fault).not.toBeNull();
  }
});

const cuts = fc.array(fc.nat(), { maxLength: 12 });

test("however the bytes are cut into packets, the same message comes out", () => {
  const piece = fc.string({ unit: "binary-ascii", maxLength: 40 });
  const framed = fc.oneof(
    piece.map((body) => `${lines(OK, `Content-Length: ${body.length}`, "X: y")}${body}`),
    fc.array(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 20 })).map((chunks) => {
      const body = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
      return `${lines(OK, "Transfer-Encoding: chunked")}${body}0\r\n\r\n`;
    }),
    piece.map((body) => `${lines(OK)}${body}`),
  );
  fc.assert(
    fc.property(framed, cuts, (text, cuts) => {
      const whole = read(text);
      expect(whole).toMatchObject({ ended: true, fault: null });
      expect(read(text, cuts)).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});

test("no bytes whatever make it throw, over-read or deliver more than came", () => {
  const word = fc.constantFrom(
    "HTTP/1.1 200 OK\r\n",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "\r\n",
    "\n",
    "5\r\nhello\r\n",
    "0\r\n",
    "ffffffffffff\r\n",
    " ",
    "\0",
    "é",
  );
  const text = fc.array(fc.oneof(word, fc.string({ maxLength: 8 }))).map((words) => words.join(""));
  fc.assert(
    fc.property(text, cuts, (text, cuts) => {
      for (const given of [text, `HTTP/1.1 200 OK\r\n${text}`]) {
        const result = read(given, cuts);
        expect(result.body.length).toBeLessThanOrEqual(given.length);
        // What comes in a later packet can only be told too late.
        if (result.fault !== null && result.ended) expect(result.fault).toBe("goes on after its end");
      }
    }),
    { numRuns: 2000 },
  );
});

test("a head that comes byte by byte costs no more than its length", () => {
  const text = lines(OK, `X: ${"y".repeat(60_000)}`, "Content-Length: 0");
  const began = performance.now();
  expect(
    read(
      text,
      Array.from({ length: text.length }, (_, at) => at),
    ).ended,
  ).toBe(true);
  expect(performance.now() - began).toBeLessThan(2000);
});
