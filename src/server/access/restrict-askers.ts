/**
 * Whoever is no admin has files fetched from public servers only, and from what the setting allows to everybody: what
 * their requests ask, look at and put into the queue is marked so here, at the few places all of it goes through.
 */
import type { Engine } from "../../engine/engine-contract.ts";
import type { FetchDocument } from "../../job/document-contract.ts";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import type { InspectExisting, LookAtFile } from "../../job/transfer-contract.ts";
import { RequestError } from "../request-error.ts";
import { asking } from "./asker.ts";

interface Asking {
  fetchDocument: FetchDocument;
  look: LookAtFile;
  inspect: InspectExisting;
}

/** What asks servers while a request is planned. */
export function restrictAsking({ fetchDocument, look, inspect }: Asking): Asking {
  return {
    fetchDocument: (request, signal) =>
      fetchDocument(isRestricted() ? { ...request, reach: "restricted" } : request, signal),
    look: (step, signal) => look(restrictStep(step), signal),
    inspect: (step, signal) => inspect(restrictStep(step), signal),
  };
}

/** The engine as routes have it: a job remembers that somebody restricted asked for it. */
export function restrictEngine(engine: Engine): Engine {
  return {
    ...engine,
    submit: async (draft, id) => engine.submit(restrictDraft(allowDraft(draft)), id),
    submitAll: async (drafts) => engine.submitAll(drafts.map(allowDraft).map(restrictDraft)),
    groups: {
      ...engine.groups,
      // Before the group is there, that is.
      add: async (draft, wanted) =>
        engine.groups.add(
          draft,
          wanted.map((part) => ({ ...part, draft: restrictDraft(allowDraft(part.draft)) })),
        ),
    },
    foresee: (drafts) => engine.foresee(drafts.map(restrictDraft)),
  };
}

function isRestricted(): boolean {
  const asker = asking.getStore();
  return asker !== undefined && asker.role !== "admin";
}

/** Commands on this machine are programs of whoever asks, with all that the server may do: admins' alone. */
function allowDraft(draft: JobDraft): JobDraft {
  if (isRestricted() && draft.place.kind === "node" && draft.steps.some(({ kind }) => kind === "command"))
    throw new RequestError("not_allowed", "Commands on this machine want the role admin.", "to");
  return draft;
}

function restrictDraft(draft: JobDraft): JobDraft {
  if (!isRestricted()) return draft;
  return {
    ...draft,
    steps: draft.steps.map((step) => (step.kind === "transfer" ? restrictStep(step) : step)),
  };
}

function restrictStep(step: TransferStep): TransferStep {
  return isRestricted() ? { ...step, reach: "restricted" } : step;
}
