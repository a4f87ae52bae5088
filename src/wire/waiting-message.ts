/** Why a job does not run, as the outside sees it. */
import { z } from "zod";
import type { JobStateKind } from "../job/job-state.ts";
import type { Job, Place } from "../job/job.ts";
import { awaitedMachine } from "../job/machines.ts";
import type { AwaitedMachine, Machines } from "../job/machines.ts";
import { WAIT_REASONS, waitingOf } from "../job/waiting.ts";
import type { Hours, WaitFacts } from "../job/waiting.ts";
import type { JobMessage, Status } from "./job-message.ts";

export const WaitingMessage = z.object({
  /**
   * `turn`: as many run there as may, or others go first. `after`: `job` has to end. `retry`: its next try is `until`.
   * `window`: downloads may not run at this hour. `no_space`: the disk is full. `person`: paused. `host_key`: a person
   * has to say whether the instance is the right one. `machine`: see `machine`.
   * `site`: `job`, of `node`, fetches the file for all of the site; then it is fetched from there.
   */
  why: z.enum(WAIT_REASONS),
  /** When that is over by itself, where it can be told. */
  until: z.iso.datetime().nullable(),
  /** Only of `after` and `site`. */
  job: z.uuid().nullable(),
  /**
   * Only of `machine`, as are the next ones. `away`, `draining`: `node`, whose disk it is for, is not there, or takes up
   * nothing new; `missing`: no machine is ready that has the labels `needs`, which its instance asks for.
   */
  machine: z.enum(["away", "draining", "missing"]).optional(),
  node: z.string().optional(),
  /** Only of `site`, whose `node` is the machine that fetches the file. */
  site: z.string().optional(),
  /** Left out where nobody ever heard of `node`. */
  since: z.iso.datetime().optional(),
  needs: z.record(z.string(), z.string()).optional(),
});
export type WaitingMessage = z.infer<typeof WaitingMessage>;

/** What holds at the moment a job is told of. */
export interface Moment {
  /** When downloads to this machine may run. */
  hours: Hours;
  now: number;
  machines: Machines;
}

const KIND_OF = {
  PENDING: "pending",
  RUNNING: "running",
  PAUSED: "paused",
  HOST_VERIFICATION_NEEDED: "blocked",
  COMPLETE: "complete",
  FAILED: "failed",
  CANCELLED: "cancelled",
} as const satisfies Record<Status, JobStateKind>;

export function toWaiting(
  { state, place, waitsFor, runsNow, sharing }: Job,
  { hours, now, machines }: Moment,
): WaitingMessage | null {
  const facts = {
    kind: state.kind,
    paused: state.kind === "paused" ? state.why : null,
    waitsFor,
    shared:
      sharing === undefined || sharing.waitsForNode === null
        ? null
        : { node: sharing.waitsForNode, site: sharing.site },
    machine: awaitedMachine(place, machines),
    retryAt: state.kind === "pending" && state.lastFailure !== null ? state.notBefore : null,
    hours: place.kind === "ssh" || runsNow ? null : hours,
  };
  return waitingMessageOf(facts, now);
}

function waitingMessageOf(facts: WaitFacts, now: number): WaitingMessage | null {
  const waiting = waitingOf(facts, now);
  if (waiting === null) return null;
  const until = "until" in waiting && waiting.until !== null ? new Date(waiting.until).toISOString() : null;
  const told = { why: waiting.why, until, job: "job" in waiting ? waiting.job : null };
  if (waiting.why === "site") return { ...told, node: waiting.node, site: waiting.site };
  return waiting.why === "machine" ? { ...told, ...toMachineFields(waiting.machine) } : told;
}

function toMachineFields(
  machine: AwaitedMachine,
): Pick<WaitingMessage, "machine" | "node" | "since" | "needs"> {
  const { state } = machine;
  if (state === "missing") return { machine: state, needs: { ...machine.needs } };
  const since = machine.since === null ? {} : { since: new Date(machine.since).toISOString() };
  return { machine: state, node: machine.name, ...since };
}

/** The same at another moment: hours begin and end, and machines come and go, without a word of the job. */
export function waitingAt(
  job: JobMessage,
  { hours, now, machines }: Omit<Moment, "machines"> & { machines: Machines | null },
): WaitingMessage | null {
  const { status, place, paused, waiting, retry_at: retryAt, run_now: runsNow } = job;
  const at: Place =
    place.kind === "node" ? { kind: "node", name: place.name } : { kind: "ssh", hostId: place.name };
  const facts = {
    kind: KIND_OF[status],
    paused: paused?.why ?? null,
    waitsFor: waiting?.job ?? null,
    shared:
      waiting?.node === undefined || waiting.site === undefined
        ? null
        : { node: waiting.node, site: waiting.site },
    machine: machines === null ? asTold(waiting) : awaitedMachine(at, machines),
    retryAt: retryAt === null ? null : Date.parse(retryAt),
    hours: place.kind === "ssh" || runsNow ? null : hours,
  };
  return waitingMessageOf(facts, now);
}

/** A server that does not tell of machines tells of them with each job. */
function asTold(waiting: WaitingMessage | null): AwaitedMachine | null {
  if (waiting?.why !== "machine") return null;
  const { machine = "away", node = "", since, needs = {} } = waiting;
  if (machine === "missing") return { state: machine, needs };
  return { state: machine, name: node, since: since === undefined ? null : Date.parse(since) };
}

/** Machines as the event stream tells of them. */
export const MachinesEvent = z.object({
  nodes: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["ready", "draining", "away"]),
      since: z.iso.datetime(),
    }),
  ),
  /** Instances whose jobs no machine that is ready may run: by what labels they ask for. */
  unserved: z.array(z.object({ host: z.uuid(), needs: z.record(z.string(), z.string()) })),
});
export type MachinesEvent = z.infer<typeof MachinesEvent>;

export function toMachinesEvent({ nodes, unserved }: Machines): MachinesEvent {
  return {
    nodes: [...nodes.values()].map(({ since, ...node }) => ({
      ...node,
      since: new Date(since).toISOString(),
    })),
    unserved: [...unserved].map(([host, needs]) => ({ host, needs: { ...needs } })),
  };
}

export function fromMachinesEvent({ nodes, unserved }: MachinesEvent): Machines {
  return {
    nodes: new Map(nodes.map((node) => [node.name, { ...node, since: Date.parse(node.since) }])),
    unserved: new Map(unserved.map(({ host, needs }) => [host, needs])),
  };
}
