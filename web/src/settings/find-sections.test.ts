import { expect, test } from "vitest";
import { findSections } from "./find-sections.ts";

const SECTIONS = [
  { label: "Tokens", also: "hugging face, civitai, key" },
  { label: "Limits", also: "speed, bandwidth" },
];

test("a section is found by its name and by what people call it, all words together", () => {
  const found = (typed: string): string[] => findSections(SECTIONS, typed).map(({ label }) => label);
  expect(found("")).toEqual(["Tokens", "Limits"]);
  expect(found("TOKEN")).toEqual(["Tokens"]);
  expect(found(" civit  key ")).toEqual(["Tokens"]);
  expect(found("bandwidth")).toEqual(["Limits"]);
  expect(found("key bandwidth")).toEqual([]);
});
