/** The catalogue from the server, looked at again when a download's state changes. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { ModelListMessage, ModelMessage } from "../../../src/wire/models.ts";
import { useServer } from "../data/server.tsx";
import { useLive } from "../data/use-live.ts";
import { modelKey } from "./model-filter.ts";
import { jobsByDestination, modelState } from "./model-state.ts";
import type { ModelState } from "./model-state.ts";

export const MODELS_QUERY = ["models"] as const;

/** Several downloads may end at once: the disk is looked at when they have. */
const SETTLE_MS = 250;
/** While only the catalogue's file or the disk may change behind our back. */
const LOOK_EVERY_MS = 30_000;

export interface Models {
  list: ModelListMessage;
  /** When the disk was looked at, epoch milliseconds. */
  lookedAt: number;
}

export function useModels(): { models: Models | null; error: Error | null; retry: () => void } {
  const { client, live } = useServer();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: MODELS_QUERY,
    queryFn: ({ signal }) => client.models.list(signal),
    refetchInterval: LOOK_EVERY_MS,
    refetchOnWindowFocus: true,
  });
  useEffect(() => {
    let known = changesOf(live.getSnapshot());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = live.subscribe(() => {
      const now = changesOf(live.getSnapshot());
      if (now === known) return;
      known = now;
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: MODELS_QUERY }), SETTLE_MS);
    });
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [live, queries]);

  const models = query.data === undefined ? null : { list: query.data, lookedAt: query.dataUpdatedAt };
  return { models, error: query.error, retry: () => void query.refetch() };
}

/** Another text whenever a job came, went, or changed its state, and when the server is back. */
function changesOf(view: LiveView): string {
  let latest = "";
  for (const { updated_at } of view.jobs.values()) if (updated_at > latest) latest = updated_at;
  return `${view.link === "away" ? "away" : "here"} ${view.jobs.size} ${latest}`;
}

/** The download of a model's file, if there is one. */
export function useModelJob(destination: string): JobMessage | null {
  return useLive(useCallback((view: LiveView) => indexOf(view).get(destination) ?? null, [destination]));
}

/** The kind of state of every model, by key. The same map until one of them changes. */
export function useModelKinds({ list, lookedAt }: Models): ReadonlyMap<string, ModelState["kind"]> {
  return useLive(
    useCallback(
      (view: LiveView, before: ReadonlyMap<string, ModelState["kind"]> | null) => {
        const index = indexOf(view);
        const kindOf = (model: ModelMessage) =>
          modelState(model, index.get(model.destination) ?? null, lookedAt).kind;
        const kinds = new Map(list.models.map((model) => [modelKey(model), kindOf(model)]));
        const same =
          before?.size === kinds.size && [...kinds].every(([key, kind]) => before.get(key) === kind);
        return same ? before : kinds;
      },
      [list, lookedAt],
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
