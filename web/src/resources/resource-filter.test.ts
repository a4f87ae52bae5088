import { expect, test } from "vitest";
import { fromAddress, isNarrowed, NO_FILTER, toAddress, toQuery } from "./resource-filter.ts";

const FILTER = { search: "vae fix", type: "vae", ecosystem: "sdxl", tags: ["a", "b"] };

test("the address holds the filter and gives it back", () => {
  expect(toAddress(FILTER)).toEqual({ q: "vae fix", type: "vae", eco: "sdxl", tags: "a,b" });
  expect(fromAddress(toAddress(FILTER))).toEqual(FILTER);
  expect(toAddress(NO_FILTER)).toEqual({});
  expect(fromAddress({})).toEqual(NO_FILTER);
});

test("tags that somebody wrote into the address are each taken once, empty ones not at all", () => {
  expect(fromAddress({ tags: " a,,b, a" }).tags).toEqual(["a", "b"]);
});

test("the server is asked in its own words, and not for what does not matter", () => {
  expect(toQuery(FILTER)).toEqual({ search: "vae fix", type: "vae", ecosystem: "sdxl", tags: "a,b" });
  expect(toQuery({ ...NO_FILTER, search: "  " })).toEqual({});
  expect(isNarrowed({ ...NO_FILTER, search: "  " })).toBe(false);
  expect(isNarrowed({ ...NO_FILTER, tags: ["a"] })).toBe(true);
});
