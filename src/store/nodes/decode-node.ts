import type { Labels, Node, NodeLoad } from "../../job/node-contract.ts";
import { NODE_AWAY_MS } from "../../job/node-contract.ts";
import { decode } from "../decode-job.ts";
import type { NodeRow } from "../schema.ts";

/** @param space as the node wrote it; null: it has said nothing yet */
export function decodeNode(row: NodeRow, load: NodeLoad, now: number, space: string | null = null): Node {
  return {
    name: row.name,
    kind: row.kind,
    version: row.version,
    address: row.address,
    labels: decode<Labels>(row.labels, `'labels' of node ${row.name}`, isPlain),
    folders: decode<Node["folders"]>(row.folders, `'folders' of node ${row.name}`, isPlain),
    run: row.run,
    shareAddress: row.share_address,
    startedAt: row.started_at,
    heartbeatAt: row.left_at ?? row.heartbeat_at,
    isAway: isAway(row, now),
    drainingSince: row.draining_since,
    isDrained: row.drained_at !== null,
    load,
    space: space === null ? {} : decode<Node["space"]>(space, `the space of node ${row.name}`, isPlain),
  };
}

function isAway({ left_at, heartbeat_at }: NodeRow, now: number): boolean {
  return left_at !== null || heartbeat_at < now - NODE_AWAY_MS;
}

function isPlain(value: object): boolean {
  return !Array.isArray(value);
}
