import type { FileMap } from "../../job/file-map.ts";
import { readLedger } from "./ledger-file.ts";

/** What the ledger claims: what was written after it is not counted, and fetched again. */
export async function readPartialMap(path: string): Promise<FileMap | null> {
  const ledger = await readLedger(path);
  return ledger === null ? null : { size: ledger.facts.size, done: ledger.done, fetching: [] };
}
