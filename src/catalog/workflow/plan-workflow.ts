/** A ComfyUI workflow, pasted or read from a file or a picture: a plan for each model it needs and lacks. */
import { readdir } from "node:fs/promises";
import { posix } from "node:path";
import type { Model, Plan, PlanOutcome, Skipped } from "../../job/catalog-contract.ts";
import { CatalogueError } from "../../job/catalog-contract.ts";
import { refusePath } from "../../job/file-name.ts";
import type { Part } from "../join-plans.ts";
import { joinPlans, planParts, withChecksum } from "../join-plans.ts";
import { DiskMemory } from "../disk-memory.ts";
import { kindOf } from "../model-places/model-places.ts";
import type { ListedModels } from "../manager/manager-list.ts";
import type { ListedModel } from "../manager/read-manager-list.ts";
import { refuse, refuseForMany, refusePatterns, type Asked } from "../read-request.ts";
import { readWorkflowSource } from "./read-workflow-source.ts";
import type { NeededModel, Workflow } from "./workflow-model.ts";

/** Null if the source is no workflow. */
export async function planWorkflow(asked: Asked, plan: Plan): Promise<PlanOutcome | null> {
  const { checked } = asked;
  const reading = readWorkflowSource(checked.request.source);
  if (reading === null) return null;
  if (reading.kind === "other")
    return refuse(
      "source",
      "unsupported",
      `source: no ComfyUI workflow can be read from it: ${reading.reason}`,
      "Save the workflow in ComfyUI, or take a picture that was made with it.",
    );
  const wrong = refuseForMany(checked) ?? refusePatterns(checked.request);
  return wrong ?? planNeeded(reading, asked, plan);
}

async function planNeeded(workflow: Workflow, asked: Asked, plan: Plan): Promise<PlanOutcome> {
  const known = await readKnown(asked);
  const skipped: Skipped[] = [...workflow.skipped];
  const parts: Part[] = [];
  let here = 0;
  for (const model of workflow.models) {
    const way = await findWay(model, known, asked);
    if (way.kind === "here") here += 1;
    else if (way.kind === "lost") skipped.push(lostModel(model, way.reason));
    else parts.push({ where: wordsOf(model), plan: () => planModel(model, way, asked, plan) });
  }
  const joined = joinPlans(await planParts(parts));
  const notes = [...known.notes, ...(here === 0 ? [] : [hereNote(here)]), ...joined.notes];
  skipped.push(...joined.skipped);
  if (joined.drafts.length === 0) return nothingToDo(workflow, here, skipped);
  const { length } = workflow.models;
  const title = `A workflow of ${length} ${length === 1 ? "model" : "models"}`;
  return { kind: "many", title, drafts: joined.drafts, skipped, notes };
}

function hereNote(count: number): string {
  return count === 1
    ? "One model the workflow names is here already."
    : `${count} models the workflow names are here already.`;
}

function nothingToDo(workflow: Workflow, here: number, skipped: readonly Skipped[]): PlanOutcome {
  const [first] = skipped;
  if (first !== undefined) {
    const words = `source: none of the models of the workflow that are missing can be fetched: ${first.what}: ${first.reason}`;
    return {
      ...refuse("source", "unsupported", words, "Add their addresses to the model catalogue."),
      skipped,
    };
  }
  if (workflow.models.length === 0)
    return refuse(
      "source",
      "unsupported",
      "source: the workflow needs no model files",
      "There is nothing to fetch for it.",
    );
  const words = `source: every model of the workflow is here already (${here})`;
  return refuse("source", "destination_exists", words, "There is nothing to fetch for it.");
}

/** Where a model is to be had. */
type Way =
  | { kind: "address"; url: string; folder: string }
  | { kind: "entry"; model: Model }
  | { kind: "here" }
  | { kind: "lost"; reason: string };

async function findWay(needed: NeededModel, known: Known, asked: Asked): Promise<Way> {
  const { name, folder, url } = needed;
  const { models, listed } = known;
  const refusal = refusePath(folder === null ? name : posix.join(folder, name), "its place");
  if (refusal !== null) return { kind: "lost", reason: refusal };
  if (url !== null && folder !== null) return { kind: "address", url, folder };
  const entry = models.get(posix.basename(name))?.find(({ path }) => isAt(path, needed));
  if (entry !== undefined) return { kind: "entry", model: entry };
  if (await isHere(needed, asked, known)) return { kind: "here" };
  const [only, another] = findListed(needed, listed);
  if (only !== undefined && another === undefined)
    return { kind: "address", url: only.url, folder: folder ?? only.folder };
  if (url !== null) return { kind: "lost", reason: "the workflow does not say which folder it belongs to" };
  const reason =
    another === undefined
      ? "the workflow does not say where it is to be had, and the model catalogue does not know it"
      : "the workflow does not say where it is to be had, and ComfyUI-Manager knows several of this name";
  return { kind: "lost", reason };
}

/** Different files of this name that ComfyUI-Manager knows for the folder. */
function findListed({ name, folder }: NeededModel, listed: ListedModels): ListedModel[] {
  const fitting = listed
    .called(posix.basename(name))
    .filter((model) => model.filename !== null && (folder === null || isBelow(model.folder, folder)));
  return [...new Map(fitting.map((model) => [model.url, model])).values()];
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** @param path of an entry: below the models folder */
function isAt(path: string, { name, folder }: NeededModel): boolean {
  if (folder === null) return posix.basename(path) === posix.basename(name);
  return withKind(path) === withKind(posix.join(folder, name));
}

/** Folders of one kind are the same to ComfyUI. */
function withKind(path: string): string {
  const [first = "", ...rest] = path.split("/");
  return [kindOf(first), ...rest].join("/");
}

/** Without a folder, in that of any kind. */
async function isHere(
  { name, folder }: NeededModel,
  { context }: Asked,
  { kinds, memory }: Known,
): Promise<boolean> {
  for (const kind of folder === null ? kinds : [folder])
    if ((await context.models.find(posix.join(kind, name), memory)) !== null) return true;
  return false;
}

async function planModel(
  { name, checksum }: NeededModel,
  way: Extract<Way, { kind: "address" | "entry" }>,
  { checked: { request }, context, signal }: Asked,
  plan: Plan,
): Promise<PlanOutcome> {
  if (way.kind === "entry")
    return plan({ ...request, source: `${way.model.setId}/${way.model.modelId}` }, signal);
  const below = posix.join(way.folder, name);
  const path = request.path === null ? await context.models.placeOf(below) : posix.join(request.path, below);
  const sha256 = checksum?.algorithm === "sha256" ? checksum.hex : null;
  const outcome = await plan({ ...request, source: way.url, path, sha256 }, signal);
  return sha256 === null ? withChecksum(outcome, checksum) : outcome;
}

function lostModel(model: NeededModel, reason: string): Skipped {
  return { what: wordsOf(model), reason, file: posix.basename(model.name) };
}

function wordsOf({ name, folder, by }: NeededModel): string {
  return `${folder === null ? name : `${folder}/${name}`} for ${by}`;
}

/** Where models are looked up that the workflow only names. */
interface Known {
  /** Of the catalogue, by the name of the file. */
  models: ReadonlyMap<string, readonly Model[]>;
  listed: ListedModels;
  notes: readonly string[];
  /** Kinds of models that there are folders for. */
  kinds: readonly string[];
  memory: DiskMemory;
}

async function readKnown({ context, signal }: Asked): Promise<Known> {
  const unseen = (await context.models.open?.(signal)) ?? [];
  const kinds = context.models.kinds(await readdir(context.models.folder).catch(() => []));
  const rest = { kinds, memory: new DiskMemory() };
  const listed = await context.listedModels();
  const notes = [...context.models.problems, ...unseen, ...(listed.problem === null ? [] : [listed.problem])];
  try {
    return { models: byName((await context.catalog.read()).models), listed, notes, ...rest };
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return {
      models: new Map(),
      listed,
      ...rest,
      notes: [...notes, `The model catalogue was not looked at: ${error.message}`],
    };
  }
}

function byName(models: readonly Model[]): Map<string, Model[]> {
  const named = new Map<string, Model[]>();
  for (const model of models) {
    const name = posix.basename(model.path);
    const others = named.get(name);
    if (others === undefined) named.set(name, [model]);
    else others.push(model);
  }
  return named;
}
