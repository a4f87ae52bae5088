import type { Language } from "./languages.ts";
import { speak } from "./words.ts";

type Translations = Readonly<Record<string, string>>;

/** Each a file of its own, which only those load who read it. */
const TRANSLATIONS: Record<Exclude<Language, "en">, () => Promise<Translations>> = {
  de: async () => (await import("./german.ts")).german,
};

/** Makes the page speak `language`, before any of it is shown. Without its words it speaks English. */
export async function loadWords(language: Language): Promise<void> {
  if (language === "en") return;
  try {
    speak(language, await TRANSLATIONS[language]());
    document.documentElement.lang = language;
  } catch {
    // The server went away in this very moment: the page says so, in English.
  }
}
