import type { Failure } from "../../job/failure.ts";
import { addressOf } from "../part/ledger.ts";
import type { PartFile } from "../part/part-file.ts";
import { proveSame } from "../judge/prove-same.ts";
import type { NextTry } from "../fetch/try-again.ts";
import { tryAgain } from "../fetch/try-again.ts";
import type { Run } from "../transfer-run.ts";

export type Place =
  /** The stored bytes, if any, came from the address in use. */
  | { kind: "home" }
  /** It has the same, and the ledger says so now. */
  | { kind: "proven" }
  /** It has others; nobody is left who has them. */
  | { kind: "anew" }
  | { kind: "none"; failure: Failure }
  | { kind: "stopped" };

/**
 * The address to go on with what is stored, beginning with the one in use.
 *
 * @param part what is stored, if anything
 * @param left false when the one in use is no good any more and was the last
 */
export async function findPlace(run: Run, part: PartFile | null, left: boolean): Promise<Place> {
  const { addresses } = run;
  let next: NextTry = left ? "moved" : "over";
  for (let failures = 1; next !== "over"; failures += 1) {
    const address = addressOf(addresses.current);
    if (part === null || part.ledger.urlHash === address.urlHash) return { kind: "home" };
    run.report.stage("connecting", 0, addresses.note);
    const proof = await proveSame(run, part);
    if (run.signal.aborted || proof.kind === "stopped") return { kind: "stopped" };
    if (proof.kind === "same") {
      // From here on its validator vouches for the bytes, those of before included.
      const published = proof.facts.published ?? part.ledger.facts.published;
      await part.learn({ ...address, facts: { ...proof.facts, published } });
      return { kind: "proven" };
    }
    if (proof.kind === "failed") next = await tryAgain(run, proof.failure, failures);
    else next = addresses.moveOn(proof.failure, true) ? "moved" : "over";
    if (next === "moved") failures = 0;
    if (run.signal.aborted) return { kind: "stopped" };
  }
  return part !== null && addresses.takeDiffering()
    ? { kind: "anew" }
    : { kind: "none", failure: addresses.verdict };
}
