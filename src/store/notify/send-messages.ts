/** Messages on their way: taken by one sender at a time, in order for each channel. */
import type { Channel } from "../../job/notify/channel.ts";
import type { Conclusion, Message } from "../../job/notify/delivery.ts";
import type { Backend } from "../backend.ts";
import type { Db } from "../schema.ts";
import { decodeChannel, decodeMessage } from "./decode-channel.ts";

/** Messages that are kept of a channel once they are done, so that one can see what became of them. */
const KEPT_DONE = 50;

export async function claimMessage(
  backend: Backend,
  owner: string,
  now: number,
  holdMs: (channel: Channel) => number,
): Promise<{ message: Message; channel: Channel } | null> {
  if ((await findDue(backend.db, now)) === null) return null;
  return backend.write(async (trx) => {
    const number = await findDue(trx, now);
    if (number === null) return null;
    const channel = decodeChannel(
      await trx
        .selectFrom("channels")
        .innerJoin("messages", "messages.channel", "channels.id")
        .selectAll("channels")
        .where("messages.number", "=", number)
        .executeTakeFirstOrThrow(),
    );
    const row = await trx
      .updateTable("messages")
      .set((eb) => ({ owner, due_at: now + holdMs(channel), attempts: eb("attempts", "+", 1) }))
      .where("number", "=", number)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { message: decodeMessage(row), channel };
  });
}

/** Of each channel only the first that waits counts: none overtakes one that is tried again. */
async function findDue(db: Db, now: number): Promise<number | null> {
  const row = await db
    .selectFrom("messages")
    .select("number")
    .where("number", "in", (eb) =>
      eb
        .selectFrom("messages as waiting")
        .innerJoin("channels", "channels.id", "waiting.channel")
        .select(({ fn }) => fn.min("waiting.number").as("number"))
        .where("waiting.state", "=", "waiting")
        .where("channels.is_enabled", "=", 1)
        .groupBy("waiting.channel"),
    )
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? null;
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
    .returning("channel")
    .executeTakeFirst();
  if (done !== undefined && conclusion.kind !== "again") await forgetOld(trx, done.channel);
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
