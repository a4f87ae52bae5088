/** Holding files against their hashes, from any component: there is one run of a page. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { Client } from "../../../src/client/create-client.ts";
import { MODELS_QUERY } from "../models/models-query.ts";
import { useServer } from "../data/server.tsx";
import { FILES_QUERY } from "./files-query.ts";
import type { VerifyView } from "./verify-run.ts";
import { VerifyRun } from "./verify-run.ts";

const runs = new WeakMap<Client, VerifyRun>();

export function useVerifyRun(): VerifyRun {
  const { client } = useServer();
  let run = runs.get(client);
  if (run === undefined) {
    run = new VerifyRun(client.files);
    runs.set(client, run);
  }
  return run;
}

export function useVerifyView(): VerifyView {
  const run = useVerifyRun();
  return useSyncExternalStore(run.subscribe, run.getSnapshot);
}

/** Part of the view; drawn again only when that part is another. */
export function useVerifyPart<T>(select: (view: VerifyView) => T): T {
  const run = useVerifyRun();
  return useSyncExternalStore(
    run.subscribe,
    useCallback(() => select(run.getSnapshot()), [run, select]),
  );
}

/** What is shown of files and models is asked for anew after each file. */
export function useRefreshOnVerified(): void {
  const queries = useQueryClient();
  const done = useVerifyPart(countResults);
  useEffect(() => {
    if (done === 0) return;
    void queries.invalidateQueries({ queryKey: FILES_QUERY });
    void queries.invalidateQueries({ queryKey: MODELS_QUERY });
  }, [queries, done]);
}

const countResults = ({ results }: VerifyView): number => results.size;
