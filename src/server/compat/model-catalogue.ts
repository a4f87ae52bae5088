/** Old system B: the model catalogue, read and edited (CONTRACT §5 B). */
import { access } from "node:fs/promises";
import { z } from "zod";
import type { CatalogueEdit } from "../../job/catalog-contract.ts";
import { redactUrl } from "../../job/redact.ts";
import { AddModelRequest, DeleteModelRequest, EditModelRequest } from "../../wire/models.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { compatErrors } from "../routes/describe.ts";
import { orBroken, readableCatalogue, setNames } from "./read-catalogue.ts";

const tags = ["old model downloader"];
const config = { compat: true };

type Parts = Pick<ServerParts, "catalog" | "settings">;

const EditDone = z.object({ status: z.string(), model_id: z.string() });
const Reloaded = z.object({ status: z.literal("success"), message: z.string() });
const DebugAnswer = z.object({
  config_file_path: z.string(),
  config_file_exists: z.boolean(),
  model_sets: z.array(z.string()),
  total_models: z.number().int(),
  model_sets_detail: z.record(z.string(), z.object({ name: z.string(), models: z.array(z.string()) })),
});

export function serveModelCatalogue(app: App, parts: Parts): void {
  serveReading(app, parts);
  serveLooking(app, parts);
  serveEdits(app, parts);
}

function serveReading(app: App, { catalog }: Parts): void {
  app.route({
    method: "GET",
    url: "/get_model_configs",
    config,
    schema: {
      tags,
      operationId: "getModelConfigs",
      summary: "The catalogue file as it is, without secrets in URLs",
      response: { 200: z.record(z.string(), z.unknown()).describe("The file."), ...compatErrors(422) },
    },
    handler: async () => redactUrls((await readableCatalogue(catalog)).raw) as Record<string, unknown>,
  });

  app.route({
    method: "POST",
    url: "/reload_config",
    config,
    schema: {
      tags,
      operationId: "reloadConfig",
      summary: "Check the catalogue file; it is read anew for every question anyway",
      response: { 200: Reloaded.describe("It can be read."), ...compatErrors(415, 422) },
    },
    handler: async () => {
      const { models, bad } = await readableCatalogue(catalog);
      const unusable = bad.length === 0 ? "" : `, ${bad.length} more cannot be used`;
      return { status: "success" as const, message: `The catalogue has ${models.length} models${unusable}.` };
    },
  });
}

function serveLooking(app: App, { catalog, settings }: Parts): void {
  app.route({
    method: "GET",
    url: "/debug_config",
    config,
    schema: {
      tags,
      operationId: "debugConfig",
      summary: "Where the catalogue file is and what was found in it",
      response: { 200: DebugAnswer.describe("What was found."), ...compatErrors(422) },
    },
    handler: async () => {
      const { raw, models } = await readableCatalogue(catalog);
      const names = setNames(raw);
      return {
        config_file_path: settings.catalogFile,
        config_file_exists: await access(settings.catalogFile).then(
          () => true,
          () => false,
        ),
        model_sets: [...names.keys()],
        total_models: models.length,
        model_sets_detail: Object.fromEntries(
          [...names].map(([id, name]) => [
            id,
            { name, models: models.filter(({ setId }) => setId === id).map(({ modelId }) => modelId) },
          ]),
        ),
      };
    },
  });
}

function serveEdits(app: App, { catalog }: Parts): void {
  serveEdit(app, {
    url: "/add_model",
    operationId: "addModel",
    summary: "Add a model to a set, or to a new one",
    status: "added",
    body: AddModelRequest,
    apply: ({ model_set, model_name, model_info, new_group, new_group_name }) =>
      catalog.add({
        setId: model_set,
        modelName: model_name,
        info: model_info,
        newSetName: new_group === true ? (new_group_name ?? model_set) : null,
      }),
  });
  serveEdit(app, {
    url: "/edit_model",
    operationId: "editModel",
    summary: "Change a model's entry; one found in another set moves to the set named",
    status: "edited",
    body: EditModelRequest,
    apply: ({ model_set, model_id, model_info }) =>
      catalog.edit({ setId: model_set, modelId: model_id, info: model_info }),
  });
  serveEdit(app, {
    url: "/delete_model",
    operationId: "deleteModel",
    summary: "Delete a model's entry; its file stays",
    status: "deleted",
    body: DeleteModelRequest,
    apply: ({ model_set, model_id }) => catalog.remove({ setId: model_set, modelId: model_id }),
  });
}

interface Edit<Body extends z.ZodType> {
  url: string;
  operationId: string;
  summary: string;
  /** The old system's word for having done it. */
  status: string;
  body: Body;
  apply(body: z.output<Body>): Promise<CatalogueEdit>;
}

function serveEdit<Body extends z.ZodType>(app: App, edit: Edit<Body>): void {
  const { url, operationId, summary, status, body } = edit;
  app.route({
    method: "POST",
    url,
    config,
    schema: {
      tags,
      operationId,
      summary,
      body,
      response: { 200: EditDone.describe("It is done."), ...compatErrors(400, 404, 409, 413, 415, 422) },
    },
    handler: async (request) => {
      const outcome = await orBroken(edit.apply(request.body as z.output<Body>));
      return { status, model_id: doneOrRefused(outcome) };
    },
  });
}

function doneOrRefused(edit: CatalogueEdit): string {
  switch (edit.kind) {
    case "done":
      return edit.modelId;
    case "invalid":
      throw new RequestError("bad_request", edit.message, fieldOf(edit.message));
    case "not_found":
      throw new RequestError("not_found", edit.message);
    case "conflict":
      throw new RequestError("conflict", edit.message);
    default:
      throw edit satisfies never;
  }
}

/** The catalogue's sentences begin with the field at fault. */
function fieldOf(message: string): string | null {
  return /^[a-z][a-z0-9_.]*(?= )/.exec(message)?.[0] ?? null;
}

/** The same value with the secrets taken out of every URL in it. */
function redactUrls(value: unknown): unknown {
  if (typeof value === "string") return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? redactUrl(value) : value;
  if (Array.isArray(value)) return value.map(redactUrls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactUrls(inner)]));
}
