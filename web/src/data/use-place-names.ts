/** What people call a place: the label of an instance, the name of a machine. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { t } from "../words/words.ts";
import { useServer } from "./server.tsx";

type Place = JobMessage["place"];
const KEPT_MS = 60_000;

/** The same function as long as nothing is called otherwise. */
export function usePlaceNames(): (place: Place) => string {
  const { client } = useServer();
  const hosts = useQuery({
    queryKey: ["hosts"],
    queryFn: ({ signal }) => client.hosts.list(signal),
    staleTime: KEPT_MS,
  }).data;
  const nodes = useQuery({
    queryKey: ["nodes"],
    queryFn: ({ signal }) => client.nodes.list(signal),
    staleTime: KEPT_MS,
  }).data;
  return useCallback(
    ({ kind, name }) => {
      if (kind === "ssh") return hosts?.find(({ id }) => id === name)?.label ?? name;
      return nodes?.some((node) => node.is_this && node.name === name) === true ? t("This machine") : name;
    },
    [hosts, nodes],
  );
}
