/** What people call a place: the label of an instance, the name of a machine. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useServer } from "./server.tsx";
import { usePlaces } from "./use-places.ts";

type Place = JobMessage["place"];

export function usePlaceNames(): (place: Place) => string {
  const { client } = useServer();
  const { data: hosts } = useQuery({
    queryKey: ["hosts"],
    queryFn: ({ signal }) => client.hosts.list(signal),
    staleTime: 60_000,
  });
  const places = usePlaces();
  const labels = useMemo(
    () =>
      new Map([
        ...(hosts ?? []).map(({ id, label }) => [id, label] as const),
        ...places.map(({ id, label }) => [id, label] as const),
      ]),
    [hosts, places],
  );
  return useCallback(({ name }) => labels.get(name) ?? name, [labels]);
}
