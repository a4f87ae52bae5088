/** What the page says, in its language. English sentences are the keys; what is not translated stays English. */
import { createInstance } from "i18next";
import type { Language } from "./languages.ts";

/** `{name}` in a sentence. */
type Gaps<S extends string> = S extends `${string}{${infer Gap}}${infer Rest}` ? Gap | Gaps<Rest> : never;
type Fill = string | number;
/** What a sentence wants: nothing if it has no gaps. */
export type Fills<S extends string, Value = Fill> = [Gaps<S>] extends [never]
  ? []
  : [values: Record<Gaps<S>, Value>];

const words = createInstance();
void words.init({
  lng: "en",
  resources: {},
  // Sentences hold dots and colons.
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  // React escapes what it shows.
  interpolation: { prefix: "{", suffix: "}", escapeValue: false },
});

/** Speaks `language` from now on, by these translations. Sentences said before stay as they are. */
export function speak(language: Language, translations: Readonly<Record<string, string>>): void {
  words.addResourceBundle(language, "translation", translations);
  void words.changeLanguage(language);
  SAID.clear();
}

/** The language that is spoken. */
export function language(): string {
  return words.language;
}

/** Sentences in the language that is spoken, gaps still open: a list says the same ones hundreds of times a second. */
const SAID = new Map<string, string>();

/** A sentence, its gaps filled: `t("{name} is here", { name })`. Numbers are written as the language does. */
export function t<const S extends string>(sentence: S, ...[values]: Fills<S>): string {
  return fill(unfilled(sentence), values ?? {});
}

/** A sentence about so many; `{n}` is the number: `tn(files, "{n} file", "{n} files")`. */
export function tn<const One extends string, const Many extends string>(
  count: number,
  one: One,
  many: Many,
  ...[values]: Fills<Exclude<Gaps<One> | Gaps<Many>, "n"> extends infer G extends string ? `{${G}}` : "">
): string {
  const sentence = said(`${plurals().select(count)} ${one} ${many}`, () =>
    words.t(many, { count, defaultValue_one: one, defaultValue_other: many, skipInterpolation: true }),
  );
  return fill(sentence, { ...values, n: count });
}

/** A sentence whose gaps are still open, for `rich.tsx`. */
export function unfilled(sentence: string): string {
  return said(sentence, () => words.t(sentence, { skipInterpolation: true }));
}

function said(key: string, say: () => string): string {
  const known = SAID.get(key);
  if (known !== undefined) return known;
  const sentence = say();
  SAID.set(key, sentence);
  return sentence;
}

/** What fills a gap is never looked through for gaps itself: it may be the name of a file. */
function fill(sentence: string, values: Readonly<Record<string, Fill>>): string {
  if (!sentence.includes("{")) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const value = values[name];
    if (value === undefined) return gap;
    return typeof value === "number" ? writeNumber(value) : value;
  });
}

/** `12,345` or `12.345`. */
export function writeNumber(value: number): string {
  return numbers().format(value);
}

/** `10.73` or `10,73`, with so many decimals. */
export function writeDecimal(value: number, decimals: number): string {
  return decimal(decimals).format(value);
}

/** A way to write times that speaks the language; made when it is first needed. */
export function dateFormat(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  return perLocale((name) => new Intl.DateTimeFormat(name, options));
}

const numbers = perLocale((name) => new Intl.NumberFormat(name));
const plurals = perLocale((name) => new Intl.PluralRules(name));

const DECIMALS = [0, 1, 2].map((digits) =>
  perLocale(
    (name) =>
      new Intl.NumberFormat(name, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: false,
      }),
  ),
);

function decimal(digits: number): Intl.NumberFormat {
  const format = DECIMALS[digits];
  if (format === undefined) throw new RangeError(`0 to 2 decimals, not ${digits}`);
  return format();
}

/** Formats cost much to make and little to use. */
function perLocale<T>(make: (locale: string) => T): () => T {
  let made: { locale: string; value: T } | null = null;
  return () => {
    const name = locale();
    if (made?.locale !== name) made = { locale: name, value: make(name) };
    return made.value;
  };
}

/** The language as the reader's country writes it: `en-GB` where the browser says so. */
function locale(): string {
  const { languages } = navigator;
  const spoken = language();
  // The browser gives the same list until its owner changes it.
  if (known.languages !== languages || known.spoken !== spoken) {
    const name = languages.find((each) => each.split("-")[0] === spoken) ?? spoken;
    known = { languages, spoken, name };
  }
  return known.name;
}

let known: { languages: readonly string[]; spoken: string; name: string } = {
  languages: [],
  spoken: "",
  name: "en",
};
