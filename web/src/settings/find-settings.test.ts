import { expect, test } from "vitest";
import { findSettings } from "./find-settings.ts";

const SECTIONS = [
  { label: "Tokens", also: "password", settings: ["hfToken", "civitaiApiKey"] },
  { label: "Limits", also: "speed, bandwidth", settings: ["localJobs"] },
  { label: "About", also: "version" },
];
const TEXTS: Record<string, string> = {
  hfToken: "Hugging Face token hfToken HF_TOKEN",
  civitaiApiKey: "Civitai key CIVITAI_API_KEY",
  localJobs: "Downloads at a time HAULYARD_LOCAL_JOBS",
};
const found = (typed: string): string[][] =>
  findSettings(SECTIONS, typed, (name) => TEXTS[name] ?? "").map(({ section, settings }) => [
    section.label,
    ...settings,
  ]);

test("a setting is found by its words, its variable, and those of its section, all words together", () => {
  expect(found("face")).toEqual([["Tokens", "hfToken"]]);
  expect(found("HAULYARD_local")).toEqual([["Limits", "localJobs"]]);
  expect(found("token")).toEqual([["Tokens", "hfToken", "civitaiApiKey"]]);
  expect(found("tokens civit")).toEqual([["Tokens", "civitaiApiKey"]]);
  expect(found("face bandwidth")).toEqual([]);
});

test("a section is found by what people call it, also one without settings", () => {
  expect(found("bandwidth")).toEqual([["Limits"]]);
  expect(found("version")).toEqual([["About"]]);
});

test("nothing typed finds nothing", () => {
  expect(found("  ")).toEqual([]);
});
