import { expect, test } from "vitest";
import { chooseLanguage } from "./languages.ts";

test("the language a person chose comes first", () => {
  expect(chooseLanguage("de", ["en-US"])).toBe("de");
  expect(chooseLanguage("en", ["de"])).toBe("en");
});

test("the browser's first language that there is, whatever its country", () => {
  expect(chooseLanguage(null, ["fr-FR", "de-AT", "en"])).toBe("de");
  expect(chooseLanguage(null, ["DE"])).toBe("de");
});

test("English where no other is known, also for words that are no language", () => {
  expect(chooseLanguage(null, [])).toBe("en");
  expect(chooseLanguage("xx", ["ja"])).toBe("en");
  expect(chooseLanguage("", [""])).toBe("en");
});
