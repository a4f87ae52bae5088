/**
 * Holds the page to its languages: whatever it says can be said in each of them. Run: `tools/n tools/check-words.ts`.
 *
 * Every folder of web/src keeps its German beside its components, in `words.de.json`: `{ "Try again": "Nochmal versuchen" }`.
 * A sentence about a number has two keys: `"{n} files_one"` and `"{n} files_other"`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { pathToFileURL } from "node:url";
import { findWords } from "./find-words.ts";

/** Language, and what CLDR calls its plural forms (Unicode TR 35, part 3, section 5). */
const LANGUAGES = [{ code: "de", plurals: ["one", "other"] }] as const;

export interface Tree {
  /** Sources of the page by path, without tests. */
  sources: ReadonlyMap<string, string>;
  /** Files of words by path, as text. */
  words: ReadonlyMap<string, string>;
}

interface Translation {
  text: string;
  path: string;
}

/** One line for each fault. */
export function checkWords({ sources, words }: Tree): string[] {
  const problems: string[] = [];
  const found = [...sources].map(([path, text]) => ({ path, ...findWords(path, text) }));
  for (const { path, loose, computed } of found) {
    for (const line of computed)
      problems.push(`${path}:${line}: a sentence must be written out where it is said`);
    for (const { text, line } of loose) {
      problems.push(
        `${path}:${line}: ${JSON.stringify(text)} is said in English only: t(…), tn(…) or rich(…)`,
      );
    }
  }
  for (const { code, plurals } of LANGUAGES) {
    const translations = joinFiles(code, words, problems);
    const wanted = new Map<string, string>();
    for (const { path, said } of found) {
      for (const { sentence, counted, line } of said) {
        const keys = counted ? plurals.map((form) => `${sentence}_${form}`) : [sentence];
        for (const key of keys) wanted.set(key, wanted.get(key) ?? `${path}:${line}`);
      }
    }
    for (const [key, where] of wanted) {
      const translation = translations.get(key);
      if (translation === undefined)
        problems.push(`${where}: no word of it in ${code}: ${JSON.stringify(key)}`);
      else problems.push(...compare(key, translation));
    }
    for (const [key, { path }] of translations) {
      if (!wanted.has(key)) problems.push(`${path}: nobody says ${JSON.stringify(key)}`);
    }
  }
  return problems;
}

function joinFiles(code: string, words: Tree["words"], problems: string[]): Map<string, Translation> {
  const all = new Map<string, Translation>();
  for (const [path, text] of words) {
    if (!path.endsWith(`.${code}.json`)) continue;
    for (const [key, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      const other = all.get(key);
      if (typeof value !== "string" || value.trim() === "") {
        problems.push(`${path}: ${JSON.stringify(key)} wants a text, got ${JSON.stringify(value)}`);
      } else if (other === undefined) {
        all.set(key, { text: value, path });
      } else if (other.text !== value) {
        // All files are one at run time.
        problems.push(`${path}: ${JSON.stringify(key)} is something else in ${other.path}`);
      }
    }
  }
  return all;
}

/** A translation has the gaps and the tags of its sentence. "One file" may do without its number. */
function compare(key: string, { text, path }: Translation): string[] {
  const sentence = key.replace(/_(?:zero|one|two|few|many|other)$/, "");
  const mayLackNumber = sentence !== key;
  const wanted = marksOf(sentence).filter((mark) => !(mayLackNumber && mark === "{n}"));
  const got = marksOf(text).filter((mark) => !(mayLackNumber && mark === "{n}"));
  if (wanted.join(" ") === got.join(" ")) return [];
  return [
    `${path}: ${JSON.stringify(key)} wants ${wanted.join(" ") || "no gap"}, got ${got.join(" ") || "none"}`,
  ];
}

function marksOf(text: string): string[] {
  return (text.match(/\{\w+\}|<\w+>/g) ?? []).toSorted();
}

/** Reads the page's sources and words below `root`. */
export function readTree(root: string): Tree {
  const sources = new Map<string, string>();
  const words = new Map<string, string>();
  for (const name of readdirSync(join(root, "web/src"), { recursive: true, encoding: "utf8" })) {
    const path = join("web/src", name);
    if (/\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)) {
      sources.set(path, readFileSync(join(root, path), "utf8"));
    }
    if (/(?:^|\/)words\.\w+\.json$/.test(name)) words.set(path, readFileSync(join(root, path), "utf8"));
  }
  return { sources, words };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const tree = readTree(".");
  const problems = checkWords(tree);
  for (const problem of problems) console.error(problem);
  console.log(`words: ${tree.sources.size} files, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
