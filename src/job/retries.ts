/** How often what failed is tried again by itself, where a person wants it otherwise than we do. */
import { FAILURE_CODES, isFailureCode } from "./failure.ts";
import type { FailureCode } from "./failure.ts";

/** By the code of the failure; 0: never. A code that is not in here is treated as ever. */
export type RetryTable = Readonly<Partial<Record<FailureCode, number>>>;

/** More tries in a row, a minute apart, are some weeks: that is a job nobody waits for. */
export const MOST_RETRIES = 10_000;

export const RETRIES_FORM = `codes of failures with 0 to ${MOST_RETRIES} tries: connection_lost=20, not_found=3`;

/** `connection_lost=20, server_error=0`, each code once, or nothing; null if the text is none. */
export function parseRetries(text: string): RetryTable | null {
  if (text.trim() === "") return {};
  const pairs: [string, unknown][] = [];
  for (const part of text.split(",")) {
    const [, code = "", tries = ""] = /^\s*([a-z_]+)\s*=\s*(\d{1,5})\s*$/.exec(part) ?? [];
    if (pairs.some(([other]) => other === code)) return null;
    pairs.push([code, tries === "" ? null : Number(tries)]);
  }
  return toRetries(pairs);
}

/** The same from codes and numbers; null if one of them is none. */
export function toRetries(pairs: readonly (readonly [string, unknown])[]): RetryTable | null {
  const table: Partial<Record<FailureCode, number>> = {};
  for (const [code, tries] of pairs) {
    if (!isFailureCode(code) || NOT_TRIED.has(code)) return null;
    if (typeof tries !== "number" || !Number.isInteger(tries) || tries < 0 || tries > MOST_RETRIES)
      return null;
    table[code] = tries;
  }
  return table;
}

/** As `parseRetries` reads it, in the order of the codes. */
export function formatRetries(table: RetryTable): string {
  return FAILURE_CODES.flatMap((code) => (table[code] === undefined ? [] : [`${code}=${table[code]}`])).join(
    ",",
  );
}

/** A full disk is waited for, not tried; and a job that was stopped has not failed. */
const NOT_TRIED: ReadonlySet<FailureCode> = new Set(["no_space", "stopped"]);
