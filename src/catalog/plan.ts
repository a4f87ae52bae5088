/** What is asked for → the job that would do it. Looks, changes nothing. */
import { join, resolve } from "node:path";
import type {
  CardPlanner,
  JobRequest,
  ModelCatalogStore,
  Plan,
  PlanOutcome,
} from "../job/catalog-contract.ts";
import type { Hosts } from "../job/host-contract.ts";
import { findSite, planCardRequest } from "./plan-card-request.ts";
import { planModel } from "./plan-model.ts";
import { planUnknown } from "./plan-unknown.ts";
import { planUrl } from "./plan-url.ts";
import { readRequest, refuse, type PlanContext } from "./read-request.ts";

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
  cards: CardPlanner;
  hosts: Pick<Hosts, "find" | "uiHomeOf">;
  /** What `$UI_HOME` is on this machine. */
  uiHome: string;
}

export function createPlan(options: PlanOptions): Plan {
  const context: PlanContext = {
    node: options.node,
    models: { folder: resolve(options.modelsDir), called: "models folder" },
    files: { folder: join(resolve(options.downloadsDir), FILES_FOLDER), called: "downloads folder" },
    downloadsDir: resolve(options.downloadsDir),
    catalog: options.catalog,
    cards: options.cards,
    hosts: options.hosts,
    uiHome: options.uiHome,
  };
  return (request) => plan(request, context);
}

async function plan(request: JobRequest, context: PlanContext): Promise<PlanOutcome> {
  const checked = readRequest(request);
  if (checked.kind === "refused") return checked;
  const site = await findSite(request, context);
  if ("kind" in site) return site;
  const isUrl = /^https?:/i.test(request.source.trim());
  // Before the schemes: what an id in the catalogue may look like is its owner's business.
  const model = isUrl ? null : await planModel(checked, context);
  if (!isUrl && model === null)
    return (await planCardRequest(checked, site, context)) ?? planUnknown(request.source);
  if (site.place.kind === "ssh")
    return refuse(
      "to",
      "unsupported",
      "to: instances run the commands of resource cards, and this source is no card",
      "Give the path of a card, or leave 'to' out.",
    );
  return model ?? planUrl(checked, context);
}
