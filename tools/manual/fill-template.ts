/** A page of the manual around what it says: the table of contents at its left, its outline at its right. */
import type { Chapter } from "./chapters.ts";
import { addressOf } from "./page-address.ts";
import type { Heading, Page } from "./read-page.ts";

/** Deeper headings would make the outline as long as the page. */
const OUTLINE_LEVELS = new Set([2, 3]);
/** An outline of one entry says nothing. */
const LEAST_OUTLINE = 2;

/** @param template with `<!-- title -->`, `<!-- contents -->`, `<!-- page -->`, `<!-- outline -->`, `<!-- ways -->` */
export function fillTemplate(
  template: string,
  page: Page,
  chapters: readonly Chapter[],
  titles: ReadonlyMap<string, string>,
): string {
  const parts: Record<string, string> = {
    title: page.title === "Haulyard" ? "Haulyard" : `${escapeText(page.title)} · Haulyard`,
    contents: contentsOf(page, chapters, titles),
    page: page.html,
    outline: outlineOf(page.headings),
    ways: waysFrom(page, chapters, titles),
  };
  return template.replaceAll(/<!-- (\w+) -->/g, (whole, name: string) => parts[name] ?? whole);
}

function contentsOf(page: Page, chapters: readonly Chapter[], titles: ReadonlyMap<string, string>): string {
  const link = (path: string): string => {
    const here = path === page.path ? ' aria-current="page"' : "";
    return `<li><a href="${addressOf(path)}"${here}>${titleOf(path, titles)}</a></li>`;
  };
  return chapters
    .map(({ title, pages }) => `<h2>${escapeText(title)}</h2>\n<ul>${pages.map(link).join("")}</ul>`)
    .join("\n");
}

function outlineOf(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => OUTLINE_LEVELS.has(level));
  if (shown.length < LEAST_OUTLINE) return "";
  const entries = shown.map(
    ({ level, id, text }) => `<li class="level-${level}"><a href="#${id}">${escapeText(text)}</a></li>`,
  );
  return `<h2>On this page</h2>\n<ul>${entries.join("")}</ul>`;
}

/** To the page before and the one after. */
function waysFrom(page: Page, chapters: readonly Chapter[], titles: ReadonlyMap<string, string>): string {
  const order = chapters.flatMap(({ pages }) => pages);
  const index = order.indexOf(page.path);
  if (index < 0) return "";
  const way = (path: string | undefined, name: string, rel: string): string =>
    path === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${addressOf(path)}"><small>${name}</small>${titleOf(path, titles)}</a>`;
  return way(order[index - 1], "Before", "prev") + way(order[index + 1], "Next", "next");
}

function titleOf(path: string, titles: ReadonlyMap<string, string>): string {
  return escapeText(titles.get(path) ?? path);
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
