/** What is asked for → the job that would do it. Looks, changes nothing. */
import { join, resolve } from "node:path";
import type {
  CardPlanner,
  JobRequest,
  ModelCatalogStore,
  ModelCatalogue,
  Plan,
  PlanOutcome,
  Refusal,
} from "../job/catalog-contract.ts";
import type { FetchDocument } from "../job/document-contract.ts";
import type { LookAtFile } from "../job/transfer-contract.ts";
import type { ImageLibrary } from "../job/image-contract.ts";
import type { JobDraft } from "../job/job.ts";
import type { ReuseMode } from "../job/reuse.ts";
import type { Hosts } from "../job/host-contract.ts";
import { planCivitai } from "./civitai/plan-civitai.ts";
import { planHuggingFace } from "./hugging-face/plan-hugging-face.ts";
import { FILES_FOLDER } from "./files-folder.ts";
import { guessAddress } from "./guess-address.ts";
import { isHttp } from "./http-url.ts";
import type { ReadPlaces } from "./model-places/watch-places.ts";
import { createPlaces } from "./model-places/watch-places.ts";
import { createManagerList } from "./manager/manager-list.ts";
import { planListed } from "./manager/plan-listed.ts";
import { contextAt, learnFile } from "./plan-away.ts";
import { findSite, planCardRequest } from "./plan-card-request.ts";
import { planList } from "./lists/plan-list.ts";
import { planImage } from "./plan-image.ts";
import { planModel } from "./plan-model.ts";
import { planUnknown } from "./plan-unknown.ts";
import { planUrl } from "./plan-url.ts";
import { planWorkflow } from "./workflow/plan-workflow.ts";
import {
  readRequest,
  refuse,
  type Asked,
  type OtherNode,
  type PlanContext,
  type PlanSource,
  type Service,
} from "./read-request.ts";

export interface PlanOptions {
  /** Name of this node. */
  node: string;
  /** The machines that share the queue, this one included; none: there is this one. */
  nodes?: () => Promise<readonly OtherNode[]>;
  modelsDir: string;
  /** Where models are besides, if anywhere. */
  places?: ReadPlaces;
  downloadsDir: string;
  catalog: ModelCatalogStore;
  images: Pick<ImageLibrary, "folder" | "catalogue" | "resolve">;
  cards: CardPlanner;
  hosts: Pick<Hosts, "find" | "uiHomeOf" | "scan">;
  /** What `$UI_HOME` is on this machine. */
  uiHome: string;
  /** Asks servers what they have. */
  fetch: FetchDocument;
  /** Asks the server of one file. */
  look: LookAtFile;
  huggingFace: Service;
  hfCache: string;
  civitai: Service;
}

export function createPlan(options: PlanOptions): Plan {
  const contextNow = createContext(options);
  return async (request, signal) => withReuse(await plan(request, await contextNow(), signal), request.reuse);
}

/** What is planned by, with the folders as they are said to be now. */
export function createContext(options: PlanOptions): () => Promise<PlanContext> {
  const places = options.places ?? createPlaces({ modelsDir: options.modelsDir, extraPaths: null });
  const context: Omit<PlanContext, "models" | "catalog"> = {
    node: options.node,
    nodes: options.nodes ?? (async () => []),
    files: { folder: join(resolve(options.downloadsDir), FILES_FOLDER), called: "downloads folder" },
    downloadsDir: resolve(options.downloadsDir),
    images: options.images,
    imagesFolder: options.images.folder,
    look: options.look,
    cards: options.cards,
    hosts: options.hosts,
    uiHome: options.uiHome,
    fetch: options.fetch,
    listedModels: createManagerList(options.uiHome),
    huggingFace: options.huggingFace,
    hfCache: options.hfCache,
    civitai: options.civitai,
  };
  return async () => ({ ...context, models: await places(), catalog: readOnce(options.catalog) });
}

/** A workflow may name a thousand models: for one request the catalogue is read once. */
function readOnce(catalog: ModelCatalogStore): Pick<ModelCatalogStore, "read"> {
  let reading: Promise<ModelCatalogue> | null = null;
  return { read: () => (reading ??= catalog.read()) };
}

/** What a request says of bytes that are here already goes with each transfer it becomes. */
function withReuse(outcome: PlanOutcome, reuse: ReuseMode | null): PlanOutcome {
  if (reuse === null || outcome.kind === "refused") return outcome;
  const marked = (draft: JobDraft): JobDraft => ({
    ...draft,
    steps: draft.steps.map((step) => (step.kind === "transfer" ? { ...step, reuse } : step)),
  });
  return outcome.kind === "planned"
    ? { ...outcome, draft: marked(outcome.draft) }
    : { ...outcome, drafts: outcome.drafts.map(marked) };
}

/** Asked in this order. Models come first: what an id in their catalogue may look like is its owner's business. */
const SOURCES: readonly PlanSource[] = [
  planModelByName,
  planImageById,
  planHuggingFace,
  planCivitai,
  planCardByPath,
  planUrl,
];

async function plan(request: JobRequest, context: PlanContext, signal: AbortSignal): Promise<PlanOutcome> {
  const checked = readRequest(request);
  if (checked.kind === "refused") return checked;
  const site = await findSite(request, context);
  if ("kind" in site) return site;
  const planAnother: Plan = (another, stop) => plan(another, context, stop);
  const asked: Asked = { checked, site, context: contextAt(site, context), signal };
  const made = (await planWorkflow(asked, planAnother)) ?? (await planList(checked, planAnother, signal));
  if (made !== null) return made;
  if (request.layout !== null) return (await planHuggingFace(asked)) ?? refuseLayout();
  for (const planSource of SOURCES) {
    const outcome = await planSource(asked);
    if (outcome !== null) return learnFile(outcome, site, context, signal);
  }
  const listed = await planListed(asked, planAnother);
  if (listed !== null) return listed;
  // Last: what is known here by that name comes first.
  const address = guessAddress(request.source);
  return address === null
    ? planUnknown(request.source)
    : planAnother({ ...request, source: address }, signal);
}

function refuseLayout(): Refusal {
  const message = "layout is for sources on Hugging Face, this is none";
  return refuse("layout", "unsupported", message, "Leave it out, or give hf://org/repo.");
}

async function planModelByName(asked: Asked): Promise<PlanOutcome | null> {
  return isHttp(asked.checked.request.source) ? null : planModel(asked);
}

async function planImageById(asked: Asked): Promise<PlanOutcome | null> {
  return isHttp(asked.checked.request.source) ? null : planImage(asked);
}

async function planCardByPath(asked: Asked): Promise<PlanOutcome | null> {
  return isHttp(asked.checked.request.source) ? null : planCardRequest(asked);
}
