/** The machines that share a store, and what is known of each. On one machine there is one. */

import type { JobId } from "./job.ts";

/** `serve`: page, API and runner. `worker`: a runner alone. */
export const NODE_KINDS = ["serve", "worker"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** Without a word for this long a node is away. */
export const NODE_AWAY_MS = 10_000;

/**
 * Its token opens the others for this long after it was last heard of: clients whose server fails or is stopped for a
 * while go on at the next one; a token that was given up with its machine does not open anything for ever.
 */
export const NODE_TOKEN_MS = 15 * 60_000;

/** `site=ams` and the like: what tells nodes apart where jobs ask for it. */
export type Labels = Readonly<Record<string, string>>;

/** What a node says of itself when it starts. */
export interface NodeDraft {
  /** Jobs for its own disk are tied to it: no two have the same, and it stays the same for ever. */
  name: string;
  kind: NodeKind;
  /** Of the program. */
  version: string;
  /** Where other nodes reach its HTTP: `https://gpu-1.example:8866`. Null: they do not. */
  address: string | null;
  labels: Labels;
  /** What is on its own disk: `models`, `images`, `downloads` and their absolute paths. */
  folders: Readonly<Record<string, string>>;
  /** Of this process, unlike any other, now and ever; begins with `<name>/`, as the owners of leases do. */
  run: string;
  /** SHA-256 of the token that its clients show, in hexadecimal; null: it asks for none. */
  tokenHash: string | null;
  /** Where it hands out files to others of its site: `http://10.0.0.5:8868`; none: it does not. */
  shareAddress?: string | null;
}

export interface NodeLoad {
  /** Jobs it has at work, those on instances included. */
  running: number;
  /** Jobs for its own disk that wait for their turn. */
  waiting: number;
}

/** Times are epoch milliseconds. */
export interface Node extends Omit<NodeDraft, "tokenHash"> {
  startedAt: number;
  /** When it was last heard of. */
  heartbeatAt: number;
  /** Not heard of for `NODE_AWAY_MS`, or it has said goodbye. */
  isAway: boolean;
  /** A person wants it to take up nothing new, from then on. */
  drainingSince: number | null;
  /** And it has nothing left at work. */
  isDrained: boolean;
  load: NodeLoad;
  /** Bytes free at its folders, by their names, as it last said; of what it could not look at nothing. */
  space: Readonly<Record<string, number>>;
}

export type NodeBeat =
  /**
   * `until`: then it stops what it has at work, too. `sinceStart`: this was asked of the process that runs now, which may
   * end once it is done; else it was started to rest.
   */
  | { kind: "kept"; draining: boolean; until: number | null; sinceStart: boolean }
  /** Another process has registered under this name: this one is not the node any more. */
  | { kind: "replaced" }
  /** A person has removed it: it has to register again. */
  | { kind: "removed" };

export type NodeRemoveOutcome =
  | { kind: "removed"; node: Node }
  | { kind: "unknown" }
  | { kind: "alive" }
  /** Jobs of it that have not ended; nothing was removed. */
  | { kind: "has_jobs"; jobs: number };

/** What a removed job left on the disk of a machine that did not remove it. */
export interface LeftBytes {
  job: JobId;
  /** The final path: its unfinished bytes are beside it. */
  destination: string;
}

export interface DrainWish {
  /** Of the store's clock; null: it has all the time it needs. */
  until?: number | null;
  /** Until it is taken back, however often the node is started meanwhile; else until its next start. */
  stays?: boolean;
}

/** Part of the store. `now` is the time of the store, as everywhere. */
export interface NodeStore {
  /**
   * From now on this process is the node of its name. A wish of before that it be drained is gone, but for one that
   * stays. Answers whether it is to rest.
   */
  register(draft: NodeDraft, now: number): Promise<boolean>;
  /** A word of life; `drained`: nothing is left at work though it is to take up nothing new. */
  beat(run: Pick<NodeDraft, "name" | "run">, drained: boolean, now: number): Promise<NodeBeat>;
  /** How much room it has. Of one that is unknown nothing is noted. */
  noteSpace(name: string, space: Node["space"]): Promise<void>;
  /** It goes, in order: it is away from now on. */
  leave(run: Pick<NodeDraft, "name" | "run">, now: number): Promise<void>;
  /** By name. */
  list(now: number): Promise<Node[]>;
  get(name: string, now: number): Promise<Node | null>;
  /** Null is answered of a node that is unknown. */
  drain(name: string, draining: boolean, now: number, wish?: DrainWish): Promise<Node | null>;
  /** Refuses as long as it lives, or jobs for its disk have not ended. */
  remove(name: string, now: number): Promise<NodeRemoveOutcome>;
  /** To be discarded by this node, once it is there. Of one that is unknown nothing is noted. */
  noteLeft(node: string, left: LeftBytes): Promise<void>;
  /** What this node has to discard. */
  listLeft(node: string, limit: number): Promise<LeftBytes[]>;
  /** It has. */
  forgetLeft(node: string, job: JobId): Promise<void>;
  /** Hashes of the tokens of those that were heard of within `NODE_TOKEN_MS`. */
  tokenHashes(now: number): Promise<ReadonlySet<string>>;
}
