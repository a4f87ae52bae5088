/**
 * Numbers of 64 bits. pg gives them as text, because they may be larger than a number holds exactly; here they are
 * numbers, as in the rest of the program, or a damage that is told: never a rounded one.
 */
import { types } from "pg";
import type { CustomTypesConfig } from "pg";
import { StoreError } from "./store-error.ts";

/** Types of PostgreSQL's own have fixed numbers: int8, and numeric, in which sums come. */
const WHOLE_NUMBERS = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);

export const readNumbers: CustomTypesConfig = {
  getTypeParser: (oid: number): ((text: string) => unknown) => {
    if (WHOLE_NUMBERS.has(oid)) return readWhole;
    return types.getTypeParser(oid, "text") as (text: string) => unknown;
  },
};

function readWhole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new StoreError(
    "store_damaged",
    `The database holds the number ${text}, which Haulyard never writes. Put a backup of the database in its place.`,
  );
}
