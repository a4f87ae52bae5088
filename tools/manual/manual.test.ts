import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAILURE_CODES, failure } from "../../src/job/failure.ts";
import { createSearch } from "../../web/manual/search-pages.ts";
import { ROOT } from "../run-command.ts";
import { readPages, searchEntries } from "./build-manual.ts";
import { CHAPTERS } from "./chapters.ts";
import { fillTemplate } from "./fill-template.ts";
import { addressOf } from "./page-address.ts";
import { readPage, slugOf } from "./read-page.ts";

const pages = readPages(ROOT);

test("every page of docs/ is in the table of contents, once", () => {
  const listed = CHAPTERS.flatMap((chapter) => chapter.pages);
  expect(new Set(listed).size).toBe(listed.length);
  expect(globSync("docs/*.md", { cwd: ROOT }).filter((path) => !listed.includes(path))).toEqual([]);
});

test("every page has a title and an address of its own", () => {
  expect(new Set(pages.map(({ path }) => addressOf(path))).size).toBe(pages.length);
  expect(new Set(pages.map(({ title }) => title)).size).toBe(pages.length);
});

test("every link within the manual leads to a page and a heading that are there", () => {
  const targets = new Set(
    pages.flatMap(({ path, headings }) => [
      addressOf(path),
      ...headings.map(({ id }) => `${addressOf(path)}#${id}`),
    ]),
  );
  const broken = pages.flatMap(({ path, html }) =>
    [...html.matchAll(/ href="([^"]*)"/g)]
      .map((match) => match[1] ?? "")
      .filter((href) => !/^https?:/.test(href))
      .filter((href) => !targets.has(href.startsWith("#") ? `${addressOf(path)}${href}` : href))
      .map((href) => `${path}: ${href}`),
  );
  expect(broken).toEqual([]);
});

test("what a page says cannot become part of the page", () => {
  const page = readPage(
    "docs/x.md",
    "# A <b>\n\n<script>x</script> `<i>` [x](javascript:alert)\n",
    new Set(),
  );
  expect(page.html).not.toMatch(/<script|<b>|<i>|href="javascript/);
  const filled = fillTemplate(
    "<title><!-- title --></title><!-- contents -->",
    page,
    [{ title: "<u>", pages: ["docs/x.md"] }],
    new Map([["docs/x.md", page.title]]),
  );
  expect(filled).not.toMatch(/<b>|<u>/);
});

test("cells of tables may have lines, and headings the ids they have on GitHub", () => {
  expect(readPage("docs/x.md", "| a |\n| - |\n| `b`<br>c |\n", new Set()).html).toContain("<br>");
  expect(slugOf("`--json` and 2 ways, don't")).toBe("--json-and-2-ways-dont");
  const twice = readPage("docs/x.md", "# T\n## Same\n## Same\n", new Set());
  expect(twice.headings.map(({ id }) => id)).toEqual(["t", "same", "same-1"]);
});

test("the search finds settings, codes and words by their beginnings, and says where", () => {
  const search = createSearch(pages.flatMap(searchEntries));
  expect(search("checksum_mismatch").map(({ id }) => id)).toContain("troubleshooting.html#what-came");
  expect(search("HAULYARD_DOWNL").map(({ page }) => page)).toContain("Settings");
  expect(search("disk full")[0]).toMatchObject({ title: expect.stringMatching(/disk full/i) });
  expect(search("xyzzy qwertz")).toEqual([]);
});

test("every failure is in the troubleshooting page, with what Haulyard says of it", () => {
  const text = readFileSync(join(ROOT, "docs/troubleshooting.md"), "utf8");
  const rows = new Map(
    [...text.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\| (by itself|no) +\|$/gm)].map((row) => [
      row[1],
      row,
    ]),
  );
  expect(new Set(rows.keys())).toEqual(new Set<string>(FAILURE_CODES));
  for (const code of FAILURE_CODES) {
    const { advice, retryable } = failure(code, "");
    expect([code, rows.get(code)?.[3], rows.get(code)?.[4]]).toEqual([
      code,
      advice,
      retryable ? "by itself" : "no",
    ]);
  }
});
