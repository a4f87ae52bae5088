/** The model catalogue with the state of every file, for the page. */
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isSameContent, stampOf } from "../../job/file-stamp.ts";
import type { FileStamp } from "../../job/file-stamp.ts";
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

type Parts = Pick<ServerParts, "engine" | "catalog" | "places" | "settings" | "files">;

export function serveModels(app: App, { engine, catalog, places, settings, files }: Parts): void {
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
            toModelMessage(
              model,
              names.get(model.setId),
              await engine.findByDestination(model.destination),
              files,
            ),
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
  files: Parts["files"],
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
    ...(await lookAt(model, job, files)),
    job_id: job?.id ?? null,
  };
}

/** What is on the disk, told cheaply: nothing is hashed and no server is asked. */
async function lookAt(
  { destination, size }: Model,
  job: Job | null,
  files: Parts["files"],
): Promise<Pick<ModelMessage, "state" | "bytes" | "check">> {
  const file = await stampAt(destination);
  if (file !== null) {
    // A file that is shorter than the entry says, or that a download still adopts, is not whole.
    const unfinished = (size !== null && file.size < size) || (job !== null && !isEnded(job.state));
    const state = unfinished ? "partial" : "present";
    return { state, bytes: file.size, check: unfinished ? null : await checkOf(destination, file, files) };
  }
  if ((await stampAt(`${destination}.part`)) === null) return { state: "absent", bytes: 0, check: null };
  // The partial file may have holes: the job knows how much of it came.
  return { state: "partial", bytes: job?.progress.bytesDone ?? 0, check: null };
}

/** What came of holding these very bytes against their hash. */
async function checkOf(
  path: string,
  stamp: FileStamp,
  files: Parts["files"],
): Promise<ModelMessage["check"]> {
  const record = await files.recordOf({ folder: dirname(path), name: basename(path) });
  if (record === null || record.check === null || !isSameContent(record, stamp)) return null;
  return { verdict: record.check.verdict, at: new Date(record.check.at).toISOString() };
}

async function stampAt(path: string): Promise<FileStamp | null> {
  try {
    const found = await stat(path, { bigint: true });
    return found.isFile() ? stampOf(found) : null;
  } catch {
    return null;
  }
}
