/** What tests of edits have in common. */
import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import type { CatalogueEdit, ModelCatalogue } from "../../job/catalog-contract.ts";
import type { World } from "./world.ts";

export const info = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  url: "https://example.com/new.bin",
  path: "loras/new.bin",
  ...more,
});

export const done = (modelId: string): CatalogueEdit => ({ kind: "done", modelId });

export function entryOf(
  { raw }: ModelCatalogue,
  setId: string,
  modelId: string,
): Record<string, unknown> | undefined {
  const set = raw[setId] as { models: Record<string, Record<string, unknown>> } | undefined;
  return set?.models[modelId];
}

/** An edit that must be refused and must leave the folder exactly as it was. */
export async function refused(world: World, edit: Promise<CatalogueEdit>): Promise<CatalogueEdit> {
  const before = await world.text().catch(() => null);
  const outcome = await edit;
  expect(outcome.kind).not.toBe("done");
  expect(await world.text().catch(() => null)).toBe(before);
  expect((await readdir(world.folder)).filter((name) => name.startsWith("."))).toEqual([]);
  return outcome;
}
