/** The cards that ship: they are what people copy from. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Card, Fetch } from "../../job/card-contract.ts";
import { createCardLibrary } from "./card-library.ts";

const ROOT = join(import.meta.dirname, "../../..");
const library = createCardLibrary({
  folder: join(ROOT, "resources"),
  policy: () => "known",
  uiHome: "/workspace/ComfyUI",
});
const collection = await library.read();

/** Folders of ComfyUI that the cards use. */
const FOLDERS = [
  "checkpoints",
  "clip_vision",
  "controlnet",
  "diffusion_models",
  "loras",
  "text_encoders",
  "upscale_models",
  "vae",
].map((folder) => `models/${folder}`);

function fetchesOf({ commands }: Card): Fetch[] {
  return commands.flatMap(({ calls }) =>
    calls.flatMap((call) => (call.kind === "download" ? call.fetches : [])),
  );
}

describe("the sample cards", () => {
  it("are more than a dozen, none broken, of every usual type and tool", () => {
    expect(collection.broken).toEqual([]);
    expect(collection.cards.length).toBeGreaterThanOrEqual(12);
    const types = new Set(collection.cards.map(({ facts }) => facts.type));
    for (const type of ["checkpoint", "lora", "encoder", "vae", "upscaler"]) expect(types).toContain(type);
    const tools = collection.cards.flatMap(({ commands }) =>
      commands.flatMap(({ calls }) => calls.flatMap((call) => (call.kind === "download" ? [call.tool] : []))),
    );
    for (const tool of ["wget", "civitdl", "hf", "curl", "aria2c"]) expect(tools).toContain(tool);
  });

  it.each(collection.cards.map((card) => [card.filepath, card] as const))(
    "%s is as cards should be",
    (_, card) => {
      expect(card.remarks).toEqual([]);
      const { facts } = card;
      for (const field of ["version", "creator", "ecosystem", "basemodel", "type", "air", "url"] as const)
        expect(facts[field], field).toBeTruthy();
      expect(facts.tags.length).toBeGreaterThan(0);
      for (const { problem } of collection.dependenciesOf(card)) expect(problem).toBe(null);
      for (const command of card.commands) {
        expect(library.judge(command)).toEqual({ kind: "allowed" });
        expect(command.shown).toBe(command.text);
      }
      for (const { folder, urls } of fetchesOf(card)) {
        expect(folder.base).toBe("ui_home");
        expect(FOLDERS).toContain(folder.path);
        for (const url of urls) expect(url).toMatch(/^https:\/\//);
      }
    },
  );

  it("have an AIR of their own each", () => {
    const airs = collection.cards.map(({ facts }) => facts.air?.toLowerCase());
    expect(new Set(airs).size).toBe(airs.length);
  });

  it("agree with the model catalogue that ships about hashes and sizes", async () => {
    const catalogue = JSON.parse(await readFile(join(ROOT, "model_configs.sample.json"), "utf8")) as Record<
      string,
      { models: Record<string, { url: string; sha256?: string; size?: number }> }
    >;
    const models = new Map(
      Object.values(catalogue).flatMap((set) => Object.values(set.models).map((model) => [model.url, model])),
    );
    let compared = 0;
    for (const card of collection.cards) {
      const known = fetchesOf(card).flatMap(({ urls, file }) => {
        const model = models.get(urls[0] ?? "");
        return model === undefined ? [] : [{ file, ...model }];
      });
      for (const { file, sha256 } of known) {
        const hash = card.facts.hashes.find((each) => each.file === file || each.file === null);
        expect(hash?.sha256, card.filepath).toBe(sha256);
        compared++;
      }
      const sizes = known.map(({ size }) => size);
      if (sizes.length > 0 && !sizes.includes(undefined))
        expect(card.facts.size, card.filepath).toBe(
          sizes.reduce((sum: number, size) => sum + (size ?? 0), 0),
        );
    }
    expect(compared).toBeGreaterThan(8);
  });

  it("are told of by a README that is no card", async () => {
    expect(await readdir(join(ROOT, "resources"))).toContain("README.md");
    expect(collection.byPath("README.md")).toBe(null);
  });
});
