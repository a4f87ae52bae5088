import type { ChangeOutcome, EnsureOutcome, HostChange, HostRefusal } from "../../job/host-contract.ts";
import type { Host, HostChoices, HostId } from "../../job/host.ts";
import type { HostsParts } from "./create-hosts.ts";

/**
 * The host a connection string leads to. One that is kept already learns what the string says more than what is
 * known of it (another key, say), and the choices that are given.
 */
export async function ensureHost(
  text: string,
  choices: Partial<HostChoices>,
  parts: HostsParts,
): Promise<EnsureOutcome> {
  const { store, instances, clock } = parts;
  const read = instances.readConnection(text);
  if (read.kind === "refused") return refuseConnection(read.reason);
  const { address, notes } = read;
  const outcome = await store.hosts.insert({ ...address, ...choices }, clock.now());
  if (outcome.kind === "inserted") return { kind: "host", host: outcome.host, created: true, notes };
  const host = await learn(outcome.host, address.connection, choices, parts);
  return { kind: "host", host, created: false, notes };
}

async function learn(
  host: Host,
  given: string,
  choices: Partial<HostChoices>,
  { store, instances, clock }: HostsParts,
): Promise<Host> {
  const { connection } = instances.mergeConnections(host.connection, given);
  const updated = await store.hosts.update(host.id, { connection, ...choices }, clock.now());
  // Unknown: removed at this very moment. Whoever works with it next is told.
  return updated.kind === "updated" ? updated.host : host;
}

/** What a person changes of a host. With another connection the keys stay trusted: it is said to be the same host. */
export async function changeHost(
  id: HostId,
  { connection, ...choices }: HostChange,
  { store, instances, clock }: HostsParts,
): Promise<ChangeOutcome> {
  const read = connection === undefined ? null : instances.readConnection(connection);
  if (read?.kind === "refused") return refuseConnection(read.reason);
  const updated = await store.hosts.update(id, { ...read?.address, ...choices }, clock.now());
  if (updated.kind !== "updated") return updated;
  return { kind: "changed", host: updated.host, notes: read?.notes ?? [] };
}

/** As the routes call the field. */
export function refuseConnection(reason: string): HostRefusal {
  return {
    kind: "refused",
    field: "ssh_connection",
    reason: `ssh_connection is not one that Haulyard takes: ${reason}.`,
  };
}
