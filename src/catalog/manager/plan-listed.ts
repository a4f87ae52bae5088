/** A model of ComfyUI-Manager's list, asked for by the name it has there, or by that of its file. */
import { posix } from "node:path";
import type { Plan, PlanOutcome } from "../../job/catalog-contract.ts";
import { refusePath } from "../../job/file-name.ts";
import type { ModelRoots } from "../model-places/model-places.ts";
import { refuse, type Asked } from "../read-request.ts";
import type { ListedModel } from "./read-manager-list.ts";

/** Null if the list has none of this name. */
export async function planListed(
  { checked: { request }, context, signal }: Asked,
  plan: Plan,
): Promise<PlanOutcome | null> {
  const { called } = await context.listedModels();
  const models = onceEach(called(request.source));
  const [model, another] = models;
  if (model === undefined) return null;
  if (another !== undefined)
    return refuse(
      "source",
      "unsupported",
      `source: ComfyUI-Manager's list has ${models.length} models called ${JSON.stringify(request.source)}`,
      `Give one by its own name or address: ${models.map(({ name }) => JSON.stringify(name)).join(", ")}.`,
    );
  const refusal = refusePath([model.folder, model.filename ?? "x"].join("/"), "its place");
  if (refusal !== null)
    return refuse(
      "source",
      "path_refused",
      `source: ${JSON.stringify(model.name)} of ComfyUI-Manager's list cannot be used: ${refusal}`,
      "Give its address, and a path.",
    );
  const path = request.path ?? (await placeOf(model, context.models));
  return plan({ ...request, source: model.url, path }, signal);
}

/** A file, or the folder of a whole repo. */
async function placeOf({ folder, filename }: ListedModel, models: ModelRoots): Promise<string> {
  return filename === null
    ? `${posix.dirname(models.homeOf(posix.join(folder, "x")))}/`
    : models.placeOf(posix.join(folder, filename));
}

/** The list has some files twice, under several names. */
function onceEach(models: readonly ListedModel[]): ListedModel[] {
  const byPlace = new Map(models.map((model) => [`${model.folder}/${model.filename} ${model.url}`, model]));
  return [...byPlace.values()];
}
