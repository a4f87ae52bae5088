/** Sends what the store has to tell, for as long as it is at work. What is in hand at a kill is sent again. */
import { randomUUID } from "node:crypto";
import type { Channel, ChannelDraft, ChannelId } from "../job/notify/channel.ts";
import { conclude } from "../job/notify/delivery.ts";
import type { Delivery, Message } from "../job/notify/delivery.ts";
import { NOTHING } from "../job/notify/digest.ts";
import type { ChannelOutcome, Notifications, NoticeStore } from "../job/notify/notify-contract.ts";
import { redactText } from "../job/redact.ts";
import { deliver, holdMs } from "./deliver.ts";
import type { DeliverParts, Parcel } from "./deliver.ts";
import { refuseHook } from "./run-hook.ts";

export interface NotifierParts extends DeliverParts {
  store: NoticeStore;
  /** Unique among all processes, now and ever; begins with `<node>/`. */
  owner: string;
  node: string;
  /** 0 to 1; spreads tries. */
  random?: () => number;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

/** Events are looked for this often; a message a second later is as good. */
const TICK_MS = 1_000;
/** Messages on their way at a time, of different channels. */
const AT_ONCE = 4;
/** Messages a channel shows. */
const MAX_SHOWN = 50;

export interface Notifier extends Notifications {
  start(): Promise<void>;
  /** Gives up what is under way; it is sent at the next start. */
  stop(): Promise<void>;
}

export function createNotifier(parts: NotifierParts): Notifier {
  const stopping = new AbortController();
  let work: Promise<unknown> = Promise.resolve();
  return {
    ...keep(parts),
    async start() {
      // Of an earlier process of this node: it is dead, its lock on the data folder is ours.
      await parts.store.release(`${parts.node}/`, parts.clock.now());
      work = Promise.all([
        everyTick(parts, stopping.signal, () => distributeAll(parts)),
        ...Array.from({ length: AT_ONCE }, () =>
          everyTick(parts, stopping.signal, () => sendAll(parts, stopping.signal)),
        ),
      ]);
    },
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

async function everyTick(
  { clock, log }: NotifierParts,
  signal: AbortSignal,
  task: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await task();
    } catch (error) {
      log.error({ err: error }, "notifications were not looked after; it is tried again");
    }
    await clock.sleep(TICK_MS, signal);
  }
}

async function distributeAll({ store, clock }: NotifierParts): Promise<void> {
  while (await store.distribute(clock.now())) {
    // Until nothing is left.
  }
}

async function sendAll(parts: NotifierParts, signal: AbortSignal): Promise<void> {
  const { store, clock, owner } = parts;
  while (!signal.aborted) {
    const claimed = await store.claim(owner, clock.now(), holdMs);
    if (claimed === null) return;
    await sendOne(claimed, parts, signal);
  }
}

/** What nobody has foreseen counts as a try, too: else it would be tried for ever, and hold up all behind it. */
async function tryToDeliver(
  channel: Channel,
  parcel: Parcel,
  parts: NotifierParts,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    return await deliver(channel, parcel, parts, signal);
  } catch (error) {
    parts.log.error({ err: error, channel: channel.id }, "a notification could not be sent");
    const answer = error instanceof Error ? redactText(error.message) : "it could not be sent";
    return { kind: "failed", answer, retryable: true, retryAt: null };
  }
}

async function sendOne(
  { message, channel }: { message: Message; channel: Channel },
  parts: NotifierParts,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, owner, random = Math.random, log } = parts;
  const { id, createdAt, digest, attempts } = message;
  const parcel: Parcel = { id, at: createdAt, digest, isTest: false };
  const delivery = await tryToDeliver(channel, parcel, parts, signal);
  // Cut off by our own stop it may have come through, or not: it stays ours and is sent at the next start.
  if (signal.aborted && delivery.kind === "failed") return;
  const conclusion = conclude(delivery, attempts, clock.now(), random());
  await store.conclude(id, owner, conclusion, clock.now());
  const facts = { channel: channel.id, message: id, attempts, answer: conclusion.answer };
  switch (conclusion.kind) {
    case "delivered":
      return log.info(facts, "notified");
    case "again":
      return log.warn(facts, "a notification did not come through; it is tried again");
    case "given_up":
      return log.error(facts, "a notification is given up");
    default:
      throw conclusion satisfies never;
  }
}

function keep(parts: NotifierParts): Notifications {
  const { store, clock } = parts;
  return {
    channels: async () =>
      Promise.all(
        (await store.channels()).map(async (channel) => {
          const messages = await store.messages(channel.id, MAX_SHOWN);
          const waiting = messages.filter(({ state }) => state === "waiting").length;
          return { channel, last: messages.find(({ answer }) => answer !== null) ?? null, waiting };
        }),
      ),
    messages: async (id, limit) =>
      (await store.channel(id)) === null ? null : store.messages(id, Math.min(limit, MAX_SHOWN)),
    add: async (draft) =>
      refuse(draft, parts) ?? { kind: "channel", channel: await store.insert(draft, clock.now()) },
    change: async (id, patch) => {
      const refusal = refuse(patch, parts);
      if (refusal !== null) return refusal;
      const channel = await store.update(id, patch, clock.now());
      return channel === null ? { kind: "unknown" } : { kind: "channel", channel };
    },
    remove: (id) => store.remove(id),
    test: (id, signal) => test(id, parts, signal),
  };
}

function refuse({ settings }: Partial<ChannelDraft>, { hooks }: NotifierParts): ChannelOutcome | null {
  if (settings?.kind !== "command") return null;
  const reason = refuseHook(settings.argv, hooks);
  return reason === null ? null : { kind: "refused", field: "settings.argv", reason };
}

async function test(id: ChannelId, parts: NotifierParts, signal: AbortSignal): Promise<Delivery | null> {
  const channel = await parts.store.channel(id);
  if (channel === null) return null;
  const parcel: Parcel = { id: randomUUID(), at: parts.clock.now(), digest: NOTHING, isTest: true };
  return tryToDeliver(channel, parcel, parts, signal);
}
