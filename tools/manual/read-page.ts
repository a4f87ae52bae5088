/** A page of Markdown becomes HTML, its outline, and what the search looks through. */
import MarkdownIt from "markdown-it";
import type { MarkdownIt as Parser, Token } from "markdown-it";
import { resolveLink } from "./page-address.ts";

export interface Heading {
  level: number;
  text: string;
  id: string;
}

/** A part of a page that begins with a heading: what a search finds. */
export interface Section {
  heading: Heading;
  text: string;
}

export interface Page {
  path: string;
  title: string;
  html: string;
  headings: readonly Heading[];
  sections: readonly Section[];
  /** Paths of pictures that it shows. */
  pictures: readonly string[];
}

const BREAK = "<br>";

/** @param path of the page in the repository @param pages all there are: links among them become links of the manual */
export function readPage(path: string, markdown: string, pages: ReadonlySet<string>): Page {
  const parser = createParser();
  const tokens = parser.parse(withoutRemarks(markdown), {});
  const headings = nameHeadings(tokens);
  const pictures = new Set<string>();
  for (const token of tokens)
    for (const child of token.children ?? []) redirect(child, path, pages, pictures);
  const title = headings.find(({ level }) => level === 1)?.text ?? path;
  return {
    path,
    title,
    html: parser.renderer.render(tokens, parser.options, {}),
    headings,
    sections: cutSections(tokens, headings),
    pictures: [...pictures],
  };
}

/** Tags are text, so that what is said about them is seen; but for line breaks, which cells of tables need. */
function createParser(): Parser {
  const parser = new MarkdownIt({ html: false });
  parser.inline.ruler.before("text", "line-break", (state, silent) => {
    if (!state.src.startsWith(BREAK, state.pos)) return false;
    if (!silent) state.push("hardbreak", "br", 0);
    state.pos += BREAK.length;
    return true;
  });
  // What is wider than the screen is scrolled by itself, by keyboard, too.
  const { rules } = parser.renderer;
  const fence = rules["fence"];
  rules["fence"] = (...parts) => fence?.(...parts).replace("<pre>", '<pre tabindex="0">') ?? "";
  rules["table_open"] = () => '<div class="table" tabindex="0"><table>\n';
  rules["table_close"] = () => "</table></div>\n";
  // Markdown has no tables without a head: one that says nothing is no head.
  rules["th_open"] = (tokens, index) => (tokens[index + 1]?.content === "" ? "<td>" : "<th>");
  rules["th_close"] = (tokens, index) => (tokens[index - 1]?.content === "" ? "</td>" : "</th>");
  return parser;
}

/** Comments tell those who edit a page where it comes from. */
function withoutRemarks(markdown: string): string {
  return markdown.replaceAll(/^<!--[\s\S]*?-->\n/gm, "");
}

/** Gives each heading the id that GitHub gives it, so that one link is right in both places. */
function nameHeadings(tokens: readonly Token[]): Heading[] {
  const headings: Heading[] = [];
  const used = new Map<string, number>();
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const text = plainText(tokens[index + 1]);
    const slug = slugOf(text);
    const times = used.get(slug) ?? 0;
    used.set(slug, times + 1);
    const id = times === 0 ? slug : `${slug}-${times}`;
    token.attrSet("id", id);
    headings.push({ level: Number(token.tag.slice(1)), text, id });
  }
  return headings;
}

/** Lower case, without punctuation, hyphens for blanks. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}

function redirect(token: Token, path: string, pages: ReadonlySet<string>, pictures: Set<string>): void {
  const attribute = token.type === "link_open" ? "href" : token.type === "image" ? "src" : null;
  const href = attribute === null ? null : token.attrGet(attribute);
  if (attribute === null || typeof href !== "string") return;
  const link = resolveLink(href, path, pages);
  switch (link.kind) {
    case "away":
      token.attrSet("rel", "noreferrer");
      return;
    case "page":
      token.attrSet(attribute, link.href);
      return;
    case "picture":
      pictures.add(link.path);
      token.attrSet(attribute, link.href);
      return;
    case "none":
      // A link without an address is text that may have a title.
      token.attrs = [["title", href]];
      return;
    default:
      link satisfies never;
  }
}

function cutSections(tokens: readonly Token[], headings: readonly Heading[]): Section[] {
  const sections: { heading: Heading; words: string[] }[] = [];
  for (const token of tokens) {
    if (token.type === "heading_open") {
      const heading = headings[sections.length];
      if (heading !== undefined) sections.push({ heading, words: [] });
    } else if (token.type === "inline" || token.type === "fence" || token.type === "code_block") {
      sections.at(-1)?.words.push(token.type === "inline" ? plainText(token) : token.content);
    }
  }
  // The first words of a section are its heading's own.
  return sections.map(({ heading, words }) => ({ heading, text: words.slice(1).join(" ") }));
}

function plainText(token: Token | undefined): string {
  return (token?.children ?? []).map((child) => (child.type === "softbreak" ? " " : child.content)).join("");
}
