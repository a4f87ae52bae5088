/** What people call the places of jobs. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { useServer } from "./server.tsx";
import { useLive } from "./use-live.ts";
import { t } from "../words/words.ts";

export interface PlaceName {
  /** As jobs name it: a node's name or an instance's id. */
  id: string;
  label: string;
}

/** Names of the instances that jobs go to; asked for only where there are such jobs. */
export function usePlaces(): readonly PlaceName[] {
  const { client } = useServer();
  const found = useLive(selectPlaces);
  const hosts = useQuery({
    queryKey: ["hosts"],
    queryFn: ({ signal }) => client.hosts.list(signal),
    enabled: found.some(({ kind }) => kind === "ssh"),
    staleTime: 60_000,
  });
  return useMemo(() => {
    const labels = new Map(hosts.data?.map(({ id, label }) => [id, label]));
    const nodes = found.filter(({ kind }) => kind === "node").length;
    return found.map(({ kind, name }) => ({
      id: name,
      label: kind === "node" && nodes === 1 ? t("This machine") : (labels.get(name) ?? name),
    }));
  }, [found, hosts.data]);
}

type Place = { kind: "node" | "ssh"; name: string };

function selectPlaces(view: LiveView, before: readonly Place[] | null): readonly Place[] {
  const places = new Map<string, Place>();
  for (const { place } of view.jobs.values()) if (!places.has(place.name)) places.set(place.name, place);
  const found = [...places.values()].toSorted((a, b) => (a.kind + a.name < b.kind + b.name ? -1 : 1));
  const same = before?.length === found.length && found.every(({ name }, at) => before[at]?.name === name);
  return same ? before : found;
}
