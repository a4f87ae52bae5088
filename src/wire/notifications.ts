/** Ways to tell somebody: what clients send of them, and how they look from outside: without their secrets. */
import { z } from "zod";
import { describeTarget } from "../job/notify/channel.ts";
import type { Channel, ChannelDraft, ChannelKind, ChannelSettings } from "../job/notify/channel.ts";
import { MESSAGE_STATES } from "../job/notify/delivery.ts";
import type { Message } from "../job/notify/delivery.ts";
import { describeDigest } from "../job/notify/digest.ts";
import { NOTICE_KINDS } from "../job/notify/notice.ts";

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const text = (max: number): z.ZodString =>
  z.string().max(max).regex(NO_CONTROL, "must not hold control characters");
const word = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\u0021-\u007e]+$/, "must be a word of visible ASCII characters");

const MAX_URL = 2048;
const url = (protocols: RegExp, demand: string): z.ZodString =>
  word(MAX_URL).refine((value) => {
    const parsed = URL.parse(value);
    return parsed !== null && protocols.test(parsed.protocol) && parsed.hostname !== "";
  }, demand);
const HttpUrl = url(/^https?:$/, "must be an http:// or https:// address");
const SmtpUrl = url(/^smtps?:$/, "must be smtp://… or smtps://…");

/** Base64 of 24 to 64 bytes, as Standard Webhooks asks for. */
const WebhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be whsec_ and base64 of 24 to 64 bytes");

/** RFC 5321 §4.5.3.1 for the length; whether anybody reads it only a test shows. */
const MailAddress = text(320).regex(
  /^(?:[^<>@,;]{1,60} )?<?[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255}>?$/,
  "must be a mail address",
);

/** Longest a program may take. Seconds. */
const MAX_HOOK_SECONDS = 3600;
const HOOK_SECONDS = 60;

const ChannelSettingsMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("webhook"), url: HttpUrl, secret: WebhookSecret.nullish() }),
  z.strictObject({
    kind: z.literal("ntfy"),
    url: HttpUrl.default("https://ntfy.sh"),
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, "must be letters, digits, - and _, at most 64"),
    token: word(512).nullish(),
  }),
  z.strictObject({ kind: z.literal("discord"), url: HttpUrl }),
  z.strictObject({
    kind: z.literal("telegram"),
    url: HttpUrl.default("https://api.telegram.org"),
    token: z.string().regex(/^\d{1,20}:[\w-]{10,200}$/, "must be the token of a bot"),
    chat_id: z
      .string()
      .regex(/^(?:-?\d{1,20}|@\w{1,64})$/, "must be the number of a chat or the @name of a channel"),
  }),
  z.strictObject({
    kind: z.literal("mail"),
    url: SmtpUrl,
    from: MailAddress,
    to: z.array(MailAddress).min(1).max(20),
  }),
  z.strictObject({
    kind: z.literal("command"),
    argv: z.array(text(4096)).min(1).max(64),
    timeout_seconds: z.number().int().min(1).max(MAX_HOOK_SECONDS).default(HOOK_SECONDS),
  }),
]);

const Events = z
  .array(z.enum(NOTICE_KINDS))
  .min(1)
  .transform((events) => [...new Set(events)]);

/** A day: whoever wants to hear less often looks at the page. */
const MAX_DIGEST_SECONDS = 86_400;

const fields = {
  name: text(100).trim().min(1).optional(),
  events: Events.optional(),
  /** `local`, ids of hosts; null: of any place. */
  places: z.array(text(256).min(1)).min(1).max(100).nullable().optional(),
  /** Sets of the model catalogue; null: whether of a set or not. */
  sets: z.array(text(256).min(1)).min(1).max(100).nullable().optional(),
  /** Events within this time of the first become one message; 0: each is one. */
  digest_seconds: z.number().int().min(0).max(MAX_DIGEST_SECONDS).optional(),
  enabled: z.boolean().optional(),
  /** Of a command: run only after downloads that name it in `after_run`. */
  named: z.boolean().optional(),
};

export const ChannelRequest = z
  .strictObject({ settings: ChannelSettingsMessage, ...fields })
  .meta({ id: "ChannelRequest" });
export type ChannelRequest = z.input<typeof ChannelRequest>;

/** What is given is changed; `settings` are replaced as a whole, secrets included. */
export const ChannelChangeRequest = z
  .strictObject({ settings: ChannelSettingsMessage.optional(), ...fields })
  .refine((given) => Object.keys(given).length > 0, "needs something to change")
  .meta({ id: "ChannelChange" });
export type ChannelChangeRequest = z.input<typeof ChannelChangeRequest>;

export const NotificationMessage = z
  .object({
    /** The same for every try: the `webhook-id`. */
    id: z.uuid(),
    at: z.iso.datetime(),
    state: z.enum(MESSAGE_STATES),
    title: z.string(),
    attempts: z.number().int(),
    /** What came back last; null before the first try has ended. */
    answer: z.string().nullable(),
    /** When it is tried again; null once it is done. */
    next_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "NotificationMessage" });
export type NotificationMessage = z.infer<typeof NotificationMessage>;

export const ChannelMessage = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(["webhook", "ntfy", "discord", "telegram", "mail", "command"]),
    /** Where it leads, for people; the rest of its settings is never told. */
    target: z.string(),
    events: z.array(z.enum(NOTICE_KINDS)),
    places: z.array(z.string()).nullable(),
    sets: z.array(z.string()).nullable(),
    /** Of a command: run only after downloads that name it. An older server has none. */
    named: z.boolean().default(false),
    digest_seconds: z.number().int(),
    enabled: z.boolean(),
    created_at: z.iso.datetime(),
    /** Messages that wait to be sent. */
    waiting: z.number().int(),
    /** The last one that was tried. */
    last: NotificationMessage.nullable(),
  })
  .meta({ id: "Channel" });
export type ChannelMessage = z.infer<typeof ChannelMessage>;

export const ChannelListMessage = z.object({ channels: z.array(ChannelMessage) });

export const ChannelAnswer = z.object({
  channel: ChannelMessage,
  /** Of a webhook for which none was given: the key to check its messages with. It is told only here. */
  secret: z.string().nullable(),
});
export type ChannelAnswer = z.infer<typeof ChannelAnswer>;

/** Names of the commands that a download can ask for. */
export const AfterRunListMessage = z.object({ commands: z.array(z.string()) });

export const NotificationListMessage = z.object({ messages: z.array(NotificationMessage) });

export const ChannelTestAnswer = z.object({
  delivered: z.boolean(),
  /** What came back. */
  answer: z.string(),
});
export type ChannelTestAnswer = z.infer<typeof ChannelTestAnswer>;

/** Long enough that what ends together is one message, short enough that nobody waits for it. */
const DIGEST_MS = 10_000;

const NAMES: Readonly<Record<ChannelKind, string>> = {
  webhook: "Webhook",
  ntfy: "ntfy",
  discord: "Discord",
  telegram: "Telegram",
  mail: "Mail",
  command: "Command",
};

/** A channel that says nothing else is told everything. @param makeSecret for a webhook without one */
export function toChannelDraft(
  { settings, ...given }: z.output<typeof ChannelRequest>,
  makeSecret: () => string,
): ChannelDraft {
  return {
    name: NAMES[settings.kind],
    settings: toSettings(settings, makeSecret),
    filter: { events: NOTICE_KINDS, places: null, sets: null },
    digestMs: DIGEST_MS,
    enabled: true,
    ...toChannelPatch(given, makeSecret, { events: NOTICE_KINDS, places: null, sets: null }),
  };
}

/** What is given of a channel, in the words of the inside. */
export function toChannelPatch(
  request: z.output<typeof ChannelChangeRequest>,
  makeSecret: () => string,
  filter: ChannelDraft["filter"],
): Partial<ChannelDraft> {
  const { name, settings, digest_seconds, enabled, events, places, sets, named } = request;
  return {
    ...(name === undefined ? {} : { name }),
    ...(settings === undefined ? {} : { settings: toSettings(settings, makeSecret) }),
    ...(digest_seconds === undefined ? {} : { digestMs: digest_seconds * 1000 }),
    ...(enabled === undefined ? {} : { enabled }),
    filter: {
      events: events ?? filter.events,
      places: places === undefined ? filter.places : places,
      sets: sets === undefined ? filter.sets : sets,
      named: named ?? filter.named ?? false,
    },
  };
}

function toSettings(
  settings: z.output<typeof ChannelSettingsMessage>,
  makeSecret: () => string,
): ChannelSettings {
  switch (settings.kind) {
    case "webhook":
      return { ...settings, secret: settings.secret ?? makeSecret() };
    case "ntfy":
      return { ...settings, token: settings.token ?? null };
    case "discord":
    case "mail":
      return settings;
    case "telegram": {
      const { kind, token, chat_id: chatId } = settings;
      return { kind, url: settings.url.replace(/\/+$/, ""), token, chatId };
    }
    case "command":
      return { kind: "command", argv: settings.argv, timeoutMs: settings.timeout_seconds * 1000 };
    default:
      throw settings satisfies never;
  }
}

export function toChannelMessage(channel: Channel, last: Message | null, waiting: number): ChannelMessage {
  const { id, name, settings, filter, digestMs, enabled, createdAt } = channel;
  return {
    id,
    name,
    kind: settings.kind,
    target: describeTarget(settings),
    events: [...filter.events],
    places: filter.places === null ? null : [...filter.places],
    sets: filter.sets === null ? null : [...filter.sets],
    named: filter.named ?? false,
    digest_seconds: digestMs / 1000,
    enabled,
    created_at: new Date(createdAt).toISOString(),
    waiting,
    last: last === null ? null : toNotificationMessage(last),
  };
}

export function toNotificationMessage(message: Message): NotificationMessage {
  const { id, createdAt, dueAt, state, digest, attempts, answer, finishedAt } = message;
  return {
    id,
    at: new Date(createdAt).toISOString(),
    state,
    title: describeDigest(digest).title,
    attempts,
    answer,
    next_at: state === "waiting" ? new Date(dueAt).toISOString() : null,
    finished_at: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}
