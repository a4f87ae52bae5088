/** A message on its way to one channel: what came of a try, and when there is another. */
import type { ChannelId } from "./channel.ts";
import type { Digest } from "./digest.ts";

export const MESSAGE_STATES = ["waiting", "delivered", "given_up"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export interface Message {
  /** The same for every try, so that a receiver knows what it has had already. */
  id: string;
  channel: ChannelId;
  /** The machine that has the file, where a command is for it alone; null: any machine sends it. */
  node: string | null;
  createdAt: number;
  /** Earliest time of the next try. */
  dueAt: number;
  /** Tries begun. */
  attempts: number;
  state: MessageState;
  digest: Digest;
  /** What came back last, in words without secrets. */
  answer: string | null;
  finishedAt: number | null;
}

/** What came of one try. `answer` is for people, without secrets. */
export type Delivery =
  | { kind: "delivered"; answer: string }
  /** `retryAt`: what the other side asks for, epoch milliseconds. */
  | { kind: "failed"; answer: string; retryable: boolean; retryAt: number | null };

/** What is written down of it. */
export type Conclusion =
  | { kind: "delivered"; answer: string }
  | { kind: "again"; answer: string; at: number }
  | { kind: "given_up"; answer: string };

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses between tries, as Standard Webhooks proposes: quick for a hiccup, patient for a night's outage. */
const PAUSES_MS = [
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
] as const;
/** A receiver that asks for more patience than this is asked again after it (RFC 9110 §10.2.3). */
const LONGEST_ASKED_MS = 24 * HOUR_MS;

/**
 * What becomes of a message after a try.
 *
 * @param attempts tries so far, this one included
 * @param random 0 to 1: half a pause of jitter, so that channels of one receiver do not come back together
 */
export function conclude(delivery: Delivery, attempts: number, now: number, random: number): Conclusion {
  if (delivery.kind === "delivered") return delivery;
  const { answer, retryable, retryAt } = delivery;
  const pause = PAUSES_MS[attempts - 1];
  if (!retryable || pause === undefined) return { kind: "given_up", answer };
  const ours = now + Math.round(pause / 2 + (pause / 2) * random);
  return { kind: "again", answer, at: Math.min(Math.max(ours, retryAt ?? 0), now + LONGEST_ASKED_MS) };
}
