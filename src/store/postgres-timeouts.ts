/** Timeouts in the address of a database. */
import { StoreError } from "./store-error.ts";

const NAMES = "statement_timeout|lock_timeout|idle_in_transaction_session_timeout";
/** Without an answer for so much longer than the server itself would allow, the connection is dead. */
const ANSWER_GRACE_MS = 5_000;
/** PostgreSQL keeps them as 32-bit numbers of milliseconds, some 24 days. */
const LONGEST_MS = 2_147_483_647;

const MS_OF: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * The same address with its timeouts in milliseconds: the driver takes digits only, `2min` would be 2 ms to it. Written
 * as PostgreSQL has them (https://www.postgresql.org/docs/current/config-setting.html, numeric parameters with unit).
 *
 * @throws StoreError if one of them is no time
 */
export function inMilliseconds(url: string): string {
  return url.replaceAll(
    new RegExp(`(?<=[?&])(${NAMES})=([^&#]*)`, "g"),
    (_all, name: string, text: string) => `${name}=${readTimeoutMs(name, text)}`,
  );
}

/** How long an answer is waited for. 0, as PostgreSQL has it: for ever. */
export function answerTimeoutMs(url: string, otherwiseMs: number): number {
  const given = /[?&]statement_timeout=(\d+)/.exec(url)?.[1];
  const statementMs = given === undefined ? otherwiseMs : Number(given);
  return statementMs === 0 ? 0 : statementMs + ANSWER_GRACE_MS;
}

function readTimeoutMs(name: string, text: string): number {
  const [, digits, unit = "ms"] =
    /^(?:\+|%20)*(\d{1,12}(?:\.\d{1,6})?)(?:\+|%20)*(us|ms|s|min|h|d)?$/.exec(text) ?? [];
  const ms = digits === undefined ? Number.NaN : Math.round(Number(digits) * (MS_OF[unit] ?? 1));
  if (ms <= LONGEST_MS) return ms;
  throw new StoreError(
    "store_refused",
    `${name} in the address of the database must be a time such as 120000 (milliseconds), 30s or 2min, up to 24 days, not '${text.slice(0, 40)}'.`,
  );
}
