/** VM images (CONTRACT §5 A): what there is, downloads, imports, updates. */
import type { Job } from "../../job/job.ts";
import {
  ImageCatalogMessage,
  ImageImportRequest,
  ImageJobMessage,
  ImageJobPath,
  ImageListMessage,
  ImagePath,
  ImageStartedMessage,
  ImageUpdatesMessage,
} from "../../wire/images.ts";
import type { App } from "../app.ts";
import { removeImage } from "../images/remove-image.ts";
import { readChecksum } from "../images/read-checksum.ts";
import { startImage, startImport } from "../images/start-image.ts";
import { isOfImage, toImageJobMessage, toImageMessage } from "../images/translate-image.ts";
import type { ImageShelf } from "../images/image-shelf.ts";
import type { ServerParts } from "../parts.ts";
import { redactText } from "../../job/redact.ts";
import { requestSignal } from "../request-signal.ts";
import { errors, SUCCESS } from "./describe.ts";
import { noSuchJob } from "./refusals.ts";

const tags = ["images"];

type Parts = Pick<ServerParts, "engine" | "images" | "plan" | "settings">;

export function serveImages(app: App, parts: Parts, shelf: ImageShelf): void {
  serveLists(app, parts, shelf);
  serveStarting(app, parts, shelf);
  serveOne(app, parts, shelf);
  serveUpdates(app, parts, shelf);
}

function serveLists(app: App, { images, settings }: Parts, shelf: ImageShelf): void {
  app.route({
    method: "GET",
    url: "/images",
    schema: {
      tags,
      operationId: "listImages",
      summary: "The images of the catalogue and those that are here, in one list",
      description:
        "An entry of the catalogue stands for its newest build. Older builds, imports and other files of the images folder have rows of their own; their id is their path in it.",
      response: { 200: ImageListMessage.describe("In the order of the catalogue, then the files.") },
    },
    handler: async () => (await shelf.rows()).map(toImageMessage),
  });

  app.route({
    method: "GET",
    url: "/images/catalog",
    schema: {
      tags,
      operationId: "checkImageCatalog",
      summary: "What is wrong with the catalogue of images and with the images folder",
      response: { 200: ImageCatalogMessage.describe("Empty lists: nothing.") },
    },
    handler: async () => {
      const view = await shelf.catalogue();
      const { troubles } = await shelf.files();
      const catalogue = view.kind === "read" ? view.catalogue : null;
      return {
        images: catalogue?.entries.length ?? 0,
        images_dir: images.folder,
        file: settings.imageCatalogFile,
        keep_builds: settings.keepImages,
        error: view.kind === "broken" ? view.error.message : null,
        bad: (catalogue?.bad ?? []).map(({ id, field, reason }) => ({
          id,
          field: redactText(field),
          reason: redactText(reason),
        })),
        troubles: [...troubles],
      };
    },
  });
}

function serveStarting(app: App, parts: Parts, shelf: ImageShelf): void {
  const started = async (job: Job): Promise<{ job_id: string; image: ReturnType<typeof toImageMessage> }> => {
    const imageId = job.source.kind === "image" ? job.source.imageId : "";
    return { job_id: job.id, image: toImageMessage(await shelf.row(imageId)) };
  };

  app.route({
    method: "POST",
    url: "/images/:id/download",
    schema: {
      tags,
      operationId: "downloadImage",
      summary: "Download an image of the catalogue: its newest build",
      description:
        "One that failed is tried again. Where a newer build is published than the one here, that one comes.",
      params: ImagePath,
      response: {
        200: ImageStartedMessage.describe("It was started."),
        ...errors(400, 404, 409, 422, 429, 503),
      },
    },
    handler: async (request, reply) =>
      started(await startImage(request.params.id, null, parts, shelf, requestSignal(request, reply))),
  });

  app.route({
    method: "POST",
    url: "/images/import",
    schema: {
      tags,
      operationId: "importImage",
      summary: "Download an image from an address",
      body: ImageImportRequest,
      response: { 200: ImageStartedMessage.describe("It was started."), ...errors(400, 409, 413, 415) },
    },
    handler: async ({ body }) => {
      const checksum = readChecksum(body.checksum, body.checksum_type);
      return started(await startImport({ name: body.name, url: body.url, checksum }, parts, shelf));
    },
  });
}

function serveOne(app: App, parts: Parts, shelf: ImageShelf): void {
  app.route({
    method: "GET",
    url: "/images/jobs/:job_id",
    schema: {
      tags,
      operationId: "getImageJob",
      summary: "How far the download of an image is",
      params: ImageJobPath,
      response: { 200: ImageJobMessage.describe("The job."), ...errors(400, 404) },
    },
    handler: async ({ params }) => {
      const job = await parts.engine.get(params.job_id);
      if (job === null || !isOfImage(job)) throw noSuchJob();
      return toImageJobMessage(job);
    },
  });

  app.route({
    method: "DELETE",
    url: "/images/:id",
    schema: {
      tags,
      operationId: "deleteImage",
      summary: "Delete an image, or stop its download",
      description: "Older builds of it stay: they have ids of their own.",
      params: ImagePath,
      response: { 200: SUCCESS.describe("It is gone."), ...errors(400, 404, 409, 422) },
    },
    handler: async ({ params }) => {
      await removeImage(params.id, parts, shelf);
      return { success: true as const };
    },
  });
}

function serveUpdates(app: App, { images }: Parts, shelf: ImageShelf): void {
  app.route({
    method: "POST",
    url: "/images/updates",
    schema: {
      tags,
      operationId: "checkImageUpdates",
      summary: "Ask the publishers of the images that are here for newer builds",
      description: "It is done now and then anyway; `update` of an image says what was found.",
      response: { 200: ImageUpdatesMessage.describe("What was found."), ...errors(415) },
    },
    handler: async (request, reply) => {
      const failed = await images.checkUpdates(requestSignal(request, reply));
      const updates = (await shelf.rows()).flatMap(({ id, update }) =>
        update === null ? [] : [{ id, ...update }],
      );
      return {
        updates,
        failed: failed.map(({ imageId, failure }) => ({
          id: imageId,
          code: failure.code,
          message: redactText(failure.message),
        })),
      };
    },
  });
}
