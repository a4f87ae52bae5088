/** Whether an entry was changed by somebody else since its form was opened. */
import type { ModelMessage } from "../../../src/wire/models.ts";
import { toModelDraft } from "./model-draft.ts";
import type { ModelDraft } from "./model-draft.ts";
import { t } from "../words/words.ts";

/** Fields that say something else now. */
export function changedFields(before: ModelMessage, now: ModelMessage): (keyof ModelDraft)[] {
  const [was, is] = [toModelDraft(before), toModelDraft(now)];
  return (Object.keys(was) as (keyof ModelDraft)[]).filter((name) => was[name] !== is[name]);
}

/** Told once; whoever saves again knows what they put another's words away for. */
export function meanwhileSentence(fields: readonly (keyof ModelDraft)[]): string {
  return t(
    "Somebody else has changed this entry meanwhile ({fields}). Save again to put yours in its place.",
    {
      fields: fields.map(labelOf).join(", "),
    },
  );
}

function labelOf(field: keyof ModelDraft): string {
  switch (field) {
    case "name":
      return t("Name");
    case "set":
    case "newSet":
      return t("Set");
    case "url":
      return t("Address");
    case "path":
      return t("Path");
    case "description":
      return t("Description");
    case "sha256":
      return "SHA-256";
    case "size":
      return t("Size in bytes");
    default:
      throw field satisfies never;
  }
}
