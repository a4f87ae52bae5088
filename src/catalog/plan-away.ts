/** What is asked for on an instance: where it goes there, and what has to be known before a tool there fetches it. */
import { posix } from "node:path";
import type { PlanOutcome } from "../job/catalog-contract.ts";
import type { JobDraft, TransferStep } from "../job/job.ts";
import type { Sight } from "../job/transfer-contract.ts";
import { AwayModels } from "./away-models.ts";
import { FILES_FOLDER } from "./files-folder.ts";
import { NodeModels } from "./node-models.ts";
import { refuse, type PlanContext, type Site } from "./read-request.ts";

/** How long somebody who asks is kept waiting for the word of the server that has a file. */
const LOOK_TIMEOUT_MS = 15_000;

/** The folders of the place a request is for. */
export function contextAt({ place, uiHome, folders }: Site, context: PlanContext): PlanContext {
  if (place.kind === "node") return folders === undefined ? context : contextOfNode(uiHome, folders, context);
  const home = uiHome.replace(/(?<=.)\/+$/, "");
  const models = new AwayModels(home, place.hostId, context.hosts.scan);
  return {
    ...context,
    models,
    files: models,
    downloadsDir: null,
    uiHome: home,
    imagesFolder: posix.join(home, "images"),
  };
}

/** The folders that another machine said are its own. */
function contextOfNode(
  uiHome: string,
  { models, images, downloads }: NonNullable<Site["folders"]>,
  context: PlanContext,
): PlanContext {
  return {
    ...context,
    uiHome,
    ...(models === undefined ? {} : { models: new NodeModels(models) }),
    ...(images === undefined ? {} : { imagesFolder: images }),
    ...(downloads === undefined
      ? {}
      : {
          files: {
            folder: posix.join(downloads, FILES_FOLDER),
            called: "downloads folder of that machine",
            isAway: true,
          },
          downloadsDir: downloads,
        }),
  };
}

/** A tool on an instance has to be told the name; and what is known of the file decides whether it is whole. */
export async function learnFile(
  outcome: PlanOutcome,
  { place }: Site,
  { look }: PlanContext,
  signal: AbortSignal,
): Promise<PlanOutcome> {
  if (place.kind === "node" || outcome.kind !== "planned") return outcome;
  const { draft } = outcome;
  const [step] = draft.steps;
  if (step?.kind !== "transfer" || (step.name !== null && (step.size !== null || step.checksum !== null)))
    return outcome;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]);
  const sight = await look(step, stop);
  if (sight.kind === "seen") return { ...outcome, draft: withSight(draft, step, sight) };
  // Its address is known: the instance may reach what this machine does not.
  if (step.name !== null) return outcome;
  return sight.kind === "failed"
    ? { kind: "refused", field: "source", failure: sight.failure }
    : refuse(
        "source",
        "timed_out",
        "source: the server did not say in time what the file is called",
        "Give a path that ends in the name of the file.",
      );
}

function withSight(
  draft: JobDraft,
  step: TransferStep,
  { name: told, size, checksum }: Extract<Sight, { kind: "seen" }>,
): JobDraft {
  const name = step.name ?? told;
  const known = { ...step, name, size: step.size ?? size, checksum: step.checksum ?? checksum };
  return {
    ...draft,
    name: step.name === null ? name : draft.name,
    destination: posix.join(step.folder, name),
    steps: [known],
  };
}
