/** Calls about VM images. */
import { z } from "zod";
import { ImageCatalogMessage, ImageListMessage, ImageUpdatesMessage } from "../wire/images.ts";
import type { ImageMessage } from "../wire/images.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

const Success = z.object({ success: z.literal(true) });

export interface ImageCalls {
  /** The catalogue and what is here. */
  list(signal?: AbortSignal): Promise<ImageMessage[]>;
  /** What is wrong with the catalogue and the folder. */
  catalog(signal?: AbortSignal): Promise<z.output<typeof ImageCatalogMessage>>;
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
  ): Promise<z.output<S>> => (await sendRequest(connection, { method, path, answer, signal })).data;
  return {
    list: (signal) => call("GET", "/images", ImageListMessage, signal),
    catalog: (signal) => call("GET", "/images/catalog", ImageCatalogMessage, signal),
    checkUpdates: (signal) => call("POST", "/images/updates", ImageUpdatesMessage, signal),
    remove: async (id, signal) => {
      await call("DELETE", `/images/${encodeURIComponent(id)}`, Success, signal);
    },
  };
}
