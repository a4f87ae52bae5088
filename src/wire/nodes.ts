/** The machines of an installation. */
import { z } from "zod";
import type { Node } from "../job/node-contract.ts";
import { NODE_KINDS } from "../job/node-contract.ts";

export const NodeMessage = z
  .object({
    /** Jobs for its own disk are tied to it. */
    name: z.string(),
    /** `serve`: page, API and runner; `worker`: a runner alone. */
    kind: z.enum(NODE_KINDS),
    /** Of the program it runs. */
    version: z.string(),
    /** Where other machines reach its server; null: they do not. */
    address: z.string().nullable(),
    /** Where it gives files to the others of its site; null: it gives none. An older server tells of none. */
    share_address: z.string().nullable().default(null),
    labels: z.record(z.string(), z.string()),
    /** What is on its own disk, by what it is for. */
    folders: z.record(z.string(), z.string()),
    /** Bytes free there, by the same names; as it last said. */
    free_bytes: z.record(z.string(), z.number()).default({}),
    started_at: z.iso.datetime(),
    /** When it was last heard of. */
    heartbeat_at: z.iso.datetime(),
    /** `away`: not heard of for ten seconds, or stopped; `draining`: takes up nothing new; `drained`: has nothing left at work. */
    state: z.enum(["alive", "draining", "drained", "away"]),
    /** A person wants it to take up nothing new, since then. */
    draining_since: z.iso.datetime().nullable(),
    /** Jobs it has at work, on its disk and on instances. */
    running: z.int(),
    /** Jobs for its disk that wait for their turn. */
    waiting: z.int(),
    /** The one that answers. */
    is_this: z.boolean(),
  })
  .meta({ id: "Node" });
export type NodeMessage = z.infer<typeof NodeMessage>;

export const NodeListMessage = z.object({ nodes: z.array(NodeMessage) }).meta({ id: "NodeList" });

/** More than a year is a mistake. */
const MAX_TIMEOUT_S = 366 * 24 * 3_600;

export const DrainRequest = z
  .object({
    /** False: it takes jobs up again. */
    drain: z.boolean().default(true),
    /** After so many seconds it stops what it has at work, too; partial files are kept. Left out: it may finish. */
    timeout_seconds: z.int().min(0).max(MAX_TIMEOUT_S).nullable().default(null),
  })
  .meta({ id: "DrainRequest" });
export type DrainRequest = z.input<typeof DrainRequest>;

export function toNodeMessage(node: Node, here: string): NodeMessage {
  const time = (at: number): string => new Date(at).toISOString();
  return {
    name: node.name,
    kind: node.kind,
    version: node.version,
    address: node.address,
    share_address: node.shareAddress ?? null,
    labels: { ...node.labels },
    folders: { ...node.folders },
    free_bytes: { ...node.space },
    started_at: time(node.startedAt),
    heartbeat_at: time(node.heartbeatAt),
    state: stateOf(node),
    draining_since: node.drainingSince === null ? null : time(node.drainingSince),
    running: node.load.running,
    waiting: node.load.waiting,
    is_this: node.name === here,
  };
}

function stateOf({ isAway, isDrained, drainingSince }: Node): NodeMessage["state"] {
  if (isAway) return "away";
  if (isDrained) return "drained";
  return drainingSince === null ? "alive" : "draining";
}
