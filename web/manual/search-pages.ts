/** Finds words in the sections of the manual. */
import MiniSearch from "minisearch";

/** An entry of `search.json`, as tools/manual/build-manual.ts writes it. */
export interface Entry {
  /** Address of the section, relative to the manual. */
  id: string;
  /** Title of the page. */
  page: string;
  /** Of the section. */
  title: string;
  text: string;
}

export interface Found extends Entry {
  /** Some words around the first hit. */
  excerpt: string;
}

/** More are not read. */
const MOST_FOUND = 8;
/** Characters of an excerpt, and those of it before the hit. */
const EXCERPT = 120;
const BEFORE = 30;

export type Search = (words: string) => Found[];

export function createSearch(entries: readonly Entry[]): Search {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const index = new MiniSearch<Entry>({
    fields: ["title", "page", "text"],
    // Settings and codes are words to those who look for them, and so are their parts.
    tokenize: (text) => {
      const words = text.split(/[\s"'`()[\]{},;:!?|<>=]+/u).filter((word) => word !== "");
      return words.flatMap((word) => (/[_./-]/.test(word) ? [word, ...word.split(/[_./-]+/)] : [word]));
    },
    searchOptions: { prefix: true, fuzzy: 0.15, boost: { title: 3, page: 2 }, combineWith: "AND" },
  });
  index.addAll(entries);
  return (words) =>
    index
      .search(words)
      .flatMap(({ id, terms }) => {
        const entry = byId.get(id as string);
        return entry === undefined ? [] : [{ ...entry, excerpt: excerptOf(entry.text, terms) }];
      })
      .slice(0, MOST_FOUND);
}

function excerptOf(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  // The longest word says most; of none of them in the text it was the title, and its beginning says most.
  const longest = terms.toSorted((one, other) => other.length - one.length);
  const hit = longest.map((term) => lower.indexOf(term)).find((at) => at >= 0) ?? 0;
  const start = Math.max(0, hit - BEFORE);
  const cut = text.slice(start, start + EXCERPT).trim();
  return `${start > 0 ? "…" : ""}${cut}${start + EXCERPT < text.length ? "…" : ""}`;
}
