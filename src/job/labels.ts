/** What tells machines apart where jobs ask for it: `site=ams`. Pure. */
import type { Labels } from "./node-contract.ts";

/** As many as anybody can keep apart. */
const MAX_LABELS = 32;
const NAME = /^[a-z0-9](?:[a-z0-9._/-]{0,61}[a-z0-9])?$/i;
const VALUE = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i;

export const LABELS_FORM = "name=value pairs of letters, digits, dots and dashes, separated by commas";

/** Null: this is none. */
export function parseLabels(text: string): Labels | null {
  if (text.trim() === "") return {};
  return toLabels(
    text.split(",").map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name.trim(), value.join("=").trim()];
    }),
  );
}

/** Null: these are none; one name twice among them. */
export function toLabels(pairs: readonly (readonly [string, unknown])[]): Labels | null {
  if (pairs.length > MAX_LABELS) return null;
  const labels = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (typeof value !== "string" || !NAME.test(name) || !VALUE.test(value) || labels.has(name)) return null;
    labels.set(name, value);
  }
  return Object.fromEntries([...labels].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/** Whether a machine has all that is asked for. */
export function hasLabels(has: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => has[name] === value);
}
