/** What only the server of a file can tell of it: asked for a plan, where its source does not say it. */
import { join } from "node:path";
import type { Failure } from "../../job/failure.ts";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import type { LookAtFile } from "../../job/transfer-contract.ts";

/** Files of one plan that servers are asked for; of the others it stays unknown what only a server knows. */
const MOST_ASKED = 64;
/** Questions at a time. */
const AT_ONCE = 8;
/** All of them together: somebody waits for the plan. */
const TIME_LIMIT_MS = 15_000;

export interface Seen {
  /** With what the server said. */
  draft: JobDraft;
  /** Its one transfer; null for commands. */
  step: TransferStep | null;
  /** Why the server does not give it. */
  trouble: Failure | null;
}

export async function lookAtDrafts(
  drafts: readonly JobDraft[],
  look: LookAtFile,
  signal: AbortSignal,
): Promise<Seen[]> {
  const seen = drafts.map((draft): Seen => ({ draft, step: transferOf(draft), trouble: null }));
  const open = seen.filter(({ step }) => step !== null && (step.size === null || step.name === null));
  const work = open.slice(0, MOST_ASKED).values();
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const worker = async (): Promise<void> => {
    for (const one of work)
      if (one.step !== null) Object.assign(one, await askFor(one, one.step, look, stop));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return seen;
}

async function askFor(
  { draft }: Seen,
  step: TransferStep,
  look: LookAtFile,
  signal: AbortSignal,
): Promise<Partial<Seen>> {
  const sight = await look(step, signal);
  if (sight.kind === "failed") return { trouble: sight.failure };
  if (sight.kind === "stopped") return {};
  const { name } = sight;
  const known: TransferStep = { ...step, name, size: step.size ?? sight.size, checksum: sight.checksum };
  return {
    step: known,
    draft: { ...draft, name, destination: draft.destination ?? join(step.folder, name), steps: [known] },
  };
}

function transferOf({ steps }: JobDraft): TransferStep | null {
  const [step, other] = steps;
  return step?.kind === "transfer" && other === undefined ? step : null;
}
