import { expect, test } from "vitest";
import { sharingSites } from "./site-sharing.ts";
import type { PlaceChoice } from "./use-place-choices.ts";

const place = (to: string, site: string | null, givesFiles = false): PlaceChoice => ({
  to,
  label: to,
  host: null,
  isHere: false,
  note: null,
  site,
  givesFiles,
});
const sitesOf = (...picked: PlaceChoice[]) =>
  [...sharingSites(picked)].map(([site, machines]) => [site, machines.map(({ to }) => to)]);

test("files are shared where several machines of one site are chosen and one of them gives files", () => {
  expect(
    sitesOf(
      place("a", "ams", true),
      place("b", "ams"),
      place("c", "fra", true),
      place("d", "tyo"),
      place("e", "tyo"),
      place("f", null, true),
      place("g", null, true),
    ),
  ).toEqual([["ams", ["a", "b"]]]);
  expect(sitesOf()).toEqual([]);
});
