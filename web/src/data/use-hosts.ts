/** The instances as the server keeps them. No event tells of them: asked for when jobs change, and now and then. */
import { useQuery } from "@tanstack/react-query";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { useServer } from "./server.tsx";
import { useRefreshOnJobs } from "./use-refresh-on-jobs.ts";

export const HOSTS_QUERY = ["hosts"] as const;

/** What other clients and the command line change shows after this at the latest. */
const LOOK_EVERY_MS = 20_000;

export interface Hosts {
  /** Null until they are known. */
  hosts: readonly HostMessage[] | null;
  error: Error | null;
  retry: () => void;
}

export function useHosts(): Hosts {
  const { client } = useServer();
  useRefreshOnJobs(HOSTS_QUERY);
  const query = useQuery({
    queryKey: HOSTS_QUERY,
    queryFn: ({ signal }) => client.hosts.list(signal),
    refetchInterval: LOOK_EVERY_MS,
    refetchOnWindowFocus: true,
  });
  return { hosts: query.data ?? null, error: query.error, retry: () => void query.refetch() };
}
