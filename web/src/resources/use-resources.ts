/** The cards of the server's folder: what is saved there counts at once, so it is asked now and then. */
import { useQuery } from "@tanstack/react-query";
import { useServer } from "../data/server.tsx";
import { toQuery } from "./resource-filter.ts";
import type { ResourceFilter } from "./resource-filter.ts";

/** People edit cards in an editor and look at the page beside it. */
const LOOK_EVERY_MS = 15_000;

const fresh = { refetchInterval: LOOK_EVERY_MS, refetchOnWindowFocus: true } as const;

export function useResources(filter: ResourceFilter) {
  const { client } = useServer();
  const query = toQuery(filter);
  return useQuery({
    queryKey: ["resources", "list", query],
    queryFn: ({ signal }) => client.cards.list(query, signal),
    // While the next word is typed, what was found before stays.
    placeholderData: (before) => before,
    ...fresh,
  });
}

/** What the cards can be filtered by. */
export function useResourceWords() {
  const { client } = useServer();
  return useQuery({
    queryKey: ["resources", "words"],
    queryFn: ({ signal }) => client.cards.words(signal),
    ...fresh,
  });
}

export function resourceQuery(client: ReturnType<typeof useServer>["client"], filepath: string) {
  return {
    queryKey: ["resources", "one", filepath],
    queryFn: ({ signal }: { signal: AbortSignal }) => client.cards.get(filepath, signal),
    retry: false,
  } as const;
}

export function useResource(filepath: string) {
  const { client } = useServer();
  return useQuery({ ...resourceQuery(client, filepath), ...fresh });
}
