import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { getLine } from "./json-lines.ts";

const all = readFileSync(new URL("../../../docs/cli-json.md", import.meta.url), "utf8");
const page = all.split(/^## /m).find((section) => section.startsWith("`haulyard get --json`")) ?? "";

/** The row of the table in docs/cli-json.md that is about an event. */
const rowOf = (event: string): string =>
  page.split("\n").find((line) => line.startsWith(`| \`${event}\` `)) ?? "";

describe("the lines of get --json are told of in docs/cli-json.md:", () => {
  it.each(getLine.options.map((option) => [option.shape.event.value, Object.keys(option.shape)] as const))(
    "%s, with all of its fields",
    (event, fields) => {
      const row = rowOf(event);
      const told = [...row.matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => name);
      expect(new Set(told.slice(1))).toEqual(
        new Set(fields.filter((name) => name !== "v" && name !== "event")),
      );
    },
  );

  it("and nothing else is", () => {
    const events = [...page.matchAll(/^\| `([a-z]+)` +\|/gm)].map(([, event = ""]) => event);
    const known = new Set<string>(getLine.options.map((option) => option.shape.event.value));
    expect(events.filter((event) => !known.has(event))).toEqual([]);
  });
});

it("a field that nobody has told of is no line of this version", () => {
  const line = { v: 1, event: "begin", index: 1, count: 1, url: "https://a.example/x" };
  expect(getLine.safeParse(line).success).toBe(true);
  expect(getLine.safeParse({ ...line, more: 1 }).success).toBe(false);
  expect(getLine.safeParse({ ...line, index: 0 }).success).toBe(false);
});
