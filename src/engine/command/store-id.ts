import { randomBytes } from "node:crypto";
import type { JobStore } from "../../job/store-contract.ts";

const FACT = "store_id";

/** A word that tells this store from all others, the same for ever: it begins the names of runs. */
export async function storeIdOf(store: Pick<JobStore, "getFact" | "setFact">): Promise<string> {
  const known = await store.getFact(FACT);
  if (known !== null) return known;
  await store.setFact(FACT, randomBytes(4).toString("hex"));
  // Another process may have been quicker, or later.
  return (await store.getFact(FACT)) ?? FACT;
}
