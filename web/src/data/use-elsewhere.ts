/** What the machine of a job is called, where that is not the one the page is served from. */
import { useQuery } from "@tanstack/react-query";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { t } from "../words/words.ts";
import { useServer } from "./server.tsx";

/** Of a new instance or machine we are told; names change seldom. */
const KEPT_MS = 60_000;

/** Null for this machine, and until it is known. */
export function useElsewhere({ kind, name }: JobMessage["place"]): string | null {
  const { client } = useServer();
  const host = useQuery({
    queryKey: ["hosts"],
    queryFn: ({ signal }) => client.hosts.list(signal),
    enabled: kind === "ssh",
    staleTime: KEPT_MS,
    select: (hosts) => hosts.find(({ id }) => id === name)?.label ?? t("An instance that was removed"),
  });
  const node = useQuery({
    queryKey: ["nodes"],
    queryFn: ({ signal }) => client.nodes.list(signal),
    enabled: kind === "node",
    staleTime: KEPT_MS,
    select: (nodes) => (nodes.some((each) => each.is_this && each.name === name) ? null : name),
  });
  return (kind === "ssh" ? host.data : node.data) ?? null;
}
