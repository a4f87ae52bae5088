import { expect, test } from "vitest";
import { selectPaths } from "./match-patterns.ts";

const all = ["README.md", "model.safetensors", "vae/model.safetensors", "vae/a/b.bin", "x[1].bin"];
const select = (include: string[], exclude: string[] = []) => all.filter(selectPaths({ include, exclude }));

test.each([
  [[], [], all],
  [["*.safetensors"], [], ["model.safetensors", "vae/model.safetensors"]],
  [["vae/*"], [], ["vae/model.safetensors", "vae/a/b.bin"]],
  [["vae/"], [], ["vae/model.safetensors", "vae/a/b.bin"]],
  [["*"], ["vae/*", "*.md"], ["model.safetensors", "x[1].bin"]],
  [["README.??"], [], ["README.md"]],
  [["[Rm]*"], [], ["README.md", "model.safetensors"]],
  [["[!v]*"], ["*.md", "x*"], ["model.safetensors"]],
  [["x[[]1].bin"], [], ["x[1].bin"]],
  [["x[1"], [], []],
  [["[z-a]*"], [], []],
  [["readme.md"], [], []],
  [["*.safetensors", "*.md"], ["vae/*"], ["README.md", "model.safetensors"]],
] as [string[], string[], string[]][])("include %j, exclude %j", (include, exclude, expected) => {
  expect(select(include, exclude)).toEqual(expected);
});

test("no pattern and no name makes it take long", () => {
  const selects = selectPaths({ include: ["*a".repeat(500)], exclude: [] });
  expect(selects("a".repeat(4000))).toBe(true);
  expect(selects(`${"a".repeat(4000)}b`)).toBe(false);
});
