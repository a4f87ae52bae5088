import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./run-command.ts";

const PAGES = globSync(["*.md", "docs/*.md", "decisions/*.md"], { cwd: ROOT });
const ROOTS = /^(?:src|web|test|tools|bench|bin|docs|decisions|deploy|\.ci)\//;

const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");

test("there are pages to look at", () => {
  expect(PAGES).toEqual(expect.arrayContaining(["README.md", "ARCHITECTURE.md", "docs/http-api.md"]));
});

test.each(PAGES)("every link of %s leads to a file", (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(
    (match) => (match[1] ?? "").split("#")[0] ?? "",
  );
  const local = targets.filter((target) => target !== "" && !/^[a-z]+:/.test(target));
  expect(local.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
});

test.each(PAGES)("every file that %s names exists", (page) => {
  const names = [...read(page).matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? "");
  const paths = names.filter((name) => ROOTS.test(name) && !/[*{<…]|XXX|NNN/.test(name));
  // What a build makes may be missing.
  expect(paths.filter((path) => !path.startsWith("web/dist") && !existsSync(join(ROOT, path)))).toEqual([]);
});

test("the map shows every folder of the source", () => {
  const map = read("ARCHITECTURE.md");
  // An empty folder is on this disk only, git does not know it.
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && readdirSync(join(ROOT, "src", entry.name)).length > 0,
  );
  expect(folders.map(({ name }) => `src/${name}`).filter((folder) => !map.includes(`\`${folder}\``))).toEqual(
    [],
  );
});

test("every npm script that the pages tell of exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const told = PAGES.flatMap((page) =>
    [...read(page).matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? ""),
  );
  expect(told.length).toBeGreaterThan(3);
  expect(told.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});
