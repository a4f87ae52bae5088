/** Kinds of values that are tables: `name=value,…` as text, an object in the file. */
import {
  formatOriginRates,
  ORIGIN_RATES_FORM,
  parseOriginRates,
  toOriginRates,
} from "../job/limit/origin-rates.ts";
import { formatLabels, LABELS_FORM, parseLabels, toLabels } from "../job/labels.ts";
import type { Labels } from "../job/node-contract.ts";
import type { OriginRates } from "../job/limit/origin-rates.ts";
import { formatRetries, parseRetries, RETRIES_FORM, toRetries } from "../job/retries.ts";
import type { RetryTable } from "../job/retries.ts";
import type { Kind } from "./kinds.ts";

export const retries: Kind<RetryTable> = {
  expects: RETRIES_FORM,
  placeholder: "<code=tries,…>",
  read: (raw) => readTable(raw, parseRetries, toRetries),
  write: formatRetries,
};

export const originRates: Kind<OriginRates> = {
  expects: ORIGIN_RATES_FORM,
  placeholder: "<host=rate,…>",
  read: (raw) => readTable(raw, parseOriginRates, toOriginRates),
  write: formatOriginRates,
};

export const labels: Kind<Labels> = {
  expects: LABELS_FORM,
  placeholder: "<name=value,…>",
  read: (raw) => readTable(raw, parseLabels, toLabels),
  write: formatLabels,
};

function readTable<T>(
  raw: unknown,
  parse: (text: string) => T | null,
  take: (pairs: readonly (readonly [string, unknown])[]) => T | null,
): T | undefined {
  if (typeof raw === "string") return parse(raw) ?? undefined;
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return undefined;
  return take(Object.entries(raw)) ?? undefined;
}
