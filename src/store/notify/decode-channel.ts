import type { Channel, ChannelFilter, ChannelSettings } from "../../job/notify/channel.ts";
import type { Message } from "../../job/notify/delivery.ts";
import type { Digest } from "../../job/notify/digest.ts";
import { decode } from "../decode-job.ts";
import type { ChannelRow, MessageRow } from "./notice-tables.ts";

/** @throws StoreError if a column does not hold what was written there */
export function decodeChannel(row: ChannelRow): Channel {
  const { id, name, digest_ms, is_enabled, created_at, updated_at } = row;
  return {
    id,
    name,
    settings: decode<ChannelSettings>(
      row.settings,
      `'settings' of channel ${id}`,
      ({ kind }) => typeof kind === "string",
    ),
    filter: decode<ChannelFilter>(row.filter, `'filter' of channel ${id}`, ({ events }) =>
      Array.isArray(events),
    ),
    digestMs: digest_ms,
    enabled: is_enabled === 1,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

/** @throws StoreError as above */
export function decodeMessage(row: MessageRow): Message {
  const { id, channel, node, created_at, due_at, attempts, state, answer, finished_at } = row;
  return {
    id,
    channel,
    node,
    createdAt: created_at,
    dueAt: due_at,
    attempts,
    state,
    digest: decodeDigest(row),
    answer,
    finishedAt: finished_at,
  };
}

export function decodeDigest({ id, digest }: Pick<MessageRow, "id" | "digest">): Digest {
  return decode<Digest>(digest, `message ${id}`, ({ first }) => Array.isArray(first));
}
