import { expect, test } from "vitest";
import {
  toAddSearch,
  toDownloadsSearch,
  toModelsSearch,
  toResourcesSearch,
  toRootSearch,
} from "./search-params.ts";

test("what the address says is kept", () => {
  expect(toDownloadsSearch({ q: "flux", show: "problem" })).toEqual({ q: "flux", show: "problem" });
  expect(toModelsSearch({ q: "vae", state: "missing" })).toEqual({ q: "vae", state: "missing" });
  expect(toRootSearch({ job: "abc", verify: "def" })).toEqual({ job: "abc", verify: "def" });
  const resources = { q: "vae", type: "lora", eco: "sdxl", tags: "a,b", card: "loras/x.md" };
  expect(toResourcesSearch(resources)).toEqual(resources);
});

test("place, kind and order are kept, and what is as always is left out of the address", () => {
  const search = { place: "h1", kind: "card", sort: "size" };
  expect(toDownloadsSearch(search)).toEqual(search);
  expect(toDownloadsSearch({ place: null, kind: "cards", sort: "queue", q: "", show: "all" })).toEqual({});
});

test("what is not known is left out, not shown", () => {
  expect(toDownloadsSearch({ q: ["a"], show: "toString" })).toEqual({});
  expect(toModelsSearch({ state: "__proto__" })).toEqual({});
  expect(toRootSearch({ job: 7, verify: {} })).toEqual({});
  expect(toResourcesSearch({ type: ["a"], eco: null, card: 5, tags: "" })).toEqual({});
});

test("a search for a number is a search", () => {
  expect(toDownloadsSearch({ q: 21 })).toEqual({ q: "21" });
});

test("what was sent here is text, and nothing else", () => {
  const sent = { url: "https://example.org/a", text: "b", title: "c" };
  expect(toAddSearch({ ...sent, other: "d" })).toEqual(sent);
  expect(toAddSearch({ url: 5, text: ["a"], title: "" })).toEqual({});
});
