import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectQuick } from "../../test/world/cost.ts";
import { memberOf, parseJson, type JsonNode } from "./json-document.ts";

/** What the text means, put together from the places of its values. */
function meaningOf(text: string, node: JsonNode): unknown {
  if (node.kind !== "object") return JSON.parse(text.slice(node.start, node.end)) as unknown;
  return Object.fromEntries(node.members.map(({ key, value }) => [key, meaningOf(text, value)]));
}

function accepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("every value is found where it stands, however the text is laid out", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("", " ", "\t", "    "), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const outcome = parseJson(text);
      expect(outcome.kind).toBe("parsed");
      if (outcome.kind === "parsed") expect(meaningOf(text, outcome.root)).toEqual(JSON.parse(text));
    }),
  );
});

test("a text is taken exactly when JSON.parse takes it, however it was damaged", () => {
  const damaged = fc
    .tuple(
      fc.jsonValue({ maxDepth: 3 }),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.constantFrom(
            "",
            "{",
            "}",
            "[",
            ",",
            ":",
            '"',
            "\\",
            "\n",
            "0",
            "-",
            ".",
            "e",
            "\\u12",
            "é",
            "\0",
            "true",
          ),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([value, wounds]) =>
      wounds.reduce((text, [at, put]) => {
        const place = text.length === 0 ? 0 : at % text.length;
        return text.slice(0, place) + put + text.slice(place + 1);
      }, JSON.stringify(value)),
    );
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (text) => {
      expect(parseJson(text).kind === "parsed", text).toBe(accepts(text));
    }),
    { numRuns: 3_000 },
  );
});

describe("what is wrong is named with its line and column", () => {
  test.each([
    ["", 1, 1, "the file is empty"],
    [" \n ", 2, 2, "the file is empty"],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, "where ',' or '}' should be"],
    ['{\r\n  "a": 1,\r\n}', 3, 1, "where a key in double quotes should be"],
    ['{"a": }', 1, 7, "where a value should be"],
    ["{'a': 1}", 1, 2, "where a key in double quotes should be"],
    ['{"a" 1}', 1, 6, "where ':' after the key should be"],
    ['{"a": "x\ny"}', 1, 9, "a control character or line end inside a string"],
    ['{"a": "x', 1, 7, "a string that is not closed"],
    ['{"a": "\\x"}', 1, 8, "a backslash that begins no escape sequence"],
    ['{"a": [1, 2', 1, 12, "the file ends where ',' or ']' should be"],
    ['{"a": 1} x', 1, 10, "more text follows"],
    ['{"a": 01}', 1, 8, "where ',' or '}' should be"],
    ['{"a": NaN}', 1, 7, "where a value should be"],
    ["[".repeat(300), 1, 201, "nested deeper than 200 levels"],
  ])("%j: line %i, column %i", (text, line, column, message) => {
    expect(parseJson(text)).toEqual({
      kind: "broken",
      line,
      column,
      message: expect.stringContaining(message) as string,
    });
  });
});

test("a byte order mark in front is read over", () => {
  expect(parseJson('\uFEFF{"a":1}')).toMatchObject({ kind: "parsed", root: { start: 1 } });
});

test("of a key that occurs twice the last counts, and nothing is inherited", () => {
  const outcome = parseJson('{"a":1,"a":22,"__proto__":{"b":1}}');
  if (outcome.kind !== "parsed") throw new Error(outcome.message);
  expect(memberOf(outcome.root, "a")?.value).toMatchObject({ start: 11, end: 13 });
  expect(memberOf(outcome.root, "toString")).toBeUndefined();
  expect(memberOf(outcome.root, "b")).toBeUndefined();
  expect(memberOf(outcome.root, "__proto__")?.value.kind).toBe("object");
});

test("ten megabytes are read in no time, long strings included", async () => {
  const text = JSON.stringify({ a: "x\\".repeat(3_000_000), b: Array.from({ length: 500_000 }, () => "yy") });
  await expectQuick(10_000, () => {
    expect(parseJson(text).kind).toBe("parsed");
    expect(parseJson(text.slice(0, -2)).kind).toBe("broken");
  });
});
