import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TestSpecification, Vitest } from "vitest/node";
import { LONGEST, LongestFirst } from "./longest-first.ts";
import { ROOT } from "./run-command.ts";

const specification = (path: string): TestSpecification =>
  ({ moduleId: join(ROOT, path) }) as TestSpecification;

test("every file that is said to take long is there, and named once", () => {
  expect(LONGEST.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(new Set(LONGEST).size).toBe(LONGEST.length);
});

test("files that take long are begun first, in their order, and the others after them by name", async () => {
  const [first = "", second = ""] = LONGEST;
  const files = ["src/b.test.ts", second, "src/a.test.ts", first].map(specification);
  const sorted = await new LongestFirst({} as Vitest).sort(files);
  expect(sorted.map(({ moduleId }) => moduleId)).toEqual(
    [first, second, "src/a.test.ts", "src/b.test.ts"].map((path) => join(ROOT, path)),
  );
});
