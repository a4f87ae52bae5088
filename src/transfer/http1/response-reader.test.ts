import { describe, expect, test } from "vitest";
import { expectQuick } from "../../../test/world/cost.ts";
import { MAX_FIELDS, MAX_HEAD_BYTES, MAX_LINE_BYTES, MAX_TRAILER_BYTES } from "./limits.ts";
import { ResponseReader } from "./response-reader.ts";
import { HOSTILE_BODIES } from "./testing/hostile-bodies.ts";
import { HOSTILE_HEADS } from "./testing/hostile-heads.ts";
import { bytes, cut, observe } from "./testing/observe.ts";

const OK = "HTTP/1.1 200 OK\r\n";

describe("a response that an honest server sends", () => {
  test("with Content-Length is whole after that many bytes", () => {
    const seen = observe("GET", [bytes(`${OK}Content-Length: 5\r\nETag: "x"\r\n\r\nhello`)]);
    expect(seen).toMatchObject({
      head: {
        version: "1.1",
        status: 200,
        reason: "OK",
        framing: { kind: "length", bytes: 5 },
        persistent: true,
        fields: { etag: ['"x"'] },
      },
      body: "hello",
      outcome: "end",
      endedAt: 54,
    });
  });

  test("with Content-Length 0 is whole without another byte", () => {
    expect(observe("GET", [bytes(`${OK}Content-Length: 0\r\n\r\n`)])).toMatchObject({
      body: "",
      outcome: "end",
    });
  });

  test("in chunks loses sizes and extensions, and keeps its trailers apart", () => {
    const wire = `${OK}Transfer-Encoding: Chunked\r\nX-A: head\r\n\r\n5;x=y\r\nhello\r\n00A\r\n, chunked!\r\n0;last\r\nX-A: foot\r\n\r\n`;
    expect(observe("GET", [bytes(wire)])).toMatchObject({
      head: { framing: { kind: "chunked" }, fields: { "x-a": ["head"] } },
      body: "hello, chunked!",
      trailers: { "x-a": ["foot"] },
      outcome: "end",
      endedAt: wire.length,
    });
  });

  test("without a length ends with its connection, which is not used again", () => {
    const seen = observe("GET", [bytes(`${OK}\r\nhello`)]);
    expect(seen).toMatchObject({
      body: "hello",
      outcome: "more",
      onClose: "end",
      head: { persistent: false },
    });
  });

  test("of HTTP/1.0 closes its connection unless it says keep-alive", () => {
    const head = (more: string): unknown =>
      observe("GET", [bytes(`HTTP/1.0 200 OK\r\nContent-Length: 0\r\n${more}\r\n`)]).head?.persistent;
    expect(head("")).toBe(false);
    expect(head("Connection: Keep-Alive\r\n")).toBe(true);
  });

  test("that says close, in whatever case and company, closes its connection", () => {
    const wire = `${OK}Content-Length: 0\r\nConnection: foo\r\nConnection: bar , CLOSE\r\n\r\n`;
    expect(observe("GET", [bytes(wire)]).head?.persistent).toBe(false);
  });

  test.each([
    ["to HEAD", "HEAD", 200],
    ["with 204", "GET", 204],
    ["with 304", "GET", 304],
    ["to CONNECT with 200", "CONNECT", 200],
  ] as const)("%s has no body, whatever its fields announce", (_, method, status) => {
    const head = `HTTP/1.1 ${status} Fine\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(observe(method, [bytes(`${head}next`)])).toMatchObject({
      body: "",
      outcome: "end",
      endedAt: head.length,
    });
  });

  test("to CONNECT that refuses has a body", () => {
    const wire = "HTTP/1.1 407 Who?\r\nContent-Length: 3\r\n\r\nno!";
    expect(observe("CONNECT", [bytes(wire)])).toMatchObject({ body: "no!", outcome: "end" });
  });

  test("after 100 and 103 is the one that counts", () => {
    const interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    const seen = observe("GET", [bytes(`${interim}HTTP/1.1 206 Partial\r\nContent-Length: 2\r\n\r\nok`)]);
    expect(seen).toMatchObject({ head: { status: 206 }, body: "ok", outcome: "end" });
    expect(seen.head?.fields).not.toHaveProperty("link");
  });

  test("with a reason left out, with or without the space before it, is read", () => {
    for (const line of ["HTTP/1.1 200", "HTTP/1.1 200 "])
      expect(observe("GET", [bytes(`${line}\r\nContent-Length: 0\r\n\r\n`)])).toMatchObject({
        outcome: "end",
      });
  });

  test("whose head ends its lines in LF alone is read", () => {
    const seen = observe("GET", [bytes("HTTP/1.0 200 OK\nContent-Length: 5\nX-A: b\n\nhello")]);
    expect(seen).toMatchObject({ head: { fields: { "x-a": ["b"] } }, body: "hello", outcome: "end" });
  });

  test("with the longest line, the longest head and the most fields allowed is read", () => {
    const long = `X: ${"y".repeat(MAX_LINE_BYTES - 5)}\r\n`;
    expect(long).toHaveLength(MAX_LINE_BYTES);
    const start = `${OK}Content-Length: 0\r\n`;
    const rest = MAX_HEAD_BYTES - start.length - 3 * MAX_LINE_BYTES - 2;
    const whole = `${start}${long.repeat(3)}Z: ${"z".repeat(rest - 5)}\r\n\r\n`;
    expect(whole).toHaveLength(MAX_HEAD_BYTES);
    expect(observe("GET", [bytes(whole)])).toMatchObject({ outcome: "end" });
    expect(observe("GET", [bytes(whole.replace("Z: ", "Z:  "))])).toMatchObject({
      outcome: "head_too_large",
    });
    const many = (count: number): string => `${start}${"a: b\r\n".repeat(count - 1)}\r\n`;
    expect(observe("GET", [bytes(many(MAX_FIELDS))])).toMatchObject({ outcome: "end" });
    expect(observe("GET", [bytes(many(MAX_FIELDS + 1))])).toMatchObject({ outcome: "too_many_fields" });
  });

  test("of 9 petabytes is not counted wrong", () => {
    const reader = new ResponseReader("GET");
    const head = bytes(`${OK}Content-Length: ${Number.MAX_SAFE_INTEGER}\r\n\r\n`);
    expect(reader.read(head, 0, head.length)).toMatchObject({ kind: "head", at: head.length });
    expect(reader.run).toBe(Number.MAX_SAFE_INTEGER);
    const piece = new Uint8Array(1000);
    expect(reader.read(piece, 0, 1000)).toEqual({ kind: "body", start: 0, end: 1000 });
    expect(reader.run).toBe(Number.MAX_SAFE_INTEGER - 1000);
  });
});

describe("a response", () => {
  test.each([...HOSTILE_HEADS, ...HOSTILE_BODIES])(
    "$name is answered with $outcome",
    ({ wire, outcome, body, onClose }) => {
      const whole = observe("GET", [bytes(wire)]);
      expect(whole).toMatchObject({
        outcome,
        body: body ?? "",
        ...(onClose === undefined ? {} : { onClose }),
      });
      // Byte by byte it is no other response.
      expect(
        observe(
          "GET",
          cut(
            bytes(wire),
            [...wire].map((_, index) => index),
          ),
        ),
      ).toEqual(whole);
    },
  );

  test("that broke HTTP stays broken, whatever comes after", () => {
    const reader = new ResponseReader("GET");
    const wire = bytes("SSH-2.0-x\r\n");
    const refusal = reader.read(wire, 0, wire.length);
    const fine = bytes(`${OK}Content-Length: 0\r\n\r\n`);
    expect(reader.read(fine, 0, fine.length)).toEqual(refusal);
    expect(reader.finish()).toEqual(refusal);
    expect(reader.run).toBe(0);
  });

  test("that is whole takes no byte of the next one", () => {
    const reader = new ResponseReader("HEAD");
    const wire = bytes(`${OK}\r\n${OK}\r\n`);
    expect(reader.read(wire, 0, wire.length)).toMatchObject({ kind: "head", at: 19 });
    for (let round = 0; round < 3; round++)
      expect(reader.read(wire, 19, wire.length)).toMatchObject({ kind: "end", at: 19 });
  });

  test("tells how many bytes are missing when its connection is cut", () => {
    expect(observe("GET", [bytes(`${OK}Content-Length: 9\r\n\r\nhello`)]).missingBytes).toBe(4);
  });
});

describe("a server that never ends", () => {
  /** How many bytes a reader takes of the same piece over and over before it refuses. */
  function bytesTaken(start: string, piece: string, most: number): number {
    const reader = new ResponseReader("GET");
    let taken = 0;
    for (const text of [start, ...Array<string>(Math.ceil(most / piece.length)).fill(piece)]) {
      const slice = bytes(text);
      for (let at = 0; at < slice.length;) {
        const step = reader.read(slice, at, slice.length);
        if (step.kind === "fault") return taken + at;
        if (step.kind === "end" || step.kind === "more") break;
        at = step.kind === "body" ? step.end : step.at;
      }
      taken += slice.length;
    }
    return Infinity;
  }

  test.each([
    ["its status line", "HTTP/1.1 200 ", "a", MAX_LINE_BYTES],
    ["a field", `${OK}X: `, "a", OK.length + MAX_LINE_BYTES],
    ["its fields", OK, "X: y\r\n", MAX_HEAD_BYTES],
    ["interim answers", "", "HTTP/1.1 100 Continue\r\n\r\n", MAX_HEAD_BYTES],
    ["a chunk's extension", `${OK}Transfer-Encoding: chunked\r\n\r\n`, "1;a", 2 * MAX_LINE_BYTES],
    ["its trailers", `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`, "X: y\r\n", 2 * MAX_TRAILER_BYTES],
  ])("sending %s is refused within its limit", (_, start, piece, limit) => {
    expect(bytesTaken(start, piece, 1024 * 1024)).toBeLessThanOrEqual(limit + piece.length);
  });

  test("a million slices of one byte take time in proportion, not in squares", async () => {
    const wire = bytes(
      `${OK}Transfer-Encoding: chunked\r\n${`X: ${"y".repeat(15_000)}\r\n`.repeat(4)}\r\n` +
        `1;${"e".repeat(15_000)}\r\nx\r\n` +
        "1\r\nx\r\n".repeat(150_000),
    );
    // Copying what was carried at every byte would take minutes.
    await expectQuick(10_000, () => {
      const reader = new ResponseReader("GET");
      let body = 0;
      for (let at = 0; at < wire.length; at++) {
        for (let from = at; from <= at;) {
          const step = reader.read(wire, from, at + 1);
          if (step.kind === "body") body += step.end - step.start;
          if (step.kind === "fault") throw new Error(step.fault.code);
          if (step.kind !== "body" && step.kind !== "head") break;
          from = step.kind === "body" ? step.end : step.at;
        }
      }
      expect(body).toBe(150_001);
    });
  });
});
