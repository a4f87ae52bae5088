/** Sends one message on one channel, once, and says what came of it. */
import type { Channel } from "../job/notify/channel.ts";
import type { Delivery } from "../job/notify/delivery.ts";
import { describeDigest } from "../job/notify/digest.ts";
import type { Digest } from "../job/notify/digest.ts";
import { discordRequest } from "./discord.ts";
import { ntfyRequest } from "./ntfy.ts";
import { runHook } from "./run-hook.ts";
import type { HookParts } from "./run-hook.ts";
import { sendMail } from "./send-mail.ts";
import { sendRequest } from "./send-request.ts";
import type { SendParts } from "./send-request.ts";
import { telegramRequest } from "./telegram.ts";
import { webhookRequest } from "./webhook.ts";

/** A service that has not answered by then is busy with something else. */
const SEND_TIMEOUT_MS = 30_000;
/** How long a message is held beyond the time a try may take: nobody else takes it meanwhile. */
const HOLD_MARGIN_MS = 30_000;
/** The same of a command: how it ended may wait for a database that is away, and another run of it does harm. */
const COMMAND_MARGIN_MS = 10 * 60_000;

export interface DeliverParts extends SendParts, HookParts {}

/** What is sent: a message of the store, or one to test a channel with. */
export interface Parcel {
  /** The same for every try. */
  id: string;
  /** When it was made: it tells of what was known then. */
  at: number;
  digest: Digest;
  /** Of a test: no events, and words of its own. */
  isTest: boolean;
}

export async function deliver(
  { name, settings }: Channel,
  parcel: Parcel,
  parts: DeliverParts,
  signal: AbortSignal,
): Promise<Delivery> {
  const wording = parcel.isTest ? testWording(name) : describeDigest(parcel.digest);
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
  switch (settings.kind) {
    case "webhook":
      return sendRequest(webhookRequest(settings, parcel, wording, parts.clock.now()), parts, inTime);
    case "ntfy":
      return sendRequest(ntfyRequest(settings, wording), parts, inTime);
    case "discord":
      return sendRequest(discordRequest(settings, wording, parcel.at), parts, inTime);
    case "telegram":
      return sendRequest(telegramRequest(settings, wording), parts, inTime);
    case "mail":
      return sendMail(settings, parcel.id, wording, inTime);
    case "command":
      return runHook(settings, parcel, wording, parts, signal);
    default:
      throw settings satisfies never;
  }
}

/** How long a try on this channel can take. */
export function holdMs({ settings }: Channel): number {
  if (settings.kind === "command") return COMMAND_MARGIN_MS + settings.timeoutMs;
  return HOLD_MARGIN_MS + SEND_TIMEOUT_MS;
}

function testWording(name: string): ReturnType<typeof describeDigest> {
  return { title: "Haulyard: test", lines: [`Messages of "${name}" arrive here.`], isUrgent: false };
}
