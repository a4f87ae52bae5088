import { afterEach, describe, expect, test } from "vitest";
import german from "./words.de.json" with { type: "json" };
import common from "../words/words.de.json" with { type: "json" };
import { speak } from "../words/words.ts";
import { backSentence, originSentence } from "./setting-origin.ts";
import { makeSetting } from "./testing/make-setting.ts";

afterEach(() => speak("en", {}));

describe("a setting says", () => {
  test("where its value comes from", () => {
    expect(originSentence(makeSetting(), "")).toBe("The default");
    expect(originSentence(makeSetting({ default: "none", value: { text: null, is_set: false } }), "")).toBe(
      "The default: none",
    );
    const given = { source: "environment", where: "HAULYARD_RETENTION_HOURS" } as const;
    expect(originSentence(makeSetting({ value: given }), "")).toBe("From HAULYARD_RETENTION_HOURS");
    expect(originSentence(makeSetting({ value: { source: "changed" } }), "just now")).toBe(
      "Changed just now",
    );
  });

  test.each([
    ["none", "Der Standard: keines"],
    ["all", "Der Standard: alle"],
    ["the built-in catalogue", "Der Standard: der eingebaute Katalog"],
    ["a word of a newer `server`", "Der Standard: a word of a newer server"],
  ])("what counts where there is none, in its language: %s", (fallback, sentence) => {
    speak("de", { ...common, ...german });
    const unset = makeSetting({ default: fallback, value: { text: null, is_set: false } });
    expect(originSentence(unset, "")).toBe(sentence);
  });

  test("what it was given, and never a secret", () => {
    expect(backSentence(makeSetting())).toBe("Back to 24");
    const given = { source: "environment", where: "HF_TOKEN", text: null } as const;
    expect(backSentence(makeSetting({ form: "secret", given }))).toBe("Back to that of HF_TOKEN");
    expect(backSentence(makeSetting({ given: { ...given, text: "12" } }))).toBe("Back to 12 (HF_TOKEN)");
    expect(backSentence(makeSetting({ form: "secret", given: { ...given, is_set: false } }))).toBe(
      "Back to none",
    );
  });
});
