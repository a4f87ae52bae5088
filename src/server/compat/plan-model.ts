import type { JobRequest, Model, Plan } from "../../job/catalog-contract.ts";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { JobDraft, TransferStep } from "../../job/job.ts";

export type PlannedModel =
  | { kind: "planned"; draft: JobDraft; step: TransferStep }
  | { kind: "refused"; failure: Failure };

/** The job that fetches a model of the catalogue, as `POST /jobs` would make it. */
export async function planModel({ setId, modelId }: Model, plan: Plan): Promise<PlannedModel> {
  const outcome = await plan({ ...PLAIN, source: `${setId}/${modelId}` });
  if (outcome.kind === "refused") return outcome;
  const { draft } = outcome;
  const [step] = draft.steps;
  const isMeant =
    draft.source.kind === "model" && draft.source.setId === setId && draft.source.modelId === modelId;
  // Ids written by hand may hold slashes; then two models can have the same words for a source.
  if (!isMeant || step?.kind !== "transfer")
    return {
      kind: "refused",
      failure: failure("unsupported", "Another model goes by the same words; rename the set."),
    };
  return { kind: "planned", draft, step };
}

const PLAIN: Omit<JobRequest, "source"> = {
  to: null,
  path: null,
  sha256: null,
  size: null,
  headers: {},
  mirrors: [],
  priority: 0,
  limitBytesPerSecond: null,
  replace: false,
  after: null,
};
