import { expect, test } from "vitest";
import { tabTitle } from "./title.ts";

const busy = { active: 2, percent: 45, bytesPerSecond: 32_000_000, away: false };

test("the tab tells percent and speed while something runs", () => {
  expect(tabTitle(busy).replaceAll("\u00a0", " ")).toBe("45 % · 32.0 MB/s – Haulyard");
});

test("with unknown lengths only, it tells how many run", () => {
  expect(tabTitle({ ...busy, percent: null }).replaceAll("\u00a0", " ")).toBe(
    "2 active · 32.0 MB/s – Haulyard",
  );
});

test("at rest it is the product's name", () => {
  expect(tabTitle({ ...busy, active: 0 })).toBe("Haulyard");
});

test("a server that is away is seen from another tab", () => {
  expect(tabTitle({ ...busy, away: true })).toBe("Server away – Haulyard");
});
