/** What the rest sees of notifications: the part of the store, and the face the server has. */
import type { Channel, ChannelDraft, ChannelId } from "./channel.ts";
import type { Conclusion, Delivery, Message } from "./delivery.ts";
import type { Notice } from "./notice.ts";

/** Channels, what is to be told on them, and what became of it. It survives whatever happens to the process. */
export interface NoticeStore {
  channels(): Promise<Channel[]>;
  channel(id: ChannelId): Promise<Channel | null>;
  insert(draft: ChannelDraft, now: number): Promise<Channel>;
  /** Null if there is none. */
  update(id: ChannelId, patch: Partial<ChannelDraft>, now: number): Promise<Channel | null>;
  /** With all its messages. False if there is none. */
  remove(id: ChannelId): Promise<boolean>;

  /** What is no change of a job; those write down themselves what there is to tell, with the change. */
  note(notice: Notice): Promise<void>;
  /** Makes messages of what is ripe: in one transaction, each is told once on each channel. True: there may be more. */
  distribute(now: number): Promise<boolean>;
  /**
   * Takes the next message that is due, in order for each channel: none overtakes one that is tried again, but those
   * for one machine do not wait for those for another. It is this owner's for as long as `holdMs` says of the channel;
   * after that it is due again. What is for a machine that was removed is for whoever asks.
   */
  claim(ask: MessageAsk): Promise<{ message: Message; channel: Channel } | null>;
  /** Void where the message is another owner's by now. */
  conclude(id: string, owner: string, conclusion: Conclusion, now: number): Promise<void>;
  /** Frees what owners whose name begins like this had claimed: they are gone. */
  release(ownerPrefix: string, now: number): Promise<void>;
  /** Newest first. */
  messages(channel: ChannelId, limit: number): Promise<Message[]>;
}

export interface MessageAsk {
  owner: string;
  /** The machine that asks. */
  node: string;
  now: number;
  holdMs(channel: Channel): number;
  /** Whether it is to be taken. `isAlone`: no other machine is known to the store. */
  takes(channel: Channel, message: Message, isAlone: boolean): boolean;
}

export type ChannelOutcome =
  | { kind: "channel"; channel: Channel }
  | { kind: "unknown" }
  /** `field` names what of the settings is refused. */
  | { kind: "refused"; field: string; reason: string };

/** Notifications, as the server uses them. */
export interface Notifications {
  channels(): Promise<{ channel: Channel; last: Message | null; waiting: number }[]>;
  messages(id: ChannelId, limit: number): Promise<Message[] | null>;
  add(draft: ChannelDraft): Promise<ChannelOutcome>;
  /** Names of the commands a download can ask for. */
  commands(): Promise<string[]>;
  change(id: ChannelId, patch: Partial<ChannelDraft>): Promise<ChannelOutcome>;
  remove(id: ChannelId): Promise<boolean>;
  /** Sends a message of its own at once; null if there is no such channel. */
  test(id: ChannelId, signal: AbortSignal): Promise<Delivery | null>;
}
