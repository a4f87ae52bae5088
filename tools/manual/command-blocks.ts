/** The commands a page tells people to run: its blocks of `sh`. */
import MarkdownIt from "markdown-it";

export interface CommandBlock {
  text: string;
  /** Why no test runs them; written behind the language: ```sh skip="…". */
  skip: string | null;
}

export function commandBlocks(markdown: string): CommandBlock[] {
  return new MarkdownIt()
    .parse(markdown, {})
    .filter(({ type, info }) => type === "fence" && /^sh\b/.test(info))
    .map(({ content, info }) => ({ text: content, skip: /\bskip="([^"]+)"/.exec(info)?.[1] ?? null }));
}
