/** The machines that share the store: their verbs. */
import { sql } from "kysely";
import type {
  DrainWish,
  Node,
  NodeBeat,
  NodeDraft,
  NodeLoad,
  NodeRemoveOutcome,
  NodeStore,
} from "../../job/node-contract.ts";
import { NODE_TOKEN_MS } from "../../job/node-contract.ts";
import { laneOf } from "../../job/place.ts";
import type { Backend } from "../backend.ts";
import { getFact, removeFact, setFact } from "../facts.ts";
import type { Db, NodeRow } from "../schema.ts";
import { forgetLeft, listLeft, noteLeft } from "./left-bytes.ts";
import { decodeNode } from "./decode-node.ts";

const OPEN_KINDS = ["pending", "running", "paused", "blocked"] as const;

export function createNodeStore(backend: Backend): NodeStore {
  const { db } = backend;
  const read = async (trx: Db, now: number, name?: string): Promise<Node[]> => {
    const all = trx.selectFrom("nodes").selectAll().orderBy("name");
    const rows = await (name === undefined ? all : all.where("name", "=", name)).execute();
    const loads = await loadsOf(trx, rows);
    const spaces = await spacesOf(trx, rows);
    return rows.map((row, index) =>
      decodeNode(row, loads[index] ?? { running: 0, waiting: 0 }, now, spaces.get(spaceOf(row.name)) ?? null),
    );
  };
  return {
    register: (draft, now) => backend.write((trx) => register(trx, draft, now)),
    beat: (run, drained, now) => sayAlive(backend, run, drained, now),
    noteSpace: (name, space) => backend.write((trx) => noteSpace(trx, name, space), "relaxed"),
    leave: async ({ name, run }, now) => {
      await backend.write((trx) =>
        trx
          .updateTable("nodes")
          .set({ left_at: now })
          .where("name", "=", name)
          .where("run", "=", run)
          .execute(),
      );
    },
    list: (now) => read(db, now),
    get: async (name, now) => (await read(db, now, name))[0] ?? null,
    drain: (name, draining, now, wish = {}) =>
      backend.write(async (trx) => {
        const node = (await read(trx, now, name))[0];
        if (node === undefined) return null;
        await markDraining(trx, name, draining ? now : null);
        await noteWish(trx, name, draining ? wish : null);
        return (await read(trx, now, name))[0] ?? null;
      }),
    remove: (name, now) =>
      backend.write(async (trx) => removeWithin(trx, name, (await read(trx, now, name))[0])),
    noteLeft: (node, left) => backend.write((trx) => noteLeft(trx, node, left)),
    listLeft: (node, limit) => listLeft(db, node, limit),
    forgetLeft: (node, job) => backend.write((trx) => forgetLeft(trx, node, job)),
    tokenHashes: async (now) => {
      const rows = await db
        .selectFrom("nodes")
        .select("token_hash")
        .where("heartbeat_at", ">=", now - NODE_TOKEN_MS)
        .execute();
      return new Set(rows.flatMap(({ token_hash }) => token_hash ?? []));
    },
  };
}

async function sayAlive(
  backend: Backend,
  run: Pick<NodeDraft, "name" | "run">,
  drained: boolean,
  now: number,
): Promise<NodeBeat> {
  const { db } = backend;
  const row = await backend.write((trx) => beat(trx, run, drained, now), "relaxed");
  if (row === undefined) {
    const other = await db.selectFrom("nodes").select("run").where("name", "=", run.name).executeTakeFirst();
    return { kind: other === undefined ? "removed" : "replaced" };
  }
  if (row.draining_since === null) return { kind: "kept", draining: false, until: null, sinceStart: false };
  const until = await getFact(db, untilOf(run.name));
  const isOpenEnded = until === null || until === NO_END;
  return {
    kind: "kept",
    draining: true,
    until: isOpenEnded ? null : Number(until),
    sinceStart: until !== null,
  };
}

async function removeWithin(trx: Db, name: string, node: Node | undefined): Promise<NodeRemoveOutcome> {
  if (node === undefined) return { kind: "unknown" };
  if (!node.isAway) return { kind: "alive" };
  const jobs = await countOpen(trx, name);
  if (jobs > 0) return { kind: "has_jobs", jobs };
  await noteWish(trx, name, null);
  await forgetLeft(trx, name);
  await removeFact(trx, spaceOf(name));
  await trx.deleteFrom("nodes").where("name", "=", name).execute();
  return { kind: "removed", node };
}

/** The fact that says until when a node that is to take up nothing new may work. Gone with its next start. */
function untilOf(name: string): string {
  return `drain_until:${name}`;
}

const NO_END = "none";

/** The fact that says of a node that it is to rest after its next start, too. */
function restOf(name: string): string {
  return `rests:${name}`;
}

/** The fact that says how much room a node has. */
function spaceOf(name: string): string {
  return `space:${name}`;
}

async function noteSpace(trx: Db, name: string, space: Node["space"]): Promise<void> {
  const known = await trx.selectFrom("nodes").select("name").where("name", "=", name).executeTakeFirst();
  if (known !== undefined) await setFact(trx, spaceOf(name), JSON.stringify(space));
}

async function spacesOf(db: Db, rows: readonly NodeRow[]): Promise<ReadonlyMap<string, string>> {
  if (rows.length === 0) return new Map();
  const keys = rows.map(({ name }) => spaceOf(name));
  const facts = await db.selectFrom("facts").select(["key", "value"]).where("key", "in", keys).execute();
  return new Map(facts.map(({ key, value }) => [key, value]));
}

/** @param wish null: it is to take up jobs */
async function noteWish(trx: Db, name: string, wish: DrainWish | null): Promise<void> {
  if (wish === null) {
    await removeFact(trx, untilOf(name));
    await removeFact(trx, restOf(name));
    return;
  }
  await setFact(trx, untilOf(name), wish.until == null ? NO_END : String(wish.until));
  if (wish.stays === true) await setFact(trx, restOf(name), "yes");
}

async function register(trx: Db, draft: NodeDraft, now: number): Promise<boolean> {
  const rests = (await getFact(trx, restOf(draft.name))) !== null;
  const { name, tokenHash, labels, folders, shareAddress = null, ...same } = draft;
  const row = {
    ...same,
    labels: JSON.stringify(labels),
    folders: JSON.stringify(folders),
    token_hash: tokenHash,
    share_address: shareAddress,
    started_at: now,
    heartbeat_at: now,
    left_at: null,
    draining_since: rests ? now : null,
    drained_at: null,
  };
  await removeFact(trx, untilOf(name));
  await trx
    .insertInto("nodes")
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
    .execute();
  return rests;
}

function beat(
  trx: Db,
  { name, run }: Pick<NodeDraft, "name" | "run">,
  drained: boolean,
  now: number,
): Promise<Pick<NodeRow, "draining_since"> | undefined> {
  return trx
    .updateTable("nodes")
    .set({
      heartbeat_at: now,
      left_at: null,
      // The wish may have been taken back since: only who is to be drained can be.
      drained_at: sql<
        number | null
      >`case when draining_since is not null and ${drained ? 1 : 0} = 1 then coalesce(drained_at, cast(${now} as bigint)) end`,
    })
    .where("name", "=", name)
    .where("run", "=", run)
    .returning("draining_since")
    .executeTakeFirst();
}

async function markDraining(trx: Db, name: string, since: number | null): Promise<void> {
  const update = trx.updateTable("nodes").where("name", "=", name);
  if (since === null) await update.set({ draining_since: null, drained_at: null }).execute();
  else await update.set({ draining_since: since }).where("draining_since", "is", null).execute();
}

async function loadsOf(db: Db, rows: readonly NodeRow[]): Promise<NodeLoad[]> {
  if (rows.length === 0) return [];
  const running = await db
    .selectFrom("jobs")
    .select(["lease_owner", (eb) => eb.fn.countAll<number>().as("n")])
    // In the statement's own text: only then may the index of the running ones be used.
    .where("kind", "=", sql.lit("running"))
    .groupBy("lease_owner")
    .execute();
  const waiting = await db
    .selectFrom("job_counts")
    .select(["lane", "n"])
    .where("kind", "=", "pending")
    .where("lane", "like", "node:%")
    .execute();
  return rows.map(({ name }) => ({
    running: running
      .filter(({ lease_owner }) => lease_owner?.startsWith(`${name}/`) === true)
      .reduce((sum, { n }) => sum + n, 0),
    waiting: waiting.find(({ lane }) => lane === laneOf({ kind: "node", name }))?.n ?? 0,
  }));
}

async function countOpen(trx: Db, name: string): Promise<number> {
  const counts = await trx
    .selectFrom("job_counts")
    .select("n")
    .where("lane", "=", laneOf({ kind: "node", name }))
    .where("kind", "in", OPEN_KINDS)
    .execute();
  return counts.reduce((sum, { n }) => sum + n, 0);
}
