import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { Markdown } from "./markdown.tsx";

const html = (text: string): string =>
  /^<div class="markdown">(.*)<\/div>$/s.exec(renderToStaticMarkup(<Markdown text={text} />))?.[1] ?? "";

describe("the markdown of a card", () => {
  test("looks as its author meant it", () => {
    expect(html("## Use\n\n**Bold**, *slanted*, `code`\n\n1. one\n2. two\n\n> said\n\n---\n")).toBe(
      '<h4 dir="auto">Use</h4><p dir="auto"><strong>Bold</strong>, <em>slanted</em>, <code>code</code></p>' +
        '<ol start="1"><li dir="auto"><p dir="auto">one</p></li><li dir="auto"><p dir="auto">two</p></li></ol>' +
        '<blockquote dir="auto"><p dir="auto">said</p></blockquote><hr/>',
    );
  });

  test("links to web pages, and tells them nothing", () => {
    const link = html(
      "[the page](https://example.org/a?b=1 'x') and [this][1]\n\n[1]: https://example.org/c",
    );
    expect(link).toContain('href="https://example.org/a?b=1"');
    expect(link).toContain('href="https://example.org/c"');
    expect(link.match(/rel="noopener noreferrer nofollow"/g)).toHaveLength(2);
  });

  test.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](https://user:secret@example.org/)",
    "[x](//example.org)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
  ])("makes no link of %s", (text) => {
    expect(html(text)).not.toContain("href");
    expect(html(text)).not.toContain("secret");
  });

  test("shows HTML as the text it is", () => {
    const text = `<img src=x onerror="alert(1)">\n\na <b onclick="x">b</b> <!-- c --> <script>alert(1)</script>`;
    const shown = html(text);
    expect(shown).not.toMatch(/<(?:img|b|script)\b/);
    expect(shown).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
  });

  test("names pictures and does not fetch them", () => {
    const shown = html("![a cat](https://example.org/cat.png) ![](x.png)");
    expect(shown).not.toContain("<img");
    expect(shown).toContain(">Picture: a cat</a>");
    expect(shown).toContain('<span class="dim">Picture</span>');
  });

  test("ends, however deep it is nested", () => {
    expect(html(`${"> ".repeat(2_000)}deep`).length).toBeLessThan(20_000);
    expect(html(`${"[".repeat(2_000)}x`)).toContain("x");
  });
});
