/** A plan over a throw-away world, and what tests ask of its answers. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { CardPlanner, JobRequest, PlanOutcome } from "../../job/catalog-contract.ts";
import type { FetchDocument } from "../../job/document-contract.ts";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import type { CommandPolicy } from "../../job/card-contract.ts";
import type { ImageLibrary } from "../../job/image-contract.ts";
import type { ScanAnswer } from "../../job/host-contract.ts";
import type { Host } from "../../job/host.ts";
import type { LookAtFile } from "../../job/transfer-contract.ts";
import { createCardLibrary } from "../cards/card-library.ts";
import { createCardPlanner } from "../cards/plan-card.ts";
import { createModelCatalog } from "../model-catalog.ts";
import { createPlaces } from "../model-places/watch-places.ts";
import { createPlan, type PlanOptions } from "../plan.ts";
import type { OtherNode } from "../read-request.ts";
import { createWorld, REQUEST, type World } from "./world.ts";

export interface PlannerOptions {
  modelsDir?: string;
  /** Folder of ComfyUI in the world. */
  uiHome?: string;
  downloadsDir?: string;
  /** Below the world's folder: further folders that may be written to. */
  roots?: readonly string[];
  /** Text of ComfyUI's `extra_model_paths.yaml`, which lies in the world's folder. */
  extraPaths?: string;
  commands?: CommandPolicy;
  hosts?: readonly Host[];
  /** The machines that share the queue. */
  nodes?: readonly OtherNode[];
  /** What every instance says that it has. */
  scan?: ScanAnswer;
  look?: LookAtFile;
  fetch?: FetchDocument;
  images?: Pick<ImageLibrary, "folder" | "catalogue" | "resolve">;
  /** Where Hugging Face and Civitai are said to be. */
  hub?: string;
  /** Tokens for them are said to be set. */
  hasToken?: boolean;
}

function services(
  endpoint: string | undefined,
  hasToken: boolean,
): Pick<PlanOptions, "huggingFace" | "civitai"> {
  return {
    huggingFace: { endpoint: endpoint ?? "https://huggingface.co", hasToken },
    civitai: { endpoint: endpoint ?? "https://civitai.com", hasToken },
  };
}

const NEVER = new AbortController().signal;

/** Servers are asked only where a test has one. */
const nobodyThere: FetchDocument = async ({ url }) => {
  throw new Error(`the plan asked for ${url}`);
};

export const URL_OF_FILE = "https://example.com/files/image.iso";

export interface Planner extends World {
  downloadsDir: string;
  /** Folder of the resource cards; it need not exist. */
  cardsDir: string;
  cards: CardPlanner;
  ask(request: Partial<JobRequest>): Promise<PlanOutcome>;
}

export async function createPlanner(content: unknown = {}, dirs: PlannerOptions = {}): Promise<Planner> {
  const world = await createWorld(content);
  const downloadsDir = join(world.folder, dirs.downloadsDir ?? "downloads");
  const modelsDir = dirs.modelsDir === undefined ? world.modelsDir : join(world.folder, dirs.modelsDir);
  const file = join(world.folder, "extra_model_paths.yaml");
  if (dirs.extraPaths !== undefined) await writeFile(file, dirs.extraPaths);
  const places = createPlaces({
    modelsDir,
    roots: (dirs.roots ?? []).map((root) => join(world.folder, root)),
    extraPaths: { file, mayBeMissing: true, home: world.folder, environment: { WORLD: world.folder } },
  });
  const catalog = createModelCatalog({ ...world, modelsDir, places });
  const cardsDir = join(world.folder, "resources");
  const uiHome = dirs.uiHome === undefined ? "/workspace/ComfyUI" : join(world.folder, dirs.uiHome);
  const library = createCardLibrary({ folder: cardsDir, policy: () => dirs.commands ?? "any", uiHome });
  const hosts = {
    find: async (word: string) => (dirs.hosts ?? []).filter(({ id, label }) => id === word || label === word),
    uiHomeOf: (host: Host) => host.uiHome ?? uiHome,
    scan: async () => dirs.scan ?? ({ kind: "unknown" } as const),
  };
  const cards = createCardPlanner(library);
  const fetch = dirs.fetch ?? nobodyThere;
  const plan = createPlan({
    node: "this-node",
    nodes: async () => dirs.nodes ?? [],
    modelsDir,
    places,
    downloadsDir,
    catalog,
    cards,
    images: dirs.images ?? NO_IMAGES,
    hosts,
    uiHome,
    fetch,
    hfCache: join(world.folder, "hub"),
    look: dirs.look ?? (async () => ({ kind: "stopped" })),
    ...services(dirs.hub, dirs.hasToken ?? false),
  });
  return {
    ...world,
    modelsDir,
    downloadsDir,
    cardsDir,
    cards,
    catalog,
    ask: (request) => plan({ ...REQUEST, ...request }, NEVER),
  };
}

const NO_IMAGES: Pick<ImageLibrary, "folder" | "catalogue" | "resolve"> = {
  folder: "/images",
  catalogue: async () => ({ entries: [], bad: [], byId: () => null }),
  resolve: async () => ({ kind: "aborted" }),
};

export function draftOf(outcome: PlanOutcome): JobDraft {
  if (outcome.kind === "refused") throw new Error(`${outcome.field}: ${outcome.failure.message}`);
  if (outcome.kind === "many") throw new Error(`${outcome.drafts.length} jobs: ${outcome.title}`);
  return outcome.draft;
}

export function stepOf(outcome: PlanOutcome): TransferStep {
  const [step] = draftOf(outcome).steps;
  if (step?.kind !== "transfer") throw new Error("no transfer");
  return step;
}

/** `field: code: message` of a refusal, folders by name. */
export function refusalOf({ modelsDir, downloadsDir }: Planner, outcome: PlanOutcome): string {
  if (outcome.kind === "many") return `planned ${outcome.drafts.length}`;
  if (outcome.kind === "planned") return `planned ${outcome.draft.destination}`;
  const { code, message, advice } = outcome.failure;
  expect(advice).toMatch(/\.$/);
  return `${outcome.field}: ${code}: ${message}`
    .replaceAll(modelsDir, "MODELS")
    .replaceAll(downloadsDir, "DOWNLOADS");
}
