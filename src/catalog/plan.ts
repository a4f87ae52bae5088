/** What is asked for → the job that would do it. Looks, changes nothing. */
import { join, resolve } from "node:path";
import type { JobRequest, ModelCatalogStore, Plan, PlanOutcome } from "../job/catalog-contract.ts";
import { failure } from "../job/failure.ts";
import { planModel } from "./plan-model.ts";
import { planUnknown } from "./plan-unknown.ts";
import { planUrl } from "./plan-url.ts";
import { readRequest, type PlanContext } from "./read-request.ts";

/**
 * Files asked for by URL go into this folder of the downloads folder. Not into the downloads folder itself:
 * its JSON files are a way into the queue (CONTRACT §6), and no server may choose a name that is one of them.
 */
export const FILES_FOLDER = "files";

export interface PlanOptions {
  /** Name of this node. */
  node: string;
  modelsDir: string;
  downloadsDir: string;
  catalog: ModelCatalogStore;
}

export function createPlan(options: PlanOptions): Plan {
  const context: PlanContext = {
    node: options.node,
    models: { folder: resolve(options.modelsDir), called: "models folder" },
    files: { folder: join(resolve(options.downloadsDir), FILES_FOLDER), called: "downloads folder" },
    downloadsDir: resolve(options.downloadsDir),
    catalog: options.catalog,
  };
  return (request) => plan(request, context);
}

async function plan(request: JobRequest, context: PlanContext): Promise<PlanOutcome> {
  if (request.to !== null && request.to !== context.node)
    return {
      kind: "refused",
      field: "to",
      failure: failure(
        "unsupported",
        `to: jobs run on this machine only so far, it is called ${JSON.stringify(context.node)}; got ${JSON.stringify(request.to)}`,
        { advice: "Leave 'to' out." },
      ),
    };
  const checked = readRequest(request);
  if (checked.kind === "refused") return checked;
  if (/^https?:/i.test(request.source.trim())) return planUrl(checked, context);
  // Before the schemes: what an id in the catalogue may look like is its owner's business.
  return (await planModel(checked, context)) ?? planUnknown(request.source);
}
