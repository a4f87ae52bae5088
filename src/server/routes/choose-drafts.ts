/** Some jobs of a plan, by the keys that `POST /plan` gave them: what was shown and chosen is what is queued. */
import { createHash } from "node:crypto";
import type { PlanOutcome } from "../../job/catalog-contract.ts";
import { failure } from "../../job/failure.ts";
import type { JobDraft } from "../../job/job.ts";

/** Hexadecimal digits of a key: enough for 20,000 jobs of one plan never to be mixed up. */
const KEY_LENGTH = 20;

/**
 * The same for the same file, however often its source is planned. A hash, for addresses may hold secrets. It knows
 * nothing of what only a server can tell: that is not asked when jobs are added.
 */
export function keyOf({ place, destination, steps }: JobDraft): string {
  const what =
    destination ?? steps.map((step) => (step.kind === "transfer" ? [step.url, step.folder] : step.shown));
  return createHash("sha256")
    .update(JSON.stringify([place, what]))
    .digest("hex")
    .slice(0, KEY_LENGTH);
}

/** @param only keys of the jobs that are wanted; null: all */
export function chooseDrafts(outcome: PlanOutcome, only: readonly string[] | null): PlanOutcome {
  if (only === null || outcome.kind === "refused") return outcome;
  const wanted = new Set(only);
  if (outcome.kind === "planned") return wanted.has(keyOf(outcome.draft)) ? outcome : nothingLeft();
  const drafts = outcome.drafts.filter((draft) => wanted.has(keyOf(draft)));
  if (drafts.length === 0) return nothingLeft();
  const lost = wanted.size - new Set(drafts.map(keyOf)).size;
  const notes = lost === 0 ? [] : [lostNote(lost)];
  // What else was left out was told when the plan was shown.
  return { ...outcome, drafts, skipped: [], notes };
}

function nothingLeft(): PlanOutcome {
  return {
    kind: "refused",
    field: "only",
    failure: failure("not_found", "only: the source has none of these jobs any more", {
      advice: "Ask for the plan again.",
    }),
  };
}

function lostNote(count: number): string {
  return count === 1
    ? "One of the chosen files is no longer in the source."
    : `${count} of the chosen files are no longer in the source.`;
}
