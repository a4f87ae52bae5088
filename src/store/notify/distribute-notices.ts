/** Notices become messages: each is told once on each channel that wants it, or not at all. */
import { randomUUID } from "node:crypto";
import { wants } from "../../job/notify/channel.ts";
import type { Channel } from "../../job/notify/channel.ts";
import { addTo, NOTHING } from "../../job/notify/digest.ts";
import type { Digest } from "../../job/notify/digest.ts";
import type { Notice } from "../../job/notify/notice.ts";
import { homeOf } from "../../job/notify/who-runs.ts";
import type { Backend } from "../backend.ts";
import { decode } from "../decode-job.ts";
import type { Db } from "../schema.ts";
import { decodeChannel, decodeDigest } from "./decode-channel.ts";
import { noteAfterRun } from "./note-after-run.ts";

/** Notices taken in one transaction, in which nobody else writes. */
const AT_ONCE = 200;
/** Messages that wait on one channel; beyond that, what comes is gathered in the last of them. */
export const MAX_WAITING = 100;

/** A message that is not tried yet, and so may still take in more. */
interface Open {
  id: string;
  createdAt: number;
  dueAt: number;
  digest: Digest;
  node: string | null;
  isNew: boolean;
}

/** True if there may be more to do. */
export async function distributeNotices(backend: Backend, now: number): Promise<boolean> {
  // Looking takes no lock, and mostly there is nothing.
  if ((await ripeRows(backend.db, now, 1)).length === 0) return false;
  return backend.write(async (trx) => {
    const rows = await ripeRows(trx, now, AT_ONCE);
    if (rows.length === 0) return false;
    const told = await readNotices(trx, rows);
    const channels = await trx.selectFrom("channels").selectAll().where("is_enabled", "=", 1).execute();
    const decoded = channels.map(decodeChannel);
    for (const channel of decoded) await gather(trx, channel, told, now);
    for (const notice of told) await answerForMissing(trx, notice, decoded, now);
    await trx
      .deleteFrom("notices")
      .where(
        "number",
        "in",
        rows.map(({ number }) => number),
      )
      .execute();
    return rows.length === AT_ONCE;
  });
}

type NoticeRow = Awaited<ReturnType<typeof ripeRows>>[number];

/** A command that was there when the download was added may be gone or switched off by now. */
async function answerForMissing(
  trx: Db,
  { subject }: Notice,
  channels: readonly Channel[],
  now: number,
): Promise<void> {
  if (subject.kind !== "job" || typeof subject.afterRun !== "string") return;
  const name = subject.afterRun;
  if (channels.some((channel) => channel.filter.named === true && channel.name === name)) return;
  await noteAfterRun(trx, subject.id, name, "there is no such command, or it is switched off", now);
}

function ripeRows(db: Db, now: number, limit: number) {
  return db
    .selectFrom("notices")
    .selectAll()
    .where("ripe_at", "<=", now)
    .orderBy("number")
    .limit(limit)
    .execute();
}

/** Those that still hold, with the names of their places. */
async function readNotices(trx: Db, rows: readonly NoticeRow[]): Promise<Notice[]> {
  const notices: Notice[] = [];
  for (const row of rows) {
    const notice = decode<Notice>(row.body, `notice ${row.number}`, ({ kind }) => typeof kind === "string");
    if (row.job_id !== null && !(await isStillSo(trx, row.job_id, notice))) continue;
    notices.push(await withLabel(trx, notice));
  }
  return notices;
}

/** It waits still, and has since then. */
async function isStillSo(trx: Db, jobId: string, { at }: Notice): Promise<boolean> {
  const job = await trx
    .selectFrom("jobs")
    .select(["kind", "updated_at"])
    .where("id", "=", jobId)
    .executeTakeFirst();
  return job?.kind === "paused" && job.updated_at === at;
}

async function withLabel(trx: Db, notice: Notice): Promise<Notice> {
  const { subject } = notice;
  if (subject.kind !== "job") return notice;
  const host = await trx
    .selectFrom("hosts")
    .select("label")
    .where("id", "=", subject.place)
    .executeTakeFirst();
  return host === undefined ? notice : { ...notice, subject: { ...subject, placeLabel: host.label } };
}

async function gather(trx: Db, channel: Channel, notices: readonly Notice[], now: number): Promise<void> {
  const wanted = notices.filter((notice) => wants(channel, notice));
  if (wanted.length === 0) return;
  let waiting = await countWaiting(trx, channel.id);
  let open = await openMessage(trx, channel.id);
  const touched = new Set<Open>();
  for (const notice of wanted) {
    // A command that a download has asked for is run for that one alone.
    const mayJoin = channel.filter.named !== true && (channel.digestMs > 0 || waiting >= MAX_WAITING);
    if (open === null || !mayJoin) {
      open = {
        id: randomUUID(),
        createdAt: now,
        dueAt: now + (channel.filter.named === true ? 0 : channel.digestMs),
        digest: NOTHING,
        node: homeOf(channel, notice),
        isNew: true,
      };
      waiting += 1;
    }
    open.digest = addTo(open.digest, notice);
    touched.add(open);
  }
  for (const message of touched) await save(trx, channel.id, message);
}

async function countWaiting(trx: Db, channel: string): Promise<number> {
  const { n } = await trx
    .selectFrom("messages")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("channel", "=", channel)
    .where("state", "=", "waiting")
    .executeTakeFirstOrThrow();
  return n;
}

/** The newest message nobody has tried to send. */
async function openMessage(trx: Db, channel: string): Promise<Open | null> {
  const row = await trx
    .selectFrom("messages")
    .selectAll()
    .where("channel", "=", channel)
    .where("state", "=", "waiting")
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || row.attempts > 0 || row.node !== null) return null;
  return {
    id: row.id,
    createdAt: row.created_at,
    dueAt: row.due_at,
    digest: decodeDigest(row),
    node: row.node,
    isNew: false,
  };
}

async function save(
  trx: Db,
  channel: string,
  { id, createdAt, dueAt, digest, node, isNew }: Open,
): Promise<void> {
  const text = JSON.stringify(digest);
  if (!isNew) {
    await trx.updateTable("messages").set({ digest: text }).where("id", "=", id).execute();
    return;
  }
  await trx
    .insertInto("messages")
    .values({
      id,
      channel,
      created_at: createdAt,
      due_at: dueAt,
      attempts: 0,
      state: "waiting",
      owner: null,
      finished_at: null,
      answer: null,
      digest: text,
      node,
    })
    .execute();
}
