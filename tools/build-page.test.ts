import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { hashSources } from "./build-page.ts";

const root = mkdtempSync(join(tmpdir(), "haulyard-page-"));
afterAll(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
const hash = (): string => hashSources(root, ["web", "package-lock.json"]);

beforeEach(() => {
  rmSync(join(root, "web"), { recursive: true, force: true });
  mkdirSync(join(root, "web/src"), { recursive: true });
  mkdirSync(join(root, "web/dist"));
  write("web/src/main.tsx", "one");
  write("package-lock.json", "{}");
});

test("the page is built again when a source, its name or a package changes", () => {
  const before = hash();
  expect(hash()).toBe(before);
  write("web/src/main.tsx", "two");
  const edited = hash();
  expect(edited).not.toBe(before);
  write("package-lock.json", "{ }");
  expect(hash()).not.toBe(edited);
  write("web/src/main.tsx", "one");
  write("package-lock.json", "{}");
  expect(hash()).toBe(before);
  write("web/src/new.ts", "");
  expect(hash()).not.toBe(before);
});

test("a test or an earlier build does not cause a build", () => {
  const before = hash();
  write("web/src/main.test.tsx", "a test");
  write("web/dist/index.html", "built");
  expect(hash()).toBe(before);
});
