import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventParser, OverlongEvent } from "./parse-events.ts";
import type { StreamEvent } from "./parse-events.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function parse(...chunks: (string | Uint8Array)[]): StreamEvent[] {
  const parser = new EventParser();
  return chunks.flatMap((chunk) => parser.push(typeof chunk === "string" ? bytesOf(chunk) : chunk));
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...at.map((edge) => edge % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

const message = (data: string, lastEventId = ""): StreamEvent => ({ type: "message", data, lastEventId });

describe("the examples of the WHATWG standard, §9.2", () => {
  it("joins the data lines of an event", () => {
    expect(parse("data: YHOO\ndata: +2\ndata: 10\n\n")).toEqual([message("YHOO\n+2\n10")]);
  });

  it("reads ids, comments and a single leading space", () => {
    const stream =
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    expect(parse(stream)).toEqual([
      message("first event", "1"),
      message("second event"),
      message(" third event"),
    ]);
  });

  it("gives an event for an empty data line, one line feed for two, none for what is not ended", () => {
    expect(parse("data\n\ndata\ndata\n\ndata:")).toEqual([message(""), message("\n")]);
  });
});

describe("the rules one by one", () => {
  it("names the type of one event only", () => {
    expect(parse("event: job\ndata: 1\n\ndata: 2\n\n")).toEqual([
      { type: "job", data: "1", lastEventId: "" },
      message("2"),
    ]);
  });

  it("forgets the type of an event without data", () => {
    expect(parse("event: job\n\ndata: 2\n\n")).toEqual([message("2")]);
  });

  it("keeps the last id over events, and ignores one that holds a NULL", () => {
    expect(parse("id: 7\ndata: a\n\ndata: b\n\nid: 8\0\ndata: c\n\n")).toEqual([
      message("a", "7"),
      message("b", "7"),
      message("c", "7"),
    ]);
  });

  it("ignores unknown fields, fields with a space before the colon, and times that are no number", () => {
    const parser = new EventParser();
    expect(parser.push(bytesOf("datum: x\ndata : y\nretry: 1.5\nretry: soon\n\n"))).toEqual([]);
    expect(parser.retryMs).toBeNull();
    parser.push(bytesOf("retry: 250\n"));
    expect(parser.retryMs).toBe(250);
    parser.push(bytesOf("retry: 99999999999999999999\n"));
    expect(parser.retryMs).toBe(60_000);
  });

  it("drops one byte order mark at the beginning, and only there", () => {
    expect(parse("\uFEFFdata: a\n\ndata: \uFEFFb\n\n")).toEqual([message("a"), message("\uFEFFb")]);
  });

  it("knows the id of an event that is not complete", () => {
    const parser = new EventParser("3");
    expect(parser.lastEventId).toBe("3");
    parser.push(bytesOf("id: 9\ndata: half"));
    expect(parser.lastEventId).toBe("9");
  });

  it("gives an event as soon as its last CR came, and takes no second end from the LF after it", () => {
    const parser = new EventParser();
    expect(parser.push(bytesOf("data: a\r\n\r"))).toEqual([message("a")]);
    expect(parser.push(bytesOf("\ndata: b\r"))).toEqual([]);
    expect(parser.push(bytesOf(""))).toEqual([]);
    expect(parser.push(bytesOf("\ndata: c\r\n\r\n"))).toEqual([message("b\nc")]);
  });
});

describe("bounds", () => {
  it("refuses a line without end instead of filling the memory", () => {
    const parser = new EventParser("", 1000);
    const endless = (): void => {
      for (let chunk = 0; chunk < 50; chunk++) parser.push(bytesOf("data: and on ".repeat(10)));
    };
    expect(endless).toThrow(OverlongEvent);
  });

  it("refuses an event of endless lines", () => {
    const parser = new EventParser("", 1000);
    const endless = (): void => {
      for (let line = 0; line < 500; line++) parser.push(bytesOf("data: and on\n"));
    };
    expect(endless).toThrow(OverlongEvent);
  });

  it("takes events up to the bound, one after another", () => {
    const parser = new EventParser("", 1000);
    for (let event = 0; event < 20; event++)
      expect(parser.push(bytesOf(`data: ${"x".repeat(900)}\n\n`))).toHaveLength(1);
  });
});

const lineText = fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, ""));
const streamed = fc.record({
  type: fc.constantFrom("", "job", "progress", "größer"),
  id: fc.option(fc.nat().map(String), { nil: null }),
  lines: fc.array(lineText, { minLength: 1, maxLength: 4 }),
  comment: fc.option(lineText, { nil: null }),
  end: fc.constantFrom("\n", "\r", "\r\n"),
  space: fc.constantFrom("", " "),
});

describe("any stream", () => {
  it("comes out as it went in, whatever the line ends, cut anywhere, in the middle of a character too", () => {
    fc.assert(
      fc.property(fc.array(streamed, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 30 }), (sent, at) => {
        let text = "";
        let lastEventId = "";
        const expected = sent.map(({ type, id, lines, comment, end, space }) => {
          // A space after the colon is dropped, so a line that begins with one needs it.
          const field = (name: string, value: string): string =>
            `${name}:${value.startsWith(" ") ? " " : space}${value}${end}`;
          if (comment !== null) text += `:${comment}${end}`;
          if (type !== "") text += field("event", type);
          if (id !== null) text += field("id", id);
          text += lines.map((line) => field("data", line)).join("") + end;
          lastEventId = id ?? lastEventId;
          return { type: type === "" ? "message" : type, data: lines.join("\n"), lastEventId };
        });
        expect(parse(...cut(bytesOf(text), at))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("of any bytes, also no UTF-8, reads the same however it is cut, and never throws", () => {
    const likely = fc
      .constantFrom("\r", "\n", ":", " ", "data", "id", "event", "\uFEFF", "é", "\0")
      .map(bytesOf);
    const anything = fc.array(fc.oneof(likely, fc.uint8Array({ maxLength: 6 })), { maxLength: 60 });
    fc.assert(
      fc.property(anything, fc.array(fc.nat(), { maxLength: 40 }), (parts, at) => {
        const bytes = new Uint8Array(parts.flatMap((part) => [...part]));
        expect(parse(...cut(bytes, at))).toEqual(parse(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});
