import { useQueryClient } from "@tanstack/react-query";
import type { QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { useServer } from "./server.tsx";

/** Several jobs may end at once: the server is asked when they have. */
const SETTLE_MS = 250;

/** Another text whenever something changed that matters. The same function from render to render. */
type ChangesOf = (view: LiveView) => string;

/**
 * Asks again for what no event carries, whenever a job came, went or changed its state: any job, or those that matter.
 *
 * @param queryKey the same array from render to render
 */
export function useRefreshOnJobs(queryKey: QueryKey, changesOf: ChangesOf = changesOfAll): void {
  const { live } = useServer();
  const queries = useQueryClient();
  useEffect(() => {
    let known = changesOf(live.getSnapshot());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = live.subscribe(() => {
      const now = changesOf(live.getSnapshot());
      if (now === known) return;
      known = now;
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey }), SETTLE_MS);
    });
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [live, queries, queryKey, changesOf]);
}

/** Another text whenever a job came, went, or changed its state, and when the server is back. */
function changesOfAll(view: LiveView): string {
  let latest = "";
  for (const { updated_at } of view.jobs.values()) if (updated_at > latest) latest = updated_at;
  return `${view.link === "away" ? "away" : "here"} ${view.jobs.size} ${latest}`;
}
