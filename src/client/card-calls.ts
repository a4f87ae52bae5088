/** Calls about resource cards. */
import type { z } from "zod";
import {
  ResourceEcosystemsMessage,
  ResourceFolderMessage,
  ResourceGetMessage,
  ResourceTagsMessage,
  ResourceTypesMessage,
} from "../wire/resources.ts";
import type { ResourceDetailMessage, ResourceListQuery } from "../wire/resources.ts";
import { sendRequest } from "./send-request.ts";
import type { Connection } from "./send-request.ts";

/** Words the cards use, each once: what they can be filtered by. */
export interface CardWords {
  types: string[];
  ecosystems: string[];
  tags: string[];
}

export interface CardCalls {
  /** The cards that fit, and the files that are no usable cards. */
  list(query: ResourceListQuery, signal?: AbortSignal): Promise<z.output<typeof ResourceFolderMessage>>;
  get(filepath: string, signal?: AbortSignal): Promise<ResourceDetailMessage>;
  words(signal?: AbortSignal): Promise<CardWords>;
}

export function cardCalls(connection: Connection): CardCalls {
  const get = async <S extends z.ZodType>(
    path: string,
    answer: S,
    signal: AbortSignal | undefined,
    query: ResourceListQuery = {},
  ): Promise<z.output<S>> =>
    (await sendRequest(connection, { method: "GET", path, answer, query: { ...query }, signal })).data;
  return {
    list: (query, signal) => get("/resources/list", ResourceFolderMessage, signal, query),
    get: async (filepath, signal) =>
      (await get(`/resources/get/${encodeURIComponent(filepath)}`, ResourceGetMessage, signal)).resource,
    words: async (signal) => {
      const [{ types }, { ecosystems }, { tags }] = await Promise.all([
        get("/resources/types", ResourceTypesMessage, signal),
        get("/resources/ecosystems", ResourceEcosystemsMessage, signal),
        get("/resources/tags", ResourceTagsMessage, signal),
      ]);
      return { types, ecosystems, tags };
    },
  };
}
