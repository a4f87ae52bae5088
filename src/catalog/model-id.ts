/** Ids of sets and models. Pure. */
import { refuseText } from "./model-entry.ts";

const MAX_ID_LENGTH = 200;

/** Keys that mean something else to programs that read the catalogue into plain JavaScript objects. */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The id of a new model, as old system B makes it: the name in lower case, spaces and `-` as `_`, nothing
 * but letters, digits and `_`; with `_1`, `_2`… behind it if the set has that id already.
 */
export function makeModelId(name: string, isTaken: (id: string) => boolean): string {
  const kept = name
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s-]/g, "_")
    .replace(/[^\p{L}\p{N}_]/gu, "");
  const base = kept.slice(0, MAX_ID_LENGTH - 10) || "model";
  const taken = (id: string): boolean => RESERVED.has(id) || isTaken(id);
  if (!taken(base)) return base;
  for (let number = 1; ; number++) if (!taken(`${base}_${number}`)) return `${base}_${number}`;
}

/** Why a new set may not have this id, or null. */
export function refuseSetId(id: string): string | null {
  const refusal = refuseText(id, "model_set", MAX_ID_LENGTH);
  if (refusal !== null) return refusal;
  if (RESERVED.has(id)) return `model_set must not be ${JSON.stringify(id)}`;
  return id.includes("/") ? "model_set must not hold '/'" : null;
}
