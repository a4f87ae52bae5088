/** Sources that are made of others: each is planned by itself, and all of it is one plan. */
import type { PlanOutcome, Refusal, Skipped } from "../job/catalog-contract.ts";
import type { Checksum, JobDraft } from "../job/job.ts";
import { redactText } from "../job/redact.ts";

/** Parts planned at a time: each may ask a service. */
const AT_ONCE = 8;

export interface Part {
  /** What the whole calls it: `line 3`. */
  where: string;
  plan: () => Promise<PlanOutcome>;
}

export interface Planned {
  where: string;
  outcome: PlanOutcome;
}

/** In the order of the parts, however long each takes. */
export async function planParts(parts: readonly Part[]): Promise<Planned[]> {
  const outcomes = new Map<Part, PlanOutcome>();
  const work = parts.values();
  const worker = async (): Promise<void> => {
    for (const part of work) outcomes.set(part, await part.plan());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return parts.map((part) => ({ where: part.where, outcome: outcomes.get(part) as PlanOutcome }));
}

export interface Joined {
  drafts: JobDraft[];
  /** The refused ones among them, by what the whole calls them. */
  skipped: Skipped[];
  notes: string[];
  /** Why the first of those was refused, or null. */
  refusal: Refusal | null;
}

export function joinPlans(planned: readonly Planned[]): Joined {
  const joined: Joined = { drafts: [], skipped: [], notes: [], refusal: null };
  for (const { where, outcome } of planned) {
    if (outcome.kind === "refused") {
      joined.refusal ??= outcome;
      joined.skipped.push({ what: where, reason: redactText(bare(outcome.failure.message, where)) });
      continue;
    }
    joined.drafts.push(...(outcome.kind === "many" ? outcome.drafts : [outcome.draft]));
    if (outcome.kind === "many")
      joined.skipped.push(
        ...outcome.skipped.map(({ what, reason }) => ({ what: `${where}: ${what}`, reason })),
      );
    joined.notes.push(...(outcome.notes ?? []).map((note) => `${where}: ${note}`));
  }
  return joined;
}

/** Without the field and the part it begins with: both stand before it. */
function bare(message: string, where: string): string {
  let rest = message;
  for (const start of ["source: ", `${where}: `]) if (rest.startsWith(start)) rest = rest.slice(start.length);
  return rest;
}

/** A hash the whole knows for what a part fetches; what the source itself says counts more. */
export function withChecksum(outcome: PlanOutcome, checksum: Checksum | null): PlanOutcome {
  if (outcome.kind !== "planned" || checksum === null) return outcome;
  const steps = outcome.draft.steps.map((step) =>
    step.kind === "transfer" ? { ...step, checksum: step.checksum ?? checksum } : step,
  );
  return { ...outcome, draft: { ...outcome.draft, steps } };
}
