/** The groups there are: listed once, then as the event stream tells of them. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { GroupMessage } from "../../../src/wire/groups.ts";
import { useServer } from "../data/server.tsx";
import type { Server } from "../data/server.tsx";
import { useLink, useLive } from "../data/use-live.ts";
import { entriesOf, groupIn, toListed } from "./known-groups.ts";
import type { GroupEntry } from "./known-groups.ts";

export const GROUPS_QUERY = ["groups"] as const;
/** Groups that are listed: the newest. Downloads of older ones stand by themselves. */
const MOST_GROUPS = 500;
/** Where no stream comes through. */
const POLL_EVERY_MS = 2_000;

function groupsQuery({ client, live }: Server) {
  return queryOptions({
    queryKey: GROUPS_QUERY,
    queryFn: async ({ signal }) => {
      const told = live.getSnapshot().groups;
      return toListed(await client.groups.list({ limit: MOST_GROUPS }, signal), told);
    },
    staleTime: Infinity,
  });
}

/** Only who has downloads of groups asks for them. */
function needsGroups(view: LiveView): boolean {
  if (view.groups.size > 0) return true;
  for (const job of view.jobs.values()) if (job.groups.length > 0) return true;
  return false;
}

export interface Groups {
  /** The newest first. */
  entries: readonly GroupEntry[];
  /** False while downloads are there whose groups are not known yet. */
  ready: boolean;
}

export function useGroups(): Groups {
  const server = useServer();
  const needed = useLive(needsGroups);
  const { link } = useLink();
  const interval = link === "polling" ? POLL_EVERY_MS : false;
  const { data, isError } = useQuery({
    ...groupsQuery(server),
    enabled: needed,
    refetchInterval: interval,
  });
  useLookAgain(link);
  const listed = data ?? null;
  const entries = useLive(
    useCallback(
      (view: LiveView, before: readonly GroupEntry[] | null) => entriesOf(listed, view.groups, before),
      [listed],
    ),
  );
  return { entries, ready: !needed || listed !== null || isError };
}

/** What was told while no stream came through is not told again. */
function useLookAgain(link: LiveView["link"]): void {
  const queries = useQueryClient();
  const before = useRef(link);
  useEffect(() => {
    const wasLive = before.current === "live" || before.current === "connecting";
    before.current = link;
    if (link === "live" && !wasLive) void queries.invalidateQueries({ queryKey: GROUPS_QUERY });
  }, [link, queries]);
}

/** One group as it is; whoever asks is drawn again when this very one moves. */
export function useGroup(id: string): GroupMessage | null {
  const { data } = useQuery({ ...groupsQuery(useServer()), enabled: false });
  const listed = data ?? null;
  return useLive(useCallback((view: LiveView) => groupIn(listed, view.groups, id), [listed, id]));
}
