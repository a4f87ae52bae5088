/** How much of a set is here. Pure. */
import type { ModelMessage } from "../../../src/wire/models.ts";
import { modelKey } from "./model-filter.ts";
import { isMissing } from "./model-state.ts";
import type { ModelState } from "./model-state.ts";

export interface SetSummary {
  here: number;
  all: number;
  missing: readonly ModelMessage[];
  /** Of the models whose size is known, from the entry or from the disk. */
  bytes: number;
  /** Models whose size nobody knows. */
  unknownSizes: number;
}

export function summariseSet(
  models: readonly ModelMessage[],
  kinds: ReadonlyMap<string, ModelState["kind"]>,
): SetSummary {
  const missing: ModelMessage[] = [];
  const summary = { here: 0, all: models.length, bytes: 0, unknownSizes: 0 };
  for (const model of models) {
    const kind = kinds.get(modelKey(model)) ?? "absent";
    if (kind === "present" || kind === "wrong") summary.here++;
    if (isMissing({ kind })) missing.push(model);
    const bytes = model.size ?? (model.state === "present" ? model.bytes : null);
    if (bytes === null) summary.unknownSizes++;
    else summary.bytes += bytes;
  }
  return { ...summary, missing };
}
