/** Makes the manual out of the Markdown of this repository: pages that need no server, and what their search reads. */
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CHAPTERS, UNLISTED } from "./chapters.ts";
import { fillTemplate } from "./fill-template.ts";
import { addressOf } from "./page-address.ts";
import { readPage } from "./read-page.ts";
import type { Page } from "./read-page.ts";

/** What the bundler made of `web/manual.html`: the template, with the addresses of its script and style. */
const TEMPLATE = "manual.html";

/** An entry of `search.json`, as web/manual/search.ts reads it. */
interface SearchEntry {
  id: string;
  page: string;
  title: string;
  text: string;
}

/** Paths of all pages, those of the table of contents first. */
export function listPages(root: string): string[] {
  return [...CHAPTERS.flatMap(({ pages }) => pages), ...globSync(UNLISTED, { cwd: root }).toSorted()];
}

export function readPages(root: string): Page[] {
  const paths = listPages(root);
  const known = new Set(paths);
  return paths.map((path) => readPage(path, readFileSync(join(root, path), "utf8"), known));
}

/** @param built the bundler's output; the manual goes into its folder `manual`, the template is taken away */
export function buildManual(root: string, built: string): void {
  const folder = join(built, "manual");
  mkdirSync(join(folder, "pictures"), { recursive: true });
  // The template was at the top, its pages are one folder below.
  const template = readFileSync(join(built, TEMPLATE), "utf8").replaceAll(/(src|href)="\.\//g, '$1="../');
  const pages = readPages(root);
  const titles = new Map(pages.map(({ path, title }) => [path, title]));
  for (const page of pages) {
    writeFileSync(join(folder, addressOf(page.path)), fillTemplate(template, page, CHAPTERS, titles));
    for (const picture of page.pictures)
      copyFileSync(join(root, picture), join(folder, "pictures", basename(picture)));
  }
  writeFileSync(join(folder, "search.json"), JSON.stringify(pages.flatMap(searchEntries)));
  rmSync(join(built, TEMPLATE));
}

export function searchEntries({ path, title, sections }: Page): SearchEntry[] {
  return sections.map(({ heading, text }) => ({
    id: heading.level === 1 ? addressOf(path) : `${addressOf(path)}#${heading.id}`,
    page: title,
    title: heading.text,
    text,
  }));
}
