/** Sends what the store has to tell, for as long as it is at work. What is in hand at a kill is sent again. */
import { randomUUID } from "node:crypto";
import type { Channel, ChannelDraft, ChannelId } from "../job/notify/channel.ts";
import { conclude } from "../job/notify/delivery.ts";
import type { Conclusion, Delivery, Message } from "../job/notify/delivery.ts";
import { NOTHING } from "../job/notify/digest.ts";
import type {
  ChannelOutcome,
  MessageAsk,
  Notifications,
  NoticeStore,
} from "../job/notify/notify-contract.ts";
import { isToSend } from "../job/notify/who-runs.ts";
import { redactText } from "../job/redact.ts";
import { isStoreUnreachable } from "../job/store-contract.ts";
import { deliver, holdMs } from "./deliver.ts";
import type { DeliverParts, Parcel } from "./deliver.ts";
import { refuseHook } from "./run-hook.ts";

export interface NotifierParts extends DeliverParts {
  store: NoticeStore;
  /** Unique among all processes, now and ever; begins with `<node>/`. */
  owner: string;
  node: string;
  /** How long a stop waits for commands at work. Default: {@link COMMAND_GRACE_MS}. */
  commandGraceMs?: number;
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
/** A stop waits so long for commands at work: whoever stops us kills after a minute (deploy/). */
const COMMAND_GRACE_MS = 10_000;
/** Between tries to write down what came of a message. */
const CONCLUDE_AGAIN_MS = 1_000;
/** Messages a channel shows. */
const MAX_SHOWN = 50;

export interface Notifier extends Notifications {
  start(): Promise<void>;
  /**
   * Gives up what is under way; it is sent at the next start. Commands at work may end, for some seconds; one that does
   * not is ended and never run again: half of its work may be done.
   */
  stop(): Promise<void>;
}

export function createNotifier(parts: NotifierParts): Notifier {
  const under = { stop: new AbortController(), cut: new AbortController(), inHand: new Set<string>() };
  const stopping = under.stop;
  let work: Promise<unknown> = Promise.resolve();
  return {
    ...keep(parts),
    async start() {
      // Of an earlier process of this node: it is dead, its lock on the data folder is ours.
      await parts.store.release(`${parts.node}/`, parts.clock.now());
      work = Promise.all([
        everyTick(parts, stopping.signal, () => distributeAll(parts)),
        ...Array.from({ length: AT_ONCE }, () =>
          everyTick(parts, stopping.signal, () => sendAll(parts, under)),
        ),
      ]);
    },
    async stop() {
      stopping.abort();
      const grace = setTimeout(() => under.cut.abort(), parts.commandGraceMs ?? COMMAND_GRACE_MS);
      await work;
      clearTimeout(grace);
    },
  };
}

/** What the senders of one process share. */
interface Work {
  stop: AbortController;
  /** Ends commands that a stop has waited for long enough. */
  cut: AbortController;
  /** Ids of messages whose end is not written down yet: while the store is away they may seem due again. */
  inHand: Set<string>;
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

async function sendAll(parts: NotifierParts, work: Work): Promise<void> {
  const { store, clock, owner, node, hooks } = parts;
  const { inHand } = work;
  const { signal } = work.stop;
  while (!signal.aborted) {
    const now = clock.now();
    const takes: MessageAsk["takes"] = (channel, message, isAlone) =>
      !inHand.has(message.id) && isToSend(channel, message, { programs: hooks.programs, isAlone }, now);
    const claimed = await store.claim({ owner, node, now, holdMs, takes });
    if (claimed === null || signal.aborted) return;
    inHand.add(claimed.message.id);
    try {
      await sendOne(claimed, parts, work);
    } finally {
      inHand.delete(claimed.message.id);
    }
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

/** The machine that a command was for was removed, with its disk: nobody can run it there. */
function whyNowhere({ node }: Message, parts: NotifierParts): Delivery | null {
  if (node === null || node === parts.node) return null;
  const answer = `The machine ${node} that has the file was removed.`;
  return { kind: "failed", answer, retryable: false, retryAt: null };
}

async function sendOne(
  { message, channel }: { message: Message; channel: Channel },
  parts: NotifierParts,
  { stop, cut }: Work,
): Promise<void> {
  const { clock, random = Math.random, log } = parts;
  const isCommand = channel.settings.kind === "command";
  const { signal } = isCommand ? cut : stop;
  const { id, createdAt, digest, attempts } = message;
  const parcel: Parcel = { id, at: createdAt, digest, isTest: false };
  const delivery = whyNowhere(message, parts) ?? (await tryToDeliver(channel, parcel, parts, signal));
  // Cut off by our own stop it may have come through, or not: it stays ours and is sent at the next start.
  if (!isCommand && signal.aborted && delivery.kind === "failed") return;
  const conclusion = conclude(delivery, attempts, clock.now(), random());
  await writeDown(message, conclusion, parts, stop.signal);
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

/** A store that is away for a while is no reason to send it again. */
async function writeDown(
  { id, dueAt }: Message,
  conclusion: Conclusion,
  { store, owner, clock, log }: NotifierParts,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await store.conclude(id, owner, conclusion, clock.now());
    } catch (error) {
      // Whatever else is wrong with it: once it is due again, whoever comes next has to see to it.
      if (signal.aborted || (!isStoreUnreachable(error) && clock.now() >= dueAt)) throw error;
      log.error({ err: error, message: id }, "what came of a notification was not taken down; trying again");
      await clock.sleep(CONCLUDE_AGAIN_MS, signal);
    }
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
      (await refuse(draft, null, parts)) ?? {
        kind: "channel",
        channel: await store.insert(draft, clock.now()),
      },
    change: async (id, patch) => {
      const before = await store.channel(id);
      if (before === null) return { kind: "unknown" };
      const refusal = await refuse({ ...before, ...patch }, id, parts);
      if (refusal !== null) return refusal;
      const channel = await store.update(id, patch, clock.now());
      return channel === null ? { kind: "unknown" } : { kind: "channel", channel };
    },
    commands: async () =>
      (await store.channels())
        .filter((channel) => channel.enabled && isNamed(channel))
        .map(({ name }) => name),
    remove: (id) => store.remove(id),
    test: (id, signal) => test(id, parts, signal),
  };
}

function isNamed({ filter }: Pick<ChannelDraft, "filter">): boolean {
  return filter.named === true;
}

/** @param id of the channel that it replaces; null for a new one */
async function refuse(
  draft: ChannelDraft,
  id: ChannelId | null,
  { hooks, store }: NotifierParts,
): Promise<ChannelOutcome | null> {
  const { settings, name } = draft;
  const no = (field: string, reason: string): ChannelOutcome => ({ kind: "refused", field, reason });
  const hook = settings.kind === "command" ? refuseHook(settings.argv, hooks) : null;
  if (hook !== null) return no("settings.argv", hook);
  if (!isNamed(draft)) return null;
  if (settings.kind !== "command")
    return no("named", "Only commands are run because a download asks for them.");
  const others = (await store.channels()).filter((other) => other.id !== id && isNamed(other));
  return others.some((other) => other.name === name)
    ? no("name", `There is a command of the name ${name}: downloads would not know which.`)
    : null;
}

async function test(id: ChannelId, parts: NotifierParts, signal: AbortSignal): Promise<Delivery | null> {
  const channel = await parts.store.channel(id);
  if (channel === null) return null;
  const parcel: Parcel = { id: randomUUID(), at: parts.clock.now(), digest: NOTHING, isTest: true };
  return tryToDeliver(channel, parcel, parts, signal);
}
