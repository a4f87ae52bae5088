/** The limit for all transfers, where a person has changed it. */
import type { StoredLimit } from "../job/store-contract.ts";
import { getFact, removeFact, setFact } from "./facts.ts";
import type { Db } from "./schema.ts";

const KEY = "overall_limit";
/** When it was changed, and the limit as it is written. */
const FORM = /^(\d{1,15}) (.+)$/;

export async function readOverallLimit(db: Db): Promise<StoredLimit | null> {
  const [, changedAt, text] = FORM.exec((await getFact(db, KEY)) ?? "") ?? [];
  return text === undefined ? null : { text, changedAt: Number(changedAt) };
}

export async function writeOverallLimit(trx: Db, text: string | null, now: number): Promise<void> {
  if (text === null) await removeFact(trx, KEY);
  else await setFact(trx, KEY, `${now} ${text}`);
}
