import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytes, cut, observe } from "./testing/observe.ts";
import { readWithNode } from "./testing/read-with-node.ts";
import { mutatedResponse, validResponse } from "./testing/response-arbitraries.ts";

const places = fc.array(fc.nat({ max: 1200 }), { maxLength: 12 });
const methods = fc.constantFrom("GET", "HEAD", "CONNECT" as const);

/** What we read by the letter of the RFC and Node otherwise; a body that looks like it is left out too. */
function isKnownDifference(message: string): boolean {
  // A lone LF as the end of a line in the head (RFC 9112 §2.2).
  if (/(?<!\r)\n/.test(message)) return true;
  // An interim answer by a server of HTTP/1.0, which knows none: for Node its connection ends there.
  if (/HTTP\/1\.0 1/.test(message)) return true;
  // A tab after "chunked" is white space (RFC 9110 §5.6.3); Node then takes the coding for an unknown one.
  if (/transfer-encoding:[^\r\n]*\t/i.test(message)) return true;
  // White space around a chunk extension's ";" and "=" (§7.1.1).
  return /\r\n[0-9a-f]+[^\r\n]*(?:[\t ];|;[\t ]|[\t ]=|=[\t ])/i.test(message);
}

describe("the response reader", () => {
  test("reads what an honest server sends, body and end, to the byte", () => {
    fc.assert(
      fc.property(validResponse, fc.uint8Array({ maxLength: 20 }), (response, next) => {
        const { byClose } = response;
        const seen = observe("GET", [Buffer.concat([response.wire, byClose ? new Uint8Array() : next])]);
        expect(seen.head?.status).toBe(response.status);
        expect(seen.body).toBe(response.body.toString("latin1"));
        expect(seen.outcome).toBe(byClose ? "more" : "end");
        expect(seen.onClose).toBe("end");
        expect(seen.endedAt).toBe(byClose ? null : response.wire.length);
      }),
      { numRuns: 1000 },
    );
  });

  test("sees the same in every cut of the same bytes", () => {
    const wire = fc.oneof(
      validResponse.map((response) => response.wire),
      mutatedResponse,
      fc.uint8Array({ maxLength: 200 }).map((random) => Buffer.from(random)),
    );
    fc.assert(
      fc.property(wire, places, methods, (wire, places, method) => {
        expect(observe(method, cut(wire, places))).toEqual(observe(method, [wire]));
      }),
      { numRuns: 3000 },
    );
  });

  test("sees the same in every possible cut in two, and byte by byte", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          validResponse.map(({ wire }) => wire),
          mutatedResponse,
        ),
        (wire) => {
          const whole = observe("GET", [wire]);
          const everywhere = Array.from(wire, (_, index) => index);
          expect(observe("GET", cut(wire, everywhere))).toEqual(whole);
          for (const place of everywhere) expect(observe("GET", cut(wire, [place]))).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("agrees with Node's own parser about every valid response", async () => {
    await fc.assert(
      fc.asyncProperty(validResponse, places, async ({ wire }, places) => {
        fc.pre(!isKnownDifference(wire.toString("latin1")));
        const slices = cut(wire, places);
        const theirs = await readWithNode(slices);
        const ours = observe("GET", slices);
        expect({
          status: theirs?.status,
          headers: theirs?.headers,
          body: theirs?.body,
          trailers: theirs?.trailers,
          whole: theirs?.whole,
        }).toEqual({
          status: ours.head?.status,
          headers: ours.head?.fields,
          body: ours.body,
          trailers: ours.trailers ?? {},
          whole: true,
        });
      }),
      { numRuns: 600 },
    );
  });

  test("takes nothing for whole that Node's own parser would read otherwise", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(mutatedResponse, async (wire) => {
        const ours = observe("GET", [wire]);
        if (ours.outcome !== "end" || ours.endedAt === null) return;
        const message = wire.subarray(0, ours.endedAt);
        if (isKnownDifference(message.toString("latin1"))) return;
        // Without a body nothing depends on the coding; Node looks at it all the same.
        if (ours.head?.framing.kind === "none" && "transfer-encoding" in ours.head.fields) return;
        const theirs = await readWithNode([message]);
        compared++;
        expect(theirs).toMatchObject({
          status: ours.head?.status,
          headers: ours.head?.fields,
          body: ours.body,
          whole: true,
        });
      }),
      { numRuns: 3000 },
    );
    // It did meet some.
    expect(compared).toBeGreaterThan(100);
  });

  test("meets any bytes whatever after a good head without a word too much", () => {
    const heads = fc.constantFrom(
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
    );
    const tail = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .string({ unit: fc.constantFrom(..."\r\n\t :;=0123456789abcdefX\0".split("")), maxLength: 60 })
        .map(bytes),
    );
    fc.assert(
      fc.property(heads, tail, places, (head, tail, places) => {
        const wire = Buffer.concat([bytes(head), tail]);
        expect(observe("GET", cut(wire, places))).toEqual(observe("GET", [wire]));
      }),
      { numRuns: 3000 },
    );
  });
});
