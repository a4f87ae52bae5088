/** Values of aria2's options as calls give them, and the sizes among them. */
import { MIN_RATE } from "../../../job/limit/parse-size.ts";
import type { Struct } from "./read-params.ts";
import { RpcError } from "./rpc-error.ts";

/** The text of an option; none where it is not given, or empty as forms send it. Numbers count as their digits. */
export function optionOf(options: Struct, name: string): string | null {
  if (!Object.hasOwn(options, name)) return null;
  const value = options[name];
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : null;
}

/** One that may be given several times: a list, or a text with a line for each. */
export function optionLines(options: Struct, name: string): string[] {
  if (!Object.hasOwn(options, name)) return [];
  const value = options[name];
  const lines = Array.isArray(value) ? value : typeof value === "string" ? value.split(/\r?\n/) : [];
  return lines.filter((line): line is string => typeof line === "string" && line.trim() !== "");
}

export function isOn(options: Struct, name: string): boolean {
  const text = optionOf(options, name);
  if (text !== null && text !== "true" && text !== "false") throw badOption(name, "it must be true or false");
  return text === "true";
}

/**
 * Bytes per second, or null for none. `K` and `M` are of 1024; 0 is no limit (aria2c(1), `--max-download-limit`).
 *
 * @returns undefined where it is not given
 */
export function readLimit(options: Struct, name: string): number | null | undefined {
  const text = optionOf(options, name);
  if (text === null) return undefined;
  const [, digits, unit = ""] = /^(\d{1,12})([KM]?)$/i.exec(text) ?? [];
  if (digits === undefined)
    throw badOption(name, "it must be a number of bytes, with K or M behind it if need be");
  const limit = Number(digits) * UNITS[unit.toUpperCase() as keyof typeof UNITS];
  if (limit === 0) return null;
  if (limit < MIN_RATE) throw badOption(name, `it must be 0 or at least ${MIN_RATE} bytes per second`);
  return limit;
}

const UNITS = { "": 1, K: 1024, M: 1024 ** 2 } as const;

/** aria2's own words, and what is wrong. */
export function badOption(name: string, why: string): RpcError {
  return new RpcError(`We encountered a problem while processing the option '--${name}': ${why}.`);
}
