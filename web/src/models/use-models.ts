/** The catalogue from the server, looked at again when a download's state changes. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { ModelListMessage, ModelMessage } from "../../../src/wire/models.ts";
import { useServer } from "../data/server.tsx";
import { keyOf } from "../data/create-asked.ts";
import { useAsked } from "../data/use-asked.ts";
import { useLive } from "../data/use-live.ts";
import { useRefreshOnJobs } from "../data/use-refresh-on-jobs.ts";
import { modelKey } from "./model-filter.ts";
import { MODELS_QUERY } from "./models-query.ts";
import { jobsByDestination, modelState, wantedModel } from "./model-state.ts";
import type { ModelState } from "./model-state.ts";

/** While only the catalogue's file or the disk may change behind our back. */
const LOOK_EVERY_MS = 30_000;

export interface Models {
  list: ModelListMessage;
  /** When the disk was looked at, epoch milliseconds. */
  lookedAt: number;
}

export function useModels(): { models: Models | null; error: Error | null; retry: () => void } {
  const { client } = useServer();
  const query = useQuery({
    queryKey: MODELS_QUERY,
    queryFn: ({ signal }) => client.models.list(signal),
    refetchInterval: LOOK_EVERY_MS,
    refetchOnWindowFocus: true,
  });
  useRefreshOnJobs(MODELS_QUERY);
  const models = query.data === undefined ? null : { list: query.data, lookedAt: query.dataUpdatedAt };
  return { models, error: query.error, retry: () => void query.refetch() };
}

/** The download of a model's file, if there is one. */
export function useModelJob(destination: string): JobMessage | null {
  return useLive(useCallback((view: LiveView) => indexOf(view).get(destination) ?? null, [destination]));
}

/** The kind of state of every model, by key. The same map until one of them changes. */
export function useModelKinds({ list, lookedAt }: Models): ReadonlyMap<string, ModelState["kind"]> {
  const asked = useAsked();
  return useLive(
    useCallback(
      (view: LiveView, before: ReadonlyMap<string, ModelState["kind"]> | null) => {
        const index = indexOf(view);
        const kindOf = (model: ModelMessage) =>
          modelState(
            model,
            index.get(model.destination) ?? null,
            lookedAt,
            asked.has(keyOf(wantedModel(model))),
          ).kind;
        const kinds = new Map(list.models.map((model) => [modelKey(model), kindOf(model)]));
        const same =
          before?.size === kinds.size && [...kinds].every(([key, kind]) => before.get(key) === kind);
        return same ? before : kinds;
      },
      [list, lookedAt, asked],
    ),
  );
}

/** Every row asks for its job in the same map: indexed once. */
const indexes = new WeakMap<LiveView["jobs"], ReadonlyMap<string, JobMessage>>();

function indexOf({ jobs }: LiveView): ReadonlyMap<string, JobMessage> {
  let index = indexes.get(jobs);
  if (index === undefined) {
    index = jobsByDestination(jobs.values());
    indexes.set(jobs, index);
  }
  return index;
}
