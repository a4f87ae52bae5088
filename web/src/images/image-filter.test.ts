import { describe, expect, test } from "vitest";
import { facetsOf, fits, isEntry, isShown, NO_FILTER, toImageShow } from "./image-filter.ts";
import { toLines } from "./image-lines.ts";
import { makeImage } from "./testing/make-image.ts";

const debian = makeImage();
const arm = makeImage({ id: "debian-13-arm64", catalog_id: "debian-13-arm64", arch: "aarch64" });
const mine = makeImage({
  id: "mine/x.iso",
  catalog_id: null,
  os: null,
  arch: null,
  name: "x.iso",
  format: "iso",
});

describe("the list is narrowed", () => {
  test("by system, machine and format, all of which have to fit", () => {
    const shown = (change: object) =>
      [debian, arm, mine].filter((image) => fits(image, { ...NO_FILTER, ...change }, [])).map(({ id }) => id);
    expect(shown({ os: "debian" })).toEqual(["debian-13", "debian-13-arm64"]);
    expect(shown({ os: "debian", arch: "aarch64" })).toEqual(["debian-13-arm64"]);
    expect(shown({ format: "iso" })).toEqual(["mine/x.iso"]);
    expect(shown({ os: "nobody" })).toEqual([]);
  });

  test("by words in any order, of the names people use as well", () => {
    expect(fits(debian, NO_FILTER, ["trixie", "x86-64"])).toBe(true);
    expect(fits(arm, NO_FILTER, ["arm64", "debian"])).toBe(true);
    expect(fits(arm, NO_FILTER, ["arm64", "fedora"])).toBe(false);
    expect(fits(mine, NO_FILTER, ["mine/"])).toBe(true);
  });

  test("by state; what was cancelled is not here, what is damaged needs somebody", () => {
    expect(isShown("missing", "cancelled", debian)).toBe(true);
    expect(isShown("failed", "damaged", debian)).toBe(true);
    expect(isShown("loading", "paused", debian)).toBe(true);
    expect(isShown("here", "active", debian)).toBe(false);
    expect(isShown("updates", "here", debian)).toBe(false);
    expect(isShown("updates", "here", { update: { build: "2", url: "https://example.org" } })).toBe(true);
  });
});

test("what there is to choose from is what there is, each once", () => {
  expect(facetsOf([debian, arm, mine])).toEqual({
    os: ["debian"],
    arch: ["aarch64", "x86_64"],
    format: ["iso", "qcow2"],
  });
});

test("a word of the address that is no state shows everything", () => {
  expect(toImageShow("here")).toBe("here");
  expect(toImageShow("__proto__")).toBe("all");
});

test("cards fill lines, section by section; one without images has no heading", () => {
  const lines = toLines(
    [
      { key: "a", title: "A", images: [debian, arm, mine].filter(isEntry) },
      { key: "b", title: "B", images: [] },
      { key: "c", title: "C", images: [mine] },
    ],
    1,
  );
  expect(lines.map(({ kind, key }) => [kind, key])).toEqual([
    ["heading", "a"],
    ["cards", "a 0"],
    ["cards", "a 1"],
    ["heading", "c"],
    ["cards", "c 0"],
  ]);
});
