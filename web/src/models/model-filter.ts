/** Which models are shown. Pure. */
import type { ModelMessage } from "../../../src/wire/models.ts";
import type { ModelState } from "./model-state.ts";
import { t } from "../words/words.ts";

export const MODEL_FILTERS = ["all", "missing", "loading", "failed", "here"] as const;
export type ModelFilter = (typeof MODEL_FILTERS)[number];

export function filterName(filter: ModelFilter): string {
  switch (filter) {
    case "all":
      return t("All");
    case "missing":
      return t("Not here");
    case "loading":
      return t("Downloading");
    case "failed":
      return t("Failed");
    case "here":
      return t("Here");
    default:
      throw filter satisfies never;
  }
}

export function toModelFilter(value: unknown): ModelFilter {
  return MODEL_FILTERS.find((filter) => filter === value) ?? "all";
}

/** The filter a state belongs to. */
export function filterOf(kind: ModelState["kind"]): Exclude<ModelFilter, "all"> {
  switch (kind) {
    case "absent":
    case "partial":
      return "missing";
    case "asked":
    case "waiting":
    case "active":
    case "paused":
      return "loading";
    case "failed":
    case "wrong":
      return "failed";
    case "present":
      return "here";
    default:
      throw kind satisfies never;
  }
}

/** Whether every word is in the name, the set, the description, the path or the address. */
export function modelMatches(model: ModelMessage, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { name, set_name: set, description, path, url, model_id: id } = model;
  const text = `${name}\n${set}\n${description}\n${path}\n${url}\n${id}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** What names a model in the whole catalogue. */
export function modelKey({ set_id, model_id }: Pick<ModelMessage, "set_id" | "model_id">): string {
  return JSON.stringify([set_id, model_id]);
}
