/** Calls about VM images. */
import { z } from "zod";
import {
  ImageCatalogMessage,
  ImageListMessage,
  ImageStartedMessage,
  ImageUpdatesMessage,
} from "../wire/images.ts";
import type { ImageImportRequest, ImageMessage } from "../wire/images.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

const Success = z.object({ success: z.literal(true) });

type ImageStarted = z.output<typeof ImageStartedMessage>;

export interface ImageCalls {
  /** The catalogue and what is here. */
  list(signal?: AbortSignal): Promise<ImageMessage[]>;
  /** What is wrong with the catalogue and the folder. */
  catalog(signal?: AbortSignal): Promise<z.output<typeof ImageCatalogMessage>>;
  /** The newest build of an image of the catalogue; what failed is tried again. */
  download(id: string, signal?: AbortSignal): Promise<ImageStarted>;
  /** An image of no catalogue. */
  importFrom(request: z.input<typeof ImageImportRequest>, signal?: AbortSignal): Promise<ImageStarted>;
  /** Asks the publishers of the images that are here; may take a while. */
  checkUpdates(signal?: AbortSignal): Promise<z.output<typeof ImageUpdatesMessage>>;
  /** Stops its download first, if there is one. */
  remove(id: string, signal?: AbortSignal): Promise<void>;
}

export function imageCalls(connection: Connection): ImageCalls {
  const call = async <S extends z.ZodType>(
    method: Call<S>["method"],
    path: string,
    answer: S,
    signal: AbortSignal | undefined,
    body?: unknown,
  ): Promise<z.output<S>> => (await sendRequest(connection, { method, path, answer, signal, body })).data;
  const pathOf = (id: string): string => `/images/${encodeURIComponent(id)}`;
  return {
    list: (signal) => call("GET", "/images", ImageListMessage, signal),
    catalog: (signal) => call("GET", "/images/catalog", ImageCatalogMessage, signal),
    checkUpdates: (signal) => call("POST", "/images/updates", ImageUpdatesMessage, signal),
    download: (id, signal) => call("POST", `${pathOf(id)}/download`, ImageStartedMessage, signal),
    importFrom: (request, signal) => call("POST", "/images/import", ImageStartedMessage, signal, request),
    remove: async (id, signal) => {
      await call("DELETE", pathOf(id), Success, signal);
    },
  };
}
