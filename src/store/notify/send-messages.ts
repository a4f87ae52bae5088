/** Messages on their way: taken by one sender at a time, in order for each channel. */
import type { Channel } from "../../job/notify/channel.ts";
import type { Conclusion, Message } from "../../job/notify/delivery.ts";
import type { MessageAsk } from "../../job/notify/notify-contract.ts";
import type { Backend } from "../backend.ts";
import type { Db } from "../schema.ts";
import { decodeChannel, decodeMessage } from "./decode-channel.ts";
import { noteAfterRun } from "./note-after-run.ts";
import type { MessageRow } from "./notice-tables.ts";

/** Messages that are kept of a channel once they are done, so that one can see what became of them. */
const KEPT_DONE = 50;

export async function claimMessage(
  backend: Backend,
  ask: MessageAsk,
): Promise<{ message: Message; channel: Channel } | null> {
  const { owner, now, holdMs } = ask;
  if ((await findDue(backend.db, ask)) === null) return null;
  return backend.write(async (trx) => {
    const due = await findDue(trx, ask);
    if (due === null) return null;
    const { channel } = due;
    const row = await trx
      .updateTable("messages")
      .set((eb) => ({ owner, due_at: now + holdMs(channel), attempts: eb("attempts", "+", 1) }))
      .where("number", "=", due.number)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { message: decodeMessage(row), channel };
  });
}

/** The first that is due and that the asker takes. */
async function findDue(
  db: Db,
  { node, now, takes }: MessageAsk,
): Promise<{ number: number; channel: Channel } | null> {
  const rows = await dueRows(db, node, now);
  if (rows.length === 0) return null;
  const other = await db.selectFrom("nodes").select("name").where("name", "!=", node).limit(1).execute();
  for (const row of rows) {
    const found = await db
      .selectFrom("channels")
      .selectAll()
      .where("id", "=", row.channel)
      .executeTakeFirst();
    // Removed in this moment, with its messages.
    if (found === undefined) continue;
    const channel = decodeChannel(found);
    if (takes(channel, decodeMessage(row), other.length === 0)) return { number: row.number, channel };
  }
  return null;
}

/**
 * Of each channel only the first that waits counts: none overtakes one that is tried again. What is for one machine only
 * has an order of its own, or a machine that is away would hold up the others.
 */
function dueRows(db: Db, node: string, now: number): Promise<MessageRow[]> {
  return db
    .selectFrom("messages")
    .selectAll()
    .where("number", "in", (eb) =>
      eb
        .selectFrom("messages as waiting")
        .innerJoin("channels", "channels.id", "waiting.channel")
        .select(({ fn }) => fn.min("waiting.number").as("number"))
        .where("waiting.state", "=", "waiting")
        .where("channels.is_enabled", "=", 1)
        .where((own) =>
          own.or([
            own("waiting.node", "is", null),
            own("waiting.node", "=", node),
            own("waiting.node", "not in", own.selectFrom("nodes").select("nodes.name")),
          ]),
        )
        .groupBy(["waiting.channel", "waiting.node"]),
    )
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .execute();
}

export async function concludeMessage(
  trx: Db,
  id: string,
  owner: string,
  conclusion: Conclusion,
  now: number,
): Promise<void> {
  const { answer } = conclusion;
  const done = await trx
    .updateTable("messages")
    .set(
      conclusion.kind === "again"
        ? { owner: null, answer, due_at: conclusion.at }
        : { owner: null, answer, state: conclusion.kind, finished_at: now },
    )
    .where("id", "=", id)
    .where("owner", "=", owner)
    .returningAll()
    .executeTakeFirst();
  if (done === undefined || conclusion.kind === "again") return;
  await noteInHistory(trx, decodeMessage(done), answer, now);
  await forgetOld(trx, done.channel);
}

async function noteInHistory(
  trx: Db,
  { channel, digest }: Message,
  answer: string,
  now: number,
): Promise<void> {
  const row = await trx.selectFrom("channels").selectAll().where("id", "=", channel).executeTakeFirst();
  if (row === undefined) return;
  const { name, filter } = decodeChannel(row);
  if (filter.named !== true) return;
  for (const { subject } of digest.first)
    if (subject.kind === "job") await noteAfterRun(trx, subject.id, name, answer, now);
}

async function forgetOld(trx: Db, channel: string): Promise<void> {
  const oldest = await trx
    .selectFrom("messages")
    .select("number")
    .where("channel", "=", channel)
    .where("state", "!=", "waiting")
    .orderBy("number", "desc")
    .offset(KEPT_DONE)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await trx
    .deleteFrom("messages")
    .where("channel", "=", channel)
    .where("state", "!=", "waiting")
    .where("number", "<=", oldest.number)
    .execute();
}

/** What a sender that is gone had in hand is due at once: whether it came through nobody knows. */
export async function releaseMessages(trx: Db, ownerPrefix: string, now: number): Promise<void> {
  const rows = await trx
    .selectFrom("messages")
    .select(["number", "owner"])
    .where("state", "=", "waiting")
    .where("owner", "is not", null)
    .execute();
  const numbers = rows
    .filter(({ owner }) => owner?.startsWith(ownerPrefix) === true)
    .map((row) => row.number);
  if (numbers.length === 0) return;
  await trx
    .updateTable("messages")
    .set({ owner: null, due_at: now })
    .where("number", "in", numbers)
    .execute();
}
