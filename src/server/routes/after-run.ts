/** `after_run` of a request: a command that an admin has set up, by its name, to be run once a download is complete. */
import type { PlanOutcome } from "../../job/catalog-contract.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";

/** Known now, that is: later it may be gone, and the history of the job says so. */
export async function checkAfterRun(
  wanted: readonly (string | null)[],
  { notifications }: Pick<ServerParts, "notifications">,
): Promise<void> {
  const names = wanted.filter((name) => name !== null);
  if (names.length === 0) return;
  const known = new Set(await notifications.commands());
  if (names.every((name) => known.has(name))) return;
  throw new RequestError(
    "bad_request",
    "after_run must be the name of a command that an admin has set up for it; there is none of this name.",
    "after_run",
    { advice: "GET /after-run lists them." },
  );
}

/** What the request says comes before what a card or an entry of the catalogue says. */
export function runAfter(outcome: PlanOutcome, afterRun: string | null): PlanOutcome {
  if (afterRun === null || outcome.kind === "refused") return outcome;
  if (outcome.kind === "planned") return { ...outcome, draft: { ...outcome.draft, afterRun } };
  return { ...outcome, drafts: outcome.drafts.map((draft) => ({ ...draft, afterRun })) };
}
