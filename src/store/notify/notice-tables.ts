/** The tables of notifications, as part of `src/store/schema.ts`. */
import type { Generated, Selectable } from "kysely";
import type { MessageState } from "../../job/notify/delivery.ts";

export interface ChannelsTable {
  id: string;
  name: string;
  settings: string;
  filter: string;
  digest_ms: number;
  is_enabled: number;
  created_at: number;
  updated_at: number;
}

/** What happened and is not told yet: written with the change of the job, taken out with the messages it becomes. */
export interface NoticesTable {
  number: Generated<number>;
  ripe_at: number;
  /** Only to be told if this job is still as it was then. */
  job_id: string | null;
  body: string;
}

export interface MessagesTable {
  number: Generated<number>;
  id: string;
  channel: string;
  created_at: number;
  due_at: number;
  attempts: number;
  state: MessageState;
  owner: string | null;
  finished_at: number | null;
  answer: string | null;
  digest: string;
  /** Only this machine sends it; null: any. */
  node: Generated<string | null>;
}

export type ChannelRow = Selectable<ChannelsTable>;
export type MessageRow = Selectable<MessagesTable>;
