import { describe, expect, test } from "vitest";
import { checkWords } from "./check-words.ts";

const problemsOf = (source: string, german: Record<string, unknown> = {}): string[] =>
  checkWords({
    sources: new Map([["web/src/a/x.tsx", source]]),
    words: new Map([["web/src/a/words.de.json", JSON.stringify(german)]]),
  });

describe("what is said", () => {
  test("is found in t, tn and rich, wherever they are called", () => {
    const source = `
      const a = t("Try again");
      const b = <p title={t("Here")}>{rich("Drop it <b>{what}</b>", { b }, { what })}</p>;
      const c = tn(3, "{n} file", "{n} files");`;
    const german = {
      "Try again": "Nochmal",
      Here: "Hier",
      "Drop it <b>{what}</b>": "<b>{what}</b> ablegen",
      "{n} files_one": "{n} Datei",
      "{n} files_other": "{n} Dateien",
    };
    expect(problemsOf(source, german)).toEqual([]);
    expect(problemsOf(source)).toEqual([
      'web/src/a/x.tsx:2: no word of it in de: "Try again"',
      'web/src/a/x.tsx:3: no word of it in de: "Here"',
      'web/src/a/x.tsx:3: no word of it in de: "Drop it <b>{what}</b>"',
      'web/src/a/x.tsx:4: no word of it in de: "{n} files_one"',
      'web/src/a/x.tsx:4: no word of it in de: "{n} files_other"',
    ]);
  });

  test("must be written out", () => {
    expect(problemsOf("t(name)")).toEqual([
      "web/src/a/x.tsx:1: a sentence must be written out where it is said",
    ]);
    expect(problemsOf("tn(2, `${a} file`, 'files')")).toHaveLength(1);
  });

  test("has the same gaps and tags in every language, though one thing needs no number", () => {
    expect(problemsOf('t("{a} of {b}")', { "{a} of {b}": "{b}: {a}" })).toEqual([]);
    expect(problemsOf('t("{a} of {b}")', { "{a} of {b}": "{a} von {c}" })).toEqual([
      'web/src/a/words.de.json: "{a} of {b}" wants {a} {b}, got {a} {c}',
    ]);
    expect(problemsOf('t("<b>A</b>")', { "<b>A</b>": "A" })).toHaveLength(1);
    const counted = 'tn(n, "{n} file", "{n} files")';
    expect(problemsOf(counted, { "{n} files_one": "Eine Datei", "{n} files_other": "{n} Dateien" })).toEqual(
      [],
    );
  });
});

describe("what is said in English only", () => {
  const looseIn = (source: string): string[] =>
    problemsOf(source).map((problem) => /"(.*)" is said/.exec(problem)?.[1] ?? problem);

  test.each([
    ["<p>Not here</p>", "Not here"],
    ['<p>{busy ? "Busy" : t2}</p>', "Busy"],
    ['<p title="Not here" />', "Not here"],
    ["<p aria-label={`Remove ${name}`} />", "Remove "],
    ['<p>{name ?? "nameless"}</p>', "nameless"],
    ['const a = { label: "Light", value: "light" };', "Light"],
    ['tell("Done")', "Done"],
  ])("%s", (source, text) => {
    expect(looseIn(source)).toEqual([text.trim()]);
  });

  test.each([
    '<p className="big" data-kind="of" />',
    "<p>{count} · 45 %</p>",
    "<code>npm start</code>",
    'const look = { title: "dialog-title" };',
    "<kbd>Enter</kbd>",
    "<p>Haulyard</p>",
    '<input placeholder="https://example.org/model" />',
    '<p>{kind === "of" && <b />}</p>',
  ])("but not %s", (source) => {
    expect(looseIn(source)).toEqual([]);
  });
});

describe("files of words", () => {
  test("hold no sentence that nobody says", () => {
    expect(problemsOf("", { Old: "Alt" })).toEqual(['web/src/a/words.de.json: nobody says "Old"']);
  });

  test("hold texts", () => {
    expect(problemsOf('t("A")', { A: " " })[0]).toContain('"A" wants a text, got " "');
  });

  test("may share a sentence, if they say the same", () => {
    const wordsOf = (other: string): Map<string, string> =>
      new Map([
        ["web/src/a/words.de.json", '{"Again":"Nochmal"}'],
        ["web/src/b/words.de.json", JSON.stringify({ Again: other })],
      ]);
    const sources = new Map([["web/src/a/x.tsx", 't("Again")']]);
    expect(checkWords({ sources, words: wordsOf("Nochmal") })).toEqual([]);
    expect(checkWords({ sources, words: wordsOf("Wieder") })).toEqual([
      'web/src/b/words.de.json: "Again" is something else in web/src/a/words.de.json',
    ]);
  });
});
