import { join } from "node:path";
import { expect, test } from "vitest";
import { checkFile, checkTree } from "./check-layers.ts";
import { LAYERS } from "./layers.ts";

const refusals = (path: string, text: string): string[] => checkFile(path, text).problems;

test("every file of the tree keeps to the layers", () => {
  const { problems } = checkTree(join(import.meta.dirname, ".."));
  expect(problems).toEqual([]);
});

test("the check has really read the tree", () => {
  const { files, imports } = checkTree(join(import.meta.dirname, ".."));
  expect(files.get("job")).toBeGreaterThanOrEqual(15);
  expect(files.get("wire")).toBeGreaterThanOrEqual(6);
  expect(files.get("tools")).toBeGreaterThanOrEqual(3);
  expect(files.get("tests")).toBeGreaterThanOrEqual(1);
  expect(imports).toBeGreaterThanOrEqual(60);
  expect(files.has("unknown")).toBe(false);
});

test("the table names only layers, and no two layers import each other", () => {
  for (const [layer, allowed] of Object.entries(LAYERS)) {
    for (const other of allowed) {
      expect(LAYERS[other], `${layer} → ${other}`).toBeDefined();
      expect(LAYERS[other]).not.toContain(layer);
    }
  }
});

test.each([
  ["import", 'import { openStore } from "../store/open-store.ts";'],
  ["type-only import", 'import type { Row } from "../store/rows.ts";'],
  ["side-effect import", 'import "../store/open-store.ts";'],
  ["re-export", 'export * from "../store/open-store.ts";'],
  ["dynamic import", 'const store = await import("../store/open-store.ts");'],
  ["type query", 'type Row = import("../store/rows.ts").Row;'],
  ["worker's file", 'new Worker(new URL("../store/worker.ts", import.meta.url));'],
])("a forbidden %s is caught, with its line", (_kind, statement) => {
  expect(refusals("src/engine/planted.ts", `\n\n${statement}\n`)).toEqual([
    expect.stringMatching(/^src\/engine\/planted\.ts:3: src\/engine must not import src\/store/),
  ]);
});

test("an import the table allows is allowed", () => {
  expect(refusals("src/engine/x.ts", 'import type { Job } from "../job/job.ts";')).toEqual([]);
  expect(refusals("src/server/compat/x.ts", 'import { a } from "../../engine/feed.ts";')).toEqual([]);
  expect(
    refusals("src/main.ts", 'import { a } from "./store/a.ts"; import { b } from "./cli/b.ts";'),
  ).toEqual([]);
  expect(refusals("src/engine/x.test.ts", 'import { a } from "../store/a.ts";')).toEqual([]);
});

test("words in comments and strings are no imports", () => {
  const text = '// import "../store/a.ts"\nexport const hint = \'import "../store/a.ts"\';';
  expect(checkFile("src/engine/x.ts", text)).toEqual({ problems: [], imports: 0 });
});

test.each([
  ["src/job/x.ts", 'import { readFile } from "node:fs/promises";', /node:fs\/promises.*browser/],
  ["src/job/x.ts", 'import { z } from "zod";', /'zod': src\/job uses no package/],
  ["src/wire/x.ts", 'import Fastify from "fastify";', /'fastify': src\/wire uses only zod/],
  ["src/client/x.ts", "export const bytes = Buffer.alloc(1);", /'Buffer' does not exist in a browser/],
  ["web/src/x.tsx", 'import { a } from "../../src/engine/feed.ts";', /web must not import src\/engine/],
  ["src/server/x.ts", 'import { a } from "../../web/src/a.ts";', /must not import the page/],
  ["src/server/x.ts", 'import { a } from "./a.test.ts";', /must not import .*\(tests\)/],
  ["src/client/x.ts", 'import { a } from "./testing/a.ts";', /must not import .*\(tests\)/],
  ["src/server/x.ts", 'import { a } from "./a";', /names its file, '.ts' included/],
  ["src/server/x.ts", 'import { a } from "./a.js";', /names its file, '.ts' included/],
  ["src/server/x.ts", "await import(name);", /computed at run time/],
  ["src/misc/x.ts", "export const a = 1;", /lies in no layer/],
])("%s must not say `%s`", (path, text, reason) => {
  expect(refusals(path, text)).toEqual([expect.stringMatching(reason)]);
});

test.each([
  "export const home = process.env.HOME;",
  'export const home = process["env"].HOME;',
  "const { env } = process;",
  "export const home = globalThis.process.env.HOME;",
  'import { env } from "node:process";',
])("the environment is read in src/config alone: `%s`", (text) => {
  expect(refusals("src/engine/x.ts", text)).toEqual([expect.stringMatching(/only src\/config reads/)]);
  expect(refusals("src/config/x.ts", text)).toEqual([]);
});
