/** The model catalogue with the state of every file, for the page. */
import { stat } from "node:fs/promises";
import { isEnded } from "../../job/job-state.ts";
import type { Model } from "../../job/catalog-contract.ts";
import type { Job } from "../../job/job.ts";
import { redactUrl } from "../../job/redact.ts";
import { ModelListMessage } from "../../wire/models.ts";
import type { ModelMessage } from "../../wire/models.ts";
import type { App } from "../app.ts";
import { setNames, readableCatalogue } from "../compat/read-catalogue.ts";
import type { ServerParts } from "../parts.ts";
import { errors } from "./describe.ts";

type Parts = Pick<ServerParts, "engine" | "catalog" | "places" | "settings">;

export function serveModels(app: App, { engine, catalog, places, settings }: Parts): void {
  app.route({
    method: "GET",
    url: "/models",
    schema: {
      tags: ["models"],
      operationId: "listModels",
      summary: "The models of the catalogue, and which of them are here",
      response: { 200: ModelListMessage.describe("The catalogue."), ...errors(422) },
    },
    handler: async () => {
      const { raw, models, bad } = await readableCatalogue(catalog);
      const names = setNames(raw);
      return {
        models: await Promise.all(
          models.map(async (model) =>
            toModelMessage(model, names.get(model.setId), await engine.findByDestination(model.destination)),
          ),
        ),
        sets: [...names].map(([id, name]) => ({ id, name })),
        bad: bad.map(({ setId, modelId, reason }) => ({ set_id: setId, model_id: modelId, reason })),
        models_dir: settings.modelsDir,
        extra_dirs: (await places()).extra.map(({ folder }) => folder),
        file: settings.catalogFile,
      };
    },
  });
}

async function toModelMessage(
  model: Model,
  setName: string | undefined,
  job: Job | null,
): Promise<ModelMessage> {
  return {
    set_id: model.setId,
    set_name: setName ?? model.setId,
    model_id: model.modelId,
    name: model.name,
    description: model.description,
    url: redactUrl(model.url),
    path: model.path,
    destination: model.destination,
    sha256: model.sha256,
    size: model.size,
    ...(await lookAt(model, job)),
    job_id: job?.id ?? null,
  };
}

/** What is on the disk, told cheaply: nothing is hashed and no server is asked. */
async function lookAt(
  { destination, size }: Model,
  job: Job | null,
): Promise<Pick<ModelMessage, "state" | "bytes">> {
  const file = await sizeOf(destination);
  if (file !== null) {
    // A file that is shorter than the entry says, or that a download still adopts, is not whole.
    const unfinished = (size !== null && file < size) || (job !== null && !isEnded(job.state));
    return { state: unfinished ? "partial" : "present", bytes: file };
  }
  if ((await sizeOf(`${destination}.part`)) === null) return { state: "absent", bytes: 0 };
  // The partial file may have holes: the job knows how much of it came.
  return { state: "partial", bytes: job?.progress.bytesDone ?? 0 };
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}
