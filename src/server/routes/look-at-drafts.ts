/** What only the server of a file can tell of it: asked for a plan, where its source does not say it. */
import { join } from "node:path";
import type { Failure } from "../../job/failure.ts";
import type { CommandStep, ExpectedFile, JobDraft, TransferStep } from "../../job/job.ts";
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
  const open = seen.filter(({ draft, step }) =>
    step === null ? draft.steps.some(isOpen) : step.size === null || step.name === null,
  );
  const work = open.slice(0, MOST_ASKED).values();
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const worker = async (): Promise<void> => {
    for (const one of work)
      Object.assign(
        one,
        one.step === null ? await askForAll(one, look, stop) : await askFor(one, one.step, look, stop),
      );
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

/** A line that fetches one file and nothing else: its server can be asked as the tool would ask it. */
function isOpen(step: JobDraft["steps"][number]): step is CommandStep {
  return step.kind === "command" && step.isPlainFetch && step.expects.some(({ size }) => size === null);
}

/** The sizes of what the commands of a card fetch. Whether it is given to the instance, too, is known only there. */
async function askForAll({ draft }: Seen, look: LookAtFile, signal: AbortSignal): Promise<Partial<Seen>> {
  const steps = [];
  for (const step of draft.steps) {
    if (!isOpen(step) || steps.length >= MOST_ASKED) steps.push(step);
    else {
      const expects = [];
      for (const file of step.expects) expects.push({ ...file, size: await sizeOf(file, look, signal) });
      steps.push({ ...step, expects });
    }
  }
  return { draft: { ...draft, steps } };
}

async function sizeOf(
  { folder, name, urls, size, checksum }: ExpectedFile,
  look: LookAtFile,
  signal: AbortSignal,
): Promise<number | null> {
  const [url, ...mirrors] = urls;
  if (size !== null || url === undefined) return size;
  const sight = await look(
    { kind: "transfer", url, mirrors, folder, name, size, checksum, headers: {}, ifExists: "refuse" },
    signal,
  );
  return sight.kind === "seen" ? sight.size : null;
}

function transferOf({ steps }: JobDraft): TransferStep | null {
  const [step, other] = steps;
  return step?.kind === "transfer" && other === undefined ? step : null;
}
