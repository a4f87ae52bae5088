/** What a value of one database is in the other. */
import type { Value } from "./digest.ts";

export type Fitted =
  | { kind: "fits"; value: Value }
  /** PostgreSQL's texts cannot hold U+0000: it is U+FFFD there, as in every text the queue itself writes there. */
  | { kind: "changed"; value: string }
  /** The queue never writes such a thing: it is not moved on a guess. */
  | { kind: "strange"; what: string };

/** SQLite holds anything in any column. Pure. */
export function fitValue(value: unknown): Fitted {
  switch (typeof value) {
    case "string": {
      const clean = value.replaceAll("\0", "\uFFFD").toWellFormed();
      return clean === value ? { kind: "fits", value } : { kind: "changed", value: clean };
    }
    case "number":
      return Number.isSafeInteger(value)
        ? { kind: "fits", value }
        : { kind: "strange", what: `the number ${value}` };
    default:
      return value === null ? { kind: "fits", value } : { kind: "strange", what: "bytes" };
  }
}
