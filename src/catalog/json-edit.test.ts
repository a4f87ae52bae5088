import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawAt, removeAt, setAt, setRawAt } from "./json-edit.ts";

const key = fc.oneof(
  fc.constantFrom("a", "b", "__proto__", "1", "0", "toString", ""),
  fc.string({ maxLength: 5 }),
);
const leaf = fc.jsonValue({ maxDepth: 2 });
const layout = fc.constantFrom("", " ", "  ", "    ", "\t");
const document = fc.dictionary(key, fc.dictionary(key, leaf, { noNullPrototype: true }), {
  noNullPrototype: true,
});

/** The text of a document in some layout, with LF or CRLF, with or without a byte order mark. */
const laidOut = fc.tuple(document, layout, fc.boolean(), fc.boolean()).map(([value, indent, crlf, mark]) => {
  const text = `${JSON.stringify(value, null, indent)}\n`;
  return (mark ? "\uFEFF" : "") + (crlf ? text.replaceAll("\n", "\r\n") : text);
});

const parse = (text: string): Record<string, unknown> =>
  JSON.parse(text.replace("\uFEFF", "")) as Record<string, unknown>;

/** Members in order, keys that look like numbers included. */
const order = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map(([, name]) => name ?? "");

test("after a change the text means the old document with that one value changed", () => {
  fc.assert(
    fc.property(laidOut, key, leaf, (text, name, value) => {
      const changed = setAt(text, [name], value);
      const expected = parse(text);
      Object.defineProperty(expected, name, {
        value: JSON.parse(JSON.stringify(value)),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      expect(parse(changed)).toEqual(expected);
      expect(changed.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
      if (text.includes("\r\n")) expect(changed).not.toMatch(/[^\r]\n/);
      else expect(changed).not.toContain("\r\n");
    }),
  );
});

test("a key that is added and taken away again leaves the text as it was, letter by letter", () => {
  fc.assert(
    fc.property(laidOut, leaf, (text, value) => {
      const name = "a key nobody has";
      const back = removeAt(setAt(text, [name], value), [name]);
      // Of an empty object's inner white space nothing is kept.
      expect(back).toBe(/^\uFEFF?\{\}/.test(text) ? back : text);
      expect(parse(back)).toEqual(parse(text));
    }),
  );
});

test("a key that is taken away is gone, and the others stay in their order", () => {
  fc.assert(
    fc.property(laidOut, fc.nat(), (text, pick) => {
      const names = Object.keys(parse(text));
      fc.pre(names.length > 0);
      const name = names[pick % names.length] as string;
      const changed = removeAt(text, [name]);
      const expected = parse(text);
      delete expected[name];
      expect(parse(changed)).toEqual(expected);
    }),
  );
});

describe("the author's hand is kept", () => {
  const text = `{
    "flux": {
        "name": "Flux",   "note": 1.0,
        "models": {
            "b": {"name": "B", "size": 1e3},
            "2": {
                "name": "\\u0042"
            }
        }
    }
}
`;

  test("a value is replaced where it stands", () => {
    expect(setAt(text, ["flux", "models", "b", "name"], "C")).toBe(
      text.replace('"name": "B"', '"name": "C"'),
    );
  });

  test("a field is added to a one-line entry on its line", () => {
    expect(setAt(text, ["flux", "models", "b", "sha256"], "00")).toBe(
      text.replace("1e3}", '1e3, "sha256": "00"}'),
    );
  });

  test("a field is added to a many-line entry on a line of its own", () => {
    expect(setAt(text, ["flux", "models", "2", "url"], "u")).toBe(
      text.replace('"name": "\\u0042"', '"name": "\\u0042",\n                "url": "u"'),
    );
  });

  test("an entry is added at the end, indented as the file is", () => {
    expect(setAt(text, ["flux", "models", "1"], { name: "N", tags: ["x"] })).toBe(
      text.replace(
        `            }
        }
    }`,
        `            },
            "1": {
                "name": "N",
                "tags": [
                    "x"
                ]
            }
        }
    }`,
      ),
    );
    expect(order(setAt(text, ["flux", "models", "1"], {}))).toEqual([...order(text), "1"]);
  });

  test("the first entry of an empty object gets lines of its own", () => {
    expect(setAt('{\n\t"a": {}\n}', ["a", "b"], { c: 1 })).toBe(
      '{\n\t"a": {\n\t\t"b": {\n\t\t\t"c": 1\n\t\t}\n\t}\n}',
    );
    expect(setAt("{}\n", ["a"], { b: 1 })).toBe('{\n  "a": {\n    "b": 1\n  }\n}\n');
  });

  test("a file of one line stays one line", () => {
    expect(setAt('{"a":{"b":1}}', ["a", "c"], { d: [2] })).toBe('{"a":{"b":1,"c":{"d":[2]}}}');
    expect(setAt('{"a":{}}', ["a", "c"], 2)).toBe('{"a":{"c": 2}}');
  });

  test("an entry is taken out with its comma, first, middle and last", () => {
    const three = '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}';
    expect(removeAt(three, ["a"])).toBe('{\n  "b": 2,\n  "c": 3\n}');
    expect(removeAt(three, ["b"])).toBe('{\n  "a": 1,\n  "c": 3\n}');
    expect(removeAt(three, ["c"])).toBe('{\n  "a": 1,\n  "b": 2\n}');
    expect(removeAt('{ "a": 1 }', ["a"])).toBe("{}");
  });

  test("a key that occurs twice is taken out twice: the first must not come back to life", () => {
    expect(removeAt('{"a":1,"b":2,"a":3}', ["a"])).toBe('{"b":2}');
  });

  test("text of a value is put in as it is", () => {
    const raw = rawAt(text, ["flux", "models", "b"]);
    expect(raw).toBe('{"name": "B", "size": 1e3}');
    expect(setRawAt(text, ["flux", "models", "c"], raw as string)).toContain(
      '"c": {"name": "B", "size": 1e3}',
    );
    expect(rawAt(text, ["flux", "nothing", "b"])).toBeNull();
  });
});
