import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, expect, test } from "vitest";
import { rich } from "./rich.tsx";
import { language, speak, t, tn } from "./words.ts";

const GERMAN = {
  "{name} is here": "{name} ist da",
  "{n} files in {folder}_one": "Eine Datei in {folder}",
  "{n} files in {folder}_other": "{n} Dateien in {folder}",
  "Drop <b>{what}</b> here": "Hier <b>{what}</b> ablegen",
};

afterEach(() => speak("en", {}));

test("English is what is written", () => {
  expect(language()).toBe("en");
  expect(t("Not verified: no hash was known.")).toBe("Not verified: no hash was known.");
  expect(t("{name} is here", { name: "a.bin" })).toBe("a.bin is here");
  expect(tn(1, "{n} file in {folder}", "{n} files in {folder}", { folder: "vae" })).toBe("1 file in vae");
  expect(tn(12_345, "{n} file in {folder}", "{n} files in {folder}", { folder: "vae" })).toBe(
    "12,345 files in vae",
  );
});

test("another language says it its way, numbers too", () => {
  speak("de", GERMAN);
  expect(language()).toBe("de");
  expect(t("{name} is here", { name: "a.bin" })).toBe("a.bin ist da");
  expect(tn(1, "{n} file in {folder}", "{n} files in {folder}", { folder: "vae" })).toBe("Eine Datei in vae");
  expect(tn(12_345, "{n} file in {folder}", "{n} files in {folder}", { folder: "vae" })).toBe(
    "12.345 Dateien in vae",
  );
});

test("what is not translated is said in English, its plural included", () => {
  speak("de", GERMAN);
  expect(t("New: {what}", { what: "x" })).toBe("New: x");
  expect(tn(1, "{n} disk", "{n} disks")).toBe("1 disk");
  expect(tn(2, "{n} disk", "{n} disks")).toBe("2 disks");
});

test("values are text, whatever they look like", () => {
  expect(t("{name} is here", { name: "{other} $t(x) <b>&amp;" })).toBe("{other} $t(x) <b>&amp; is here");
  const bold = { b: (text: React.ReactNode) => <strong>{text}</strong> };
  expect(renderToStaticMarkup(rich("Drop <b>{what}</b> here", bold, { what: "</b><i>{x}" }))).toBe(
    "Drop <strong>&lt;/b&gt;&lt;i&gt;{x}</strong> here",
  );
});

test("parts of a sentence may look different, and be elements", () => {
  const bold = { b: (text: React.ReactNode) => <strong>{text}</strong> };
  speak("de", GERMAN);
  expect(renderToStaticMarkup(rich("Drop <b>{what}</b> here", bold, { what: <code>x</code> }))).toBe(
    "Hier <strong><code>x</code></strong> ablegen",
  );
});
