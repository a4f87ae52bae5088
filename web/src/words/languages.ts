/** The languages of the page. A new one is a line here, a file of words in each folder, and a line in `load-words.ts`. */
export const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
] as const;

export type Language = (typeof LANGUAGES)[number]["code"];

const KEPT_AS = "haulyard.language";

/** What a person chose here, else the first of the browser's languages that there is, else English. */
export function chooseLanguage(kept: string | null, wanted: readonly string[]): Language {
  for (const name of kept === null ? wanted : [kept, ...wanted]) {
    // `de-AT` is German as well (RFC 4647, section 3.4: what is not found is looked up with less of the tag).
    const found = LANGUAGES.find(({ code }) => code === name.toLowerCase().split("-")[0]);
    if (found !== undefined) return found.code;
  }
  return "en";
}

export function languageOfThisBrowser(): Language {
  return chooseLanguage(readKept(), navigator.languages);
}

/** Kept in this browser, by its code. The page is loaded anew: not a sentence of it stays in the other language. */
export function changeLanguage(language: string): void {
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A browser that keeps nothing: it speaks its own language.
  }
  location.reload();
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
