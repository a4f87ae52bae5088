/** Notifications in the store: their verbs joined. */
import { randomUUID } from "node:crypto";
import type { ChannelDraft, ChannelId } from "../../job/notify/channel.ts";
import type { NoticeStore } from "../../job/notify/notify-contract.ts";
import type { Backend } from "../backend.ts";
import { decodeChannel, decodeMessage } from "./decode-channel.ts";
import { distributeNotices } from "./distribute-notices.ts";
import { noteNotice } from "./note-notices.ts";
import type { ChannelsTable } from "./notice-tables.ts";
import { claimMessage, concludeMessage, releaseMessages } from "./send-messages.ts";

export function createNoticeStore(backend: Backend): NoticeStore {
  const { db } = backend;
  return {
    ...keepChannels(backend),
    note: (notice) => backend.write((trx) => noteNotice(trx, notice)),
    distribute: (now) => distributeNotices(backend, now),
    claim: (ask) => claimMessage(backend, ask),
    conclude: (id, owner, conclusion, now) =>
      backend.write((trx) => concludeMessage(trx, id, owner, conclusion, now)),
    release: (ownerPrefix, now) => backend.write((trx) => releaseMessages(trx, ownerPrefix, now)),
    messages: async (channel, limit) => {
      const rows = await db
        .selectFrom("messages")
        .selectAll()
        .where("channel", "=", channel)
        .orderBy("number", "desc")
        .limit(limit)
        .execute();
      return rows.map(decodeMessage);
    },
  };
}

type Keeping = Pick<NoticeStore, "channels" | "channel" | "insert" | "update" | "remove">;

function keepChannels(backend: Backend): Keeping {
  const { db } = backend;
  return {
    channels: async () => {
      const rows = await db.selectFrom("channels").selectAll().orderBy("created_at").orderBy("id").execute();
      return rows.map(decodeChannel);
    },
    channel: async (id) => {
      const row = await db.selectFrom("channels").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : decodeChannel(row);
    },
    insert: (draft, now) =>
      backend.write(async (trx) => {
        const row = { ...columnsOf(draft), id: randomUUID(), created_at: now, updated_at: now };
        return decodeChannel(
          await trx.insertInto("channels").values(row).returningAll().executeTakeFirstOrThrow(),
        );
      }),
    update: (id, patch, now) =>
      backend.write(async (trx) => {
        const row = await trx
          .updateTable("channels")
          .set({ ...changedColumns(patch), updated_at: now })
          .where("id", "=", id)
          .returningAll()
          .executeTakeFirst();
        return row === undefined ? null : decodeChannel(row);
      }),
    remove: (id: ChannelId) =>
      backend.write(async (trx) => {
        const { numDeletedRows } = await trx.deleteFrom("channels").where("id", "=", id).executeTakeFirst();
        return numDeletedRows > 0n;
      }),
  };
}

type Columns = Pick<ChannelsTable, "name" | "settings" | "filter" | "digest_ms" | "is_enabled">;

function columnsOf({ name, settings, filter, digestMs, enabled }: ChannelDraft): Columns {
  return {
    name,
    settings: JSON.stringify(settings),
    filter: JSON.stringify(filter),
    digest_ms: digestMs,
    is_enabled: enabled ? 1 : 0,
  };
}

function changedColumns({
  name,
  settings,
  filter,
  digestMs,
  enabled,
}: Partial<ChannelDraft>): Partial<Columns> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
    ...(filter === undefined ? {} : { filter: JSON.stringify(filter) }),
    ...(digestMs === undefined ? {} : { digest_ms: digestMs }),
    ...(enabled === undefined ? {} : { is_enabled: enabled ? 1 : 0 }),
  };
}
