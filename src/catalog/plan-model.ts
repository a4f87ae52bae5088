/** A model of the catalogue, asked for as `set/model`, or by its id alone where only one set has it. */
import { basename, dirname, posix } from "node:path";
import type { Model, ModelCatalogue, PlanOutcome, Refusal } from "../job/catalog-contract.ts";
import { CatalogueError } from "../job/catalog-contract.ts";
import type { Checksum } from "../job/job.ts";
import { atEndpoint } from "./hugging-face/read-address.ts";
import {
  refuse,
  refuseOwnFolder,
  type Asked,
  type CheckedRequest,
  type PlanContext,
} from "./read-request.ts";

/** Null if the source names no entry of the catalogue. */
export async function planModel({ checked, site, context }: Asked): Promise<PlanOutcome | null> {
  const found = await findModel(checked.request.source, context);
  if (found === null || "kind" in found) return found;
  const destination =
    site.place.kind === "node" && site.folders === undefined
      ? found.destination
      : await placeAway(found, context);
  if (typeof destination !== "string") return destination;
  const folder = dirname(destination);
  const name = basename(destination);
  const refusal = refuseDisagreement(checked, found) ?? refuseOwnFolder(folder, name, context);
  if (refusal !== null) return refusal;
  const { request, mirrors, checksum } = checked;
  const url = atEndpoint(found.url, context.huggingFace.endpoint);
  return {
    kind: "planned",
    notes: context.models.problems,
    draft: {
      source: { kind: "model", setId: found.setId, modelId: found.modelId },
      place: site.place,
      steps: [
        {
          kind: "transfer",
          url,
          mirrors: mirrors.filter((mirror) => mirror !== url),
          folder,
          name,
          size: found.size ?? request.size,
          checksum: checksumOf(found) ?? checksum,
          headers: request.headers,
          // A file of that name in the models folder is most likely this model, whole or begun by an old system.
          ifExists: request.replace ? "replace" : "adopt",
        },
      ],
      name,
      destination,
      priority: request.priority,
      limitBytesPerSecond: request.limitBytesPerSecond,
      after: request.after,
      ...(found.afterRun === undefined ? {} : { afterRun: found.afterRun }),
    },
  };
}

/** The same place below the models folder there. */
async function placeAway(model: Model, { models }: PlanContext): Promise<string | Refusal> {
  const { path } = model;
  if (path.startsWith("/"))
    return refuse(
      "to",
      "path_refused",
      `to: the entry of the model names a place on this machine: ${JSON.stringify(path)}`,
      "Give its address and a path, or write the path of the entry relative to the models folder.",
    );
  const name = basename(model.destination);
  const below = path.replaceAll("\\", "/").replace(/^models\//, "");
  const isFile = basename(below) === name && !below.endsWith("/");
  return models.placeOf(isFile ? below : posix.join(below, name));
}

function checksumOf({ sha256 }: Model): Checksum | null {
  return sha256 === null ? null : { algorithm: "sha256", hex: sha256, origin: "model entry" };
}

interface Names {
  /** `set/model`. */
  byName: ReadonlyMap<string, Model>;
  byId: ReadonlyMap<string, readonly Model[]>;
}

/** Of a catalogue that is asked for many models they are gathered once. */
const gathered = new WeakMap<readonly Model[], Names>();

function namesOf(models: readonly Model[]): Names {
  const known = gathered.get(models);
  if (known !== undefined) return known;
  // Of two entries of one name the first counts.
  const byName = new Map(models.toReversed().map((model) => [`${model.setId}/${model.modelId}`, model]));
  const names: Names = { byName, byId: Map.groupBy(models, ({ modelId }) => modelId) };
  gathered.set(models, names);
  return names;
}

async function findModel(source: string, { catalog }: PlanContext): Promise<Model | Refusal | null> {
  let catalogue: ModelCatalogue;
  try {
    catalogue = await catalog.read();
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return refuse("source", "unsupported", error.message, "Mend the file; nothing of it is used until then.");
  }
  const { models, bad } = catalogue;
  const { byName, byId } = namesOf(models);
  const exact = byName.get(source);
  if (exact !== undefined) return exact;
  const named = byId.get(source) ?? [];
  const [only] = named;
  // The same file in several sets is one file, whichever set is meant.
  if (named.some(({ destination }) => destination !== only?.destination))
    return refuse(
      "source",
      "unsupported",
      `source: several sets have a model ${JSON.stringify(source)}`,
      `Say which: ${named.map(({ setId, modelId }) => `${setId}/${modelId}`).join(", ")}.`,
    );
  if (only !== undefined) return only;
  const broken = bad.find(
    ({ setId, modelId }) => modelId !== null && (modelId === source || `${setId}/${modelId}` === source),
  );
  if (broken === undefined) return null;
  return refuse(
    "source",
    "unsupported",
    `The entry ${broken.setId}/${broken.modelId} of the model catalogue cannot be used: ${broken.reason}`,
    "Correct the entry.",
  );
}

/** What a request says about the file must not differ from what its entry says. */
function refuseDisagreement({ request, checksum }: CheckedRequest, model: Model): Refusal | null {
  if (request.path !== null)
    return refuse(
      "path",
      "path_refused",
      `path must not be given for a model: its entry says ${JSON.stringify(model.path)}`,
      "Leave the path out, or change the entry.",
    );
  if (checksum !== null && model.sha256 !== null && checksum.hex !== model.sha256)
    return refuse(
      "sha256",
      "checksum_mismatch",
      "sha256 is not the one of the model's entry",
      "Leave it out, or correct the entry.",
    );
  if (request.size !== null && model.size !== null && request.size !== model.size)
    return refuse(
      "size",
      "size_mismatch",
      `size is not the one of the model's entry, ${model.size} bytes`,
      "Leave it out, or correct the entry.",
    );
  return null;
}
