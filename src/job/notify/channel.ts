/** Ways to tell somebody, and what is told on which. */
import type { Notice, NoticeKind } from "./notice.ts";

/** UUID in lower case. */
export type ChannelId = string;

/** How a message travels. Holds secrets: goes out through `describeTarget` only. */
export type ChannelSettings =
  /** `secret`: `whsec_` and base64, as Standard Webhooks has it. */
  | { kind: "webhook"; url: string; secret: string }
  | { kind: "ntfy"; url: string; topic: string; token: string | null }
  | { kind: "discord"; url: string }
  | { kind: "telegram"; url: string; token: string; chatId: string }
  /** `url`: `smtp://user:password@host:587`, `smtps://…`. */
  | { kind: "mail"; url: string; from: string; to: readonly string[] }
  /** A program with its arguments, never a line for a shell. */
  | { kind: "command"; argv: readonly string[]; timeoutMs: number };

export type ChannelKind = ChannelSettings["kind"];

export interface ChannelFilter {
  events: readonly NoticeKind[];
  /** Names of nodes and ids of hosts; null: of any place. */
  places: readonly string[] | null;
  /** Sets of the model catalogue; null: whether of a set or not. Disks are of none and always told. */
  sets: readonly string[] | null;
  /** Of a command: run only after downloads that ask for it by its name (`after_run`). None: after all others that fit. */
  named?: boolean;
}

export interface ChannelDraft {
  name: string;
  settings: ChannelSettings;
  filter: ChannelFilter;
  /** Events within this time of the first become one message; 0: each is a message of its own. */
  digestMs: number;
  enabled: boolean;
}

export interface Channel extends ChannelDraft {
  id: ChannelId;
  createdAt: number;
  updatedAt: number;
}

/** Whether something is to be told on a channel. Pure. */
export function wants({ name, filter }: Pick<Channel, "name" | "filter">, notice: Notice): boolean {
  const { events, places, sets, named = false } = filter;
  const { kind, subject } = notice;
  // Whoever asks for it by its name has said all there is to say.
  if (named) return subject.kind === "job" && subject.afterRun === name;
  if (!events.includes(kind)) return false;
  if (places !== null && !places.includes(subject.place)) return false;
  if (sets === null || subject.kind === "disk") return true;
  return subject.set !== null && sets.includes(subject.set);
}

/** Where a channel leads, for people: enough to tell it from others, and no secret. */
export function describeTarget(settings: ChannelSettings): string {
  switch (settings.kind) {
    case "webhook":
    case "ntfy":
      // Whoever knows the path or the topic can write or read: it is as good as a password.
      return hostOf(settings.url);
    case "discord":
    case "telegram":
      return hostOf(settings.url);
    case "mail":
      return settings.to.join(", ");
    case "command":
      // Arguments may be keys of other services.
      return settings.argv[0] ?? "";
    default:
      throw settings satisfies never;
  }
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "";
}
