import type { Model, Plan } from "../../job/catalog-contract.ts";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import { PLAIN_REQUEST } from "../../job/plain-request.ts";

export type PlannedModel =
  | { kind: "planned"; draft: JobDraft; step: TransferStep }
  | { kind: "refused"; failure: Failure };

/** The job that fetches a model of the catalogue, as `POST /jobs` would make it. */
export async function planModel({ setId, modelId }: Model, plan: Plan): Promise<PlannedModel> {
  const request = { ...PLAIN_REQUEST, source: `${setId}/${modelId}` };
  const outcome = await plan(request, AbortSignal.timeout(PLAN_TIMEOUT_MS));
  if (outcome.kind === "refused") return outcome;
  // Ids written by hand may hold slashes, or anything else; then two sources can go by the same words.
  if (outcome.kind === "many") return OTHER;
  const { draft } = outcome;
  const [step] = draft.steps;
  const isMeant =
    draft.source.kind === "model" && draft.source.setId === setId && draft.source.modelId === modelId;
  return isMeant && step?.kind === "transfer" ? { kind: "planned", draft, step } : OTHER;
}

/** A model's plan asks nobody but the disk. */
const PLAN_TIMEOUT_MS = 30_000;

const OTHER: PlannedModel = {
  kind: "refused",
  failure: failure("unsupported", "Another model goes by the same words; rename the set."),
};
