/** Files that are fetched once for each site: the verbs of the store. */
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { ChecksumState, JobId } from "../../job/job.ts";
import type { Giver, SharedFile, SharedWay, SharingStore } from "../../job/sharing/sharing-contract.ts";
import { giversOf, presentFirst, SITE_PATIENCE_MS } from "../../job/sharing/site-turns.ts";
import type { Backend } from "../backend.ts";
import { decode } from "../decode-job.ts";
import { getFact, setFact } from "../facts.ts";
import type { Db } from "../schema.ts";
import { LOST, markFirst, readMembers, settleSite } from "./settle-site.ts";
import type { MemberRow } from "./settle-site.ts";

/** The fact that holds the secret. Backups without secrets leave it out, as every fact that they do not know. */
const SECRET_FACT = "share_secret";
const SECRET_BYTES = 32;

/** @param changed called after something that followers of jobs have to hear of */
export function createSharingStore(backend: Backend, changed: () => void): SharingStore {
  const { db } = backend;
  return {
    wayOf: async (job, failed, now) => {
      const way = await backend.write((trx) => findWay(trx, job, failed, now));
      changed();
      return way;
    },
    settle: async (now) => {
      // Mostly there are none: without taking the lock.
      const keys = await findDoubtful(db, now);
      for (const key of keys) await backend.write((trx) => settleSite(trx, key, now));
      if (keys.length > 0) changed();
    },
    unread: (node) => findUnread(db, node),
    publish: async (job, file, now) => {
      await backend.write((trx) => publish(trx, job, file, now));
      changed();
    },
    find: (job, node) => findShared(db, job, node),
    secret: async () => (await getFact(db, SECRET_FACT)) ?? (await backend.write((trx) => makeSecret(trx))),
  };
}

async function findWay(trx: Db, job: JobId, failed: readonly JobId[], now: number): Promise<SharedWay> {
  const row = await trx
    .selectFrom("jobs")
    .select(["share_key", "share_site"])
    .where("id", "=", job)
    .executeTakeFirst();
  const { share_key: key = null, share_site: site } = row ?? {};
  if (key === null) return { kind: "origin" };
  const members = await readMembers(trx, key, now);
  const self = members.find((each) => each.job === job);
  const first = presentFirst(members);
  if (self === undefined || first === self) return { kind: "origin" };
  const others = giversOf(members).filter((each) => each.job !== job && !failed.includes(each.job));
  if (others.length > 0)
    return { kind: "givers", site: site ?? "", givers: others.map((each) => toGiver(each as MemberRow)) };
  if (first !== null) return { kind: "wait", node: first.node };
  // One that hands nothing out fetches for itself alone.
  if (!self.gives) return { kind: "origin" };
  await markFirst(trx, members, self);
  await settleSite(trx, key, now);
  return { kind: "origin" };
}

function toGiver(member: MemberRow): Giver {
  return {
    job: member.job,
    node: member.node,
    address: member.address ?? "",
    file: decodeFile(member.shareFile, member.job),
    name: (member.destination ?? "").split(/[/\\]/).at(-1) ?? "",
    checksumState:
      member.checksumState === null
        ? null
        : decode<ChecksumState>(member.checksumState, `'checksum_state' of job ${member.job}`, () => true),
  };
}

function decodeFile(text: string | null, job: JobId): SharedFile {
  return decode<SharedFile>(text, `'share_file' of job ${job}`, ({ sha256 }) => typeof sha256 === "string");
}

/** Of files that somebody waits for, although whoever he waits for may not bring them. */
async function findDoubtful(db: Db, now: number): Promise<string[]> {
  const rows = await db
    .selectFrom("jobs")
    .leftJoin("nodes", "nodes.name", "jobs.share_node")
    .leftJoin("jobs as first", "first.id", "jobs.waits_for")
    .select("jobs.share_key")
    .distinct()
    .where("jobs.share_node", "is not", null)
    .where((eb) =>
      eb.or([
        eb("nodes.share_address", "is", null),
        eb("nodes.draining_since", "is not", null),
        eb("nodes.heartbeat_at", "<", now - SITE_PATIENCE_MS),
        eb("nodes.left_at", "<", now - SITE_PATIENCE_MS),
        // A program of an earlier release tells nobody how a job of its ended.
        eb("first.kind", "is", null),
        eb("first.kind", "not in", ["pending", "running", "blocked"]),
      ]),
    )
    .execute();
  return rows.flatMap(({ share_key }) => share_key ?? []);
}

async function findUnread(db: Db, node: string): ReturnType<SharingStore["unread"]> {
  const rows = await db
    .selectFrom("jobs")
    .select(["id", "destination", "checksum_state"])
    .where("share_key", "is not", null)
    .where("share_file", "is", null)
    .where("kind", "=", "complete")
    .where("place_name", "=", node)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("jobs as others")
          .select(sql`1`.as("one"))
          .whereRef("others.share_key", "=", "jobs.share_key")
          .where("others.kind", "in", ["pending", "running", "paused", "blocked"]),
      ),
    )
    .execute();
  return rows.map(({ id, destination, checksum_state }) => ({
    id,
    destination,
    checksumState:
      checksum_state === null
        ? null
        : decode<ChecksumState>(checksum_state, `'checksum_state' of job ${id}`, () => true),
  }));
}

async function publish(trx: Db, job: JobId, file: SharedFile | null, now: number): Promise<void> {
  const row = await trx
    .updateTable("jobs")
    .set({ share_file: file === null ? LOST : JSON.stringify(file) })
    .where("id", "=", job)
    // It may have been asked for anew meanwhile.
    .where("kind", "=", "complete")
    .returning("share_key")
    .executeTakeFirst();
  if (row?.share_key != null) await settleSite(trx, row.share_key, now);
}

async function findShared(db: Db, job: JobId, node: string): ReturnType<SharingStore["find"]> {
  const row = await db
    .selectFrom("jobs")
    .select(["destination", "share_file"])
    .where("id", "=", job)
    .where("place_kind", "=", "node")
    .where("place_name", "=", node)
    .where("kind", "=", "complete")
    .where("share_key", "is not", null)
    .executeTakeFirst();
  if (row === undefined || row.destination === null) return null;
  if (row.share_file === null || row.share_file === LOST) return null;
  return { path: row.destination, file: decodeFile(row.share_file, job) };
}

async function makeSecret(trx: Db): Promise<string> {
  // Another machine may have been quicker.
  const known = await getFact(trx, SECRET_FACT);
  if (known !== null) return known;
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  await setFact(trx, SECRET_FACT, secret);
  return secret;
}
