/** What is known of the machines that share the queue, and which one a job waits for. Pure. */
import type { HostId } from "./host.ts";
import { hasLabels } from "./labels.ts";
import type { Labels, Node } from "./node-contract.ts";
import type { Place } from "./job.ts";

interface Machine {
  name: string;
  /** `draining`: it takes up nothing new, as a person wants. */
  state: "ready" | "draining" | "away";
  /** Since when it is so; of one that is ready: since its start. Epoch milliseconds. */
  since: number;
}

export interface Machines {
  /** By name; empty: nothing is known yet. */
  nodes: ReadonlyMap<string, Machine>;
  /** Instances whose jobs none of those that are ready may run, and the labels these ask for. */
  unserved: ReadonlyMap<HostId, Labels>;
}

export const NO_MACHINES: Machines = { nodes: new Map(), unserved: new Map() };

/** What a job waits for, where that is a machine. */
export type AwaitedMachine =
  /** The one whose disk it is for. Null: nobody has ever heard of it. */
  | { state: "away" | "draining"; name: string; since: number | null }
  /** One that is ready and has these labels; none of them: any that is ready. */
  | { state: "missing"; needs: Labels };

/** @param here the machine that looks: it is there */
export function machinesOf(
  nodes: readonly Node[],
  needs: ReadonlyMap<HostId, Labels>,
  here: string,
): Machines {
  const all = nodes.map((node) => toMachine(node, here));
  const ready = nodes.filter((_, index) => all[index]?.state === "ready");
  const unserved = [...needs].filter(([, wanted]) => !ready.some(({ labels }) => hasLabels(labels, wanted)));
  return { nodes: new Map(all.map((machine) => [machine.name, machine])), unserved: new Map(unserved) };
}

function toMachine({ name, isAway, heartbeatAt, drainingSince, startedAt }: Node, here: string): Machine {
  if (isAway && name !== here) return { name, state: "away", since: heartbeatAt };
  if (drainingSince !== null) return { name, state: "draining", since: drainingSince };
  return { name, state: "ready", since: startedAt };
}

/** Null: none, or it is not known yet. */
export function awaitedMachine(place: Place, { nodes, unserved }: Machines): AwaitedMachine | null {
  if (nodes.size === 0) return null;
  if (place.kind === "ssh") {
    const needs = unserved.get(place.hostId) ?? (isReadyAny(nodes) ? null : {});
    return needs === null ? null : { state: "missing", needs };
  }
  const machine = nodes.get(place.name);
  if (machine === undefined) return { state: "away", name: place.name, since: null };
  const { name, state, since } = machine;
  return state === "ready" ? null : { state, name, since };
}

function isReadyAny(nodes: Machines["nodes"]): boolean {
  return [...nodes.values()].some(({ state }) => state === "ready");
}
