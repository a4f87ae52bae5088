/** The places something can be put: this machine, the other machines of the queue, the instances. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { SITE_LABEL } from "../../../src/job/sharing/sharing-contract.ts";
import { useServer } from "../data/server.tsx";
import { t } from "../words/words.ts";

export interface PlaceChoice {
  /** As `to` of a request names it. */
  to: string;
  label: string;
  /** Id of the instance; null: a machine of the queue. */
  host: string | null;
  isHere: boolean;
  /** Why it may take a while there; null: nothing is known of that. */
  note: string | null;
  /** Machines of one site may fetch files once for all of them; null: it is of none. */
  site: string | null;
  /** It gives files to others of its site. */
  givesFiles: boolean;
}

const KEPT_MS = 60_000;

/** This machine first; empty until they are known. */
export function usePlaceChoices(): readonly PlaceChoice[] {
  const { client } = useServer();
  const hosts = useQuery({ queryKey: ["hosts"], queryFn: ({ signal }) => client.hosts.list(signal) });
  const nodes = useQuery({
    queryKey: ["nodes"],
    queryFn: ({ signal }) => client.nodes.list(signal),
    staleTime: KEPT_MS,
  });
  return useMemo(() => {
    if (nodes.data === undefined || hosts.data === undefined) return [];
    const machines = nodes.data
      .toSorted((a, b) => Number(b.is_this) - Number(a.is_this))
      .map(({ name, is_this, state, labels, share_address }): PlaceChoice => ({
        to: `node:${name}`,
        label: is_this ? t("This machine") : name,
        host: null,
        isHere: is_this,
        note: state === "away" ? t("away: it waits until it is back") : null,
        site: labels[SITE_LABEL] ?? null,
        givesFiles: share_address !== null,
      }));
    const instances = hosts.data.map(({ id, label, connection, question }): PlaceChoice => ({
      to: id,
      label: label === "" ? connection : label,
      host: id,
      isHere: false,
      note: question === null ? null : t("its key has to be accepted first"),
      site: null,
      givesFiles: false,
    }));
    return [...machines, ...instances];
  }, [nodes.data, hosts.data]);
}
