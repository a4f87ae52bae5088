/** What is written in the form of a channel, and what becomes of it. Pure. */
import type { ChannelRequest } from "../../../src/wire/notifications.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";

export const CHANNEL_KINDS = ["ntfy", "discord", "telegram", "mail", "webhook", "command"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const EVENTS = ["complete", "failed", "attention", "disk_low"] as const;
export type EventName = (typeof EVENTS)[number];

export interface ChannelDraft {
  name: string;
  url: string;
  topic: string;
  token: string;
  chat: string;
  from: string;
  to: string;
  argv: string;
  /** Separated by commas. */
  events: string;
  /** Seconds. */
  digest: string;
  /** `yes`: a command that is run only after downloads that ask for it. */
  named: string;
}

export const EMPTY_DRAFT: ChannelDraft = {
  name: "",
  url: "",
  topic: "",
  token: "",
  chat: "",
  from: "",
  to: "",
  argv: "",
  events: EVENTS.join(","),
  digest: "10",
  named: "",
};

type FieldName = Exclude<keyof ChannelDraft, "events" | "digest" | "name" | "named">;

/** The fields of each kind, and whether they are needed. */
export const FIELDS: Readonly<Record<ChannelKind, readonly (readonly [FieldName, boolean])[]>> = {
  ntfy: [
    ["topic", true],
    ["url", false],
    ["token", false],
  ],
  discord: [["url", true]],
  telegram: [
    ["token", true],
    ["chat", true],
  ],
  mail: [
    ["url", true],
    ["from", true],
    ["to", true],
  ],
  webhook: [["url", true]],
  command: [["argv", true]],
};

/** Only what is missing: what is wrong with the rest the server says, field by field. */
export function checkChannel(kind: ChannelKind, draft: ChannelDraft): DraftErrors<ChannelDraft> {
  const missing = FIELDS[kind].filter(([name, isNeeded]) => isNeeded && draft[name].trim() === "");
  return {
    ...Object.fromEntries(missing.map(([name]) => [name, t("This is needed.")])),
    ...(draft.events === "" ? { events: t("Choose at least one.") } : {}),
  };
}

export function toChannelRequest(kind: ChannelKind, draft: ChannelDraft): ChannelRequest {
  const name = draft.name.trim();
  return {
    settings: settingsOf(kind, draft),
    events: draft.events.split(",") as EventName[],
    digest_seconds: Number(draft.digest),
    ...(name === "" ? {} : { name }),
    ...(kind === "command" && draft.named !== "" ? { named: true } : {}),
  };
}

function settingsOf(kind: ChannelKind, draft: ChannelDraft): ChannelRequest["settings"] {
  const [url, token] = [draft.url.trim(), draft.token.trim()];
  switch (kind) {
    case "ntfy":
      return {
        kind,
        topic: draft.topic.trim(),
        ...(url === "" ? {} : { url }),
        ...(token === "" ? {} : { token }),
      };
    case "discord":
    case "webhook":
      return { kind, url };
    case "telegram":
      return { kind, token, chat_id: draft.chat.trim() };
    case "mail":
      return { kind, url, from: draft.from.trim(), to: draft.to.split(/[\s,;]+/).filter(Boolean) };
    case "command":
      // One for each line: no shell reads it, so that spaces and quotes are what they are.
      return { kind, argv: draft.argv.split("\n").filter((line) => line.trim() !== "") };
    default:
      throw kind satisfies never;
  }
}

/** The field of the form that the server means. */
export function toChannelField(field: string | null): keyof ChannelDraft | null {
  if (field === null) return null;
  const name = field.replace(/^settings\./, "").replace(/\.\d+$/, "");
  if (name === "chat_id") return "chat";
  if (name === "digest_seconds") return "digest";
  return Object.hasOwn(EMPTY_DRAFT, name) ? (name as keyof ChannelDraft) : null;
}
