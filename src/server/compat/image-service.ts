/** Old system A: `POST /limiquantix.storage.v1.ImageService/{Method}`, Connect-style JSON (CONTRACT §5 A). */
import type { z } from "zod";
import {
  DeleteImageAnswer,
  DeleteImageRequest,
  DownloadImageRequest,
  GetCatalogDownloadStatusAnswer,
  GetCatalogDownloadStatusRequest,
  GetImageCatalogAnswer,
  GetImageCatalogRequest,
  GetImportStatusAnswer,
  GetImportStatusRequest,
  ImageStartedAnswer,
  ImportImageRequest,
  ListImagesAnswer,
  ListImagesRequest,
} from "../../wire/image-service.ts";
import type { App } from "../app.ts";
import type { ImageRow } from "../images/image-rows.ts";
import type { ImageShelf } from "../images/image-shelf.ts";
import { readChecksum } from "../images/read-checksum.ts";
import { removeImage } from "../images/remove-image.ts";
import { startImage, startImport } from "../images/start-image.ts";
import { isOfImage, toImageJobMessage } from "../images/translate-image.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { requestSignal } from "../request-signal.ts";
import { connectErrors } from "../routes/describe.ts";
import { toCatalogEntry, toServiceImage } from "./translate-service-image.ts";

const SERVICE = "/limiquantix.storage.v1.ImageService";
/** Where a client says nothing of it. */
const PAGE_SIZE = 100;

type Parts = Pick<ServerParts, "engine" | "images" | "plan">;

export function serveImageService(app: App, parts: Parts, shelf: ImageShelf): void {
  serveCatalogue(app, shelf);
  serveDownloads(app, parts, shelf);
  serveStatus(app, parts, shelf);
  serveList(app, parts, shelf);
}

interface Method<Body extends z.ZodType, Answer extends z.ZodType> {
  name: string;
  summary: string;
  body: Body;
  answer: Answer;
  errors?: Parameters<typeof connectErrors>;
  call(body: z.output<Body>, signal: AbortSignal): Promise<z.output<Answer>>;
}

function serve<Body extends z.ZodType, Answer extends z.ZodType>(
  app: App,
  method: Method<Body, Answer>,
): void {
  const { name, summary, body, answer, errors = [] } = method;
  app.route({
    method: "POST",
    url: `${SERVICE}/${name}`,
    config: { connect: true },
    preValidation: async (request: { body: unknown }) => {
      request.body = withCamelCase(request.body);
    },
    schema: {
      tags: ["old image service"],
      operationId: `imageService${name}`,
      summary,
      body,
      response: { 200: answer.describe("The answer."), ...connectErrors(400, 413, 415, ...errors) },
    },
    handler: async (request, reply) =>
      method.call(request.body as z.output<Body>, requestSignal(request, reply)),
  });
}

/** In, either case will do: `catalog_id` is `catalogId`. An empty body is an empty message. */
function withCamelCase(body: unknown): unknown {
  if (body === undefined || body === null) return {};
  if (typeof body !== "object" || Array.isArray(body)) return body;
  const entries = Object.entries(body).map(([name, value]): [string, unknown] => [
    name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries);
}

function serveCatalogue(app: App, shelf: ImageShelf): void {
  serve(app, {
    name: "GetImageCatalog",
    summary: "The images of the catalogue",
    body: GetImageCatalogRequest,
    answer: GetImageCatalogAnswer,
    errors: [422],
    call: async ({ osFamily }) => {
      const view = await shelf.catalogue();
      if (view.kind === "broken") throw new RequestError("file_broken", `${view.error.message}.`);
      const entries = view.catalogue.entries.filter(({ os }) => isOfFamily(os.family, osFamily));
      return { images: entries.map(toCatalogEntry) };
    },
  });
}

function serveDownloads(app: App, parts: Parts, shelf: ImageShelf): void {
  const { node } = parts.engine;
  const started = async (jobId: string, imageId: string): Promise<z.output<typeof ImageStartedAnswer>> => ({
    jobId,
    image: toServiceImage(await shelf.row(imageId), node),
  });
  serve(app, {
    name: "DownloadImage",
    summary: "Download an image of the catalogue",
    body: DownloadImageRequest,
    answer: ImageStartedAnswer,
    errors: [404, 409, 422, 503],
    call: async ({ catalogId, name }, signal) => {
      const { id } = await startImage(
        catalogId,
        name == null || name === "" ? null : name,
        parts,
        shelf,
        signal,
      );
      return started(id, catalogId);
    },
  });
  serve(app, {
    name: "ImportImage",
    summary: "Download an image from an address",
    body: ImportImageRequest,
    answer: ImageStartedAnswer,
    errors: [409],
    call: async ({ name, url, checksum, checksumType }) => {
      const hash = readChecksum(checksum, checksumType === "" ? null : checksumType);
      const job = await startImport({ name, url, checksum: hash }, parts, shelf);
      return started(job.id, isOfImage(job) ? job.source.imageId : job.name);
    },
  });
  serve(app, {
    name: "DeleteImage",
    summary: "Delete an image, or stop its download",
    body: DeleteImageRequest,
    answer: DeleteImageAnswer,
    errors: [404, 409],
    call: async ({ id }) => {
      await removeImage(id, parts, shelf);
      return {};
    },
  });
}

function serveStatus(app: App, { engine }: Parts, shelf: ImageShelf): void {
  serve(app, {
    name: "GetImportStatus",
    summary: "How far a download is",
    body: GetImportStatusRequest,
    answer: GetImportStatusAnswer,
    errors: [404],
    call: async ({ jobId }) => {
      const job = await engine.get(jobId.toLowerCase());
      if (job === null || !isOfImage(job))
        throw new RequestError("not_found", "There is no job with this jobId.", "jobId");
      const { status, ...message } = toImageJobMessage(job);
      return {
        jobId: job.id,
        imageId: message.image_id,
        status: status === "VERIFYING" ? ("DOWNLOADING" as const) : status,
        progressPercent: message.progress_percent ?? 0,
        bytesDownloaded: String(message.bytes_downloaded),
        bytesTotal: String(message.bytes_total ?? 0),
        errorMessage: message.error_message ?? "",
      };
    },
  });
  serve(app, {
    name: "GetCatalogDownloadStatus",
    summary: "Which images of the catalogue are here, or on their way",
    body: GetCatalogDownloadStatusRequest,
    answer: GetCatalogDownloadStatusAnswer,
    call: async ({ catalogIds }) => {
      const rows = new Map((await shelf.rows()).map((row) => [row.id, row]));
      const wanted =
        catalogIds.length > 0
          ? catalogIds
          : [...rows.values()].flatMap(({ id, entry }) => (entry?.id === id ? [id] : []));
      return {
        statuses: wanted.map((catalogId) =>
          toDownloadStatus(catalogId, rows.get(catalogId) ?? null, engine.node),
        ),
      };
    },
  });
}

type DownloadStatus = z.output<typeof GetCatalogDownloadStatusAnswer>["statuses"][number];

function toDownloadStatus(catalogId: string, row: ImageRow | null, node: string): DownloadStatus {
  const image = row === null ? null : toServiceImage(row, node);
  const phase = image?.status.phase ?? "UNKNOWN";
  return {
    catalogId,
    status: DOWNLOAD_STATUS[phase],
    imageId: phase === "UNKNOWN" ? "" : catalogId,
    storagePoolId: "",
    progressPercent: image?.status.progressPercent ?? 0,
    errorMessage: image?.status.errorMessage ?? "",
  };
}

const DOWNLOAD_STATUS = {
  UNKNOWN: "NOT_DOWNLOADED",
  PENDING: "DOWNLOADING",
  DOWNLOADING: "DOWNLOADING",
  READY: "READY",
  ERROR: "ERROR",
} as const;

function serveList(app: App, { engine }: Parts, shelf: ImageShelf): void {
  serve(app, {
    name: "ListImages",
    summary: "The images that are here, or on their way",
    body: ListImagesRequest,
    answer: ListImagesAnswer,
    call: async ({ osFamily, pageSize, pageToken }) => {
      const from = readToken(pageToken);
      const size = pageSize == null || pageSize === 0 ? PAGE_SIZE : pageSize;
      const rows = (await shelf.rows()).filter(
        ({ phase, entry }) => phase !== "NOT_DOWNLOADED" && isOfFamily(entry?.os.family ?? "", osFamily),
      );
      const page = rows.slice(from, from + size);
      return {
        images: page.map((row) => toServiceImage(row, engine.node)),
        nextPageToken: from + size < rows.length ? String(from + size) : "",
        totalCount: rows.length,
      };
    },
  });
}

function readToken(token: string | null | undefined): number {
  if (token == null || token === "") return 0;
  if (/^\d{1,9}$/.test(token)) return Number(token);
  throw new RequestError("bad_request", "pageToken must be the nextPageToken of a page before.", "pageToken");
}

/** Families were an enumeration: `LINUX`; none given means all. */
function isOfFamily(family: string, wanted: string | null | undefined): boolean {
  const word = (wanted ?? "").toLowerCase().replace(/^(?:os_family_)/, "");
  return word === "" || word === "unknown" || word === "unspecified" || family.toLowerCase() === word;
}
