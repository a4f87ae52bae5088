/** What kinds of channels, events and outcomes are called. */
import type { ChannelMessage } from "../../../src/wire/notifications.ts";
import { t } from "../words/words.ts";
import type { ChannelDraft, ChannelKind, EventName } from "./channel-draft.ts";

export const KIND_WORDS: Readonly<Record<ChannelKind, string>> = {
  ntfy: "ntfy",
  discord: "Discord",
  telegram: "Telegram",
  mail: t("Mail"),
  webhook: "Webhook",
  command: t("Program"),
};

export const EVENT_WORDS: Readonly<Record<EventName, string>> = {
  complete: t("Complete"),
  failed: t("Failed"),
  attention: t("Needs attention"),
  disk_low: t("Disk space low"),
};

interface FieldWords {
  label: string;
  about?: string;
  placeholder?: string;
}

export function fieldWords(kind: ChannelKind, name: keyof ChannelDraft): FieldWords {
  switch (name) {
    case "topic":
      return {
        label: t("Topic"),
        about: t("Whoever knows it can read along: take one that nobody guesses."),
        placeholder: t("gpu-box-7f3a"),
      };
    case "token":
      return kind === "telegram"
        ? { label: t("Token of the bot"), placeholder: "123456:ABC…" }
        : { label: t("Token"), about: t("Only where the topic is protected.") };
    case "chat":
      return {
        label: t("Chat"),
        about: t("Its number, or @name of a channel."),
        placeholder: "-1001234567890",
      };
    case "from":
      return { label: t("Sender") };
    case "to":
      return { label: t("Receivers"), about: t("Several are separated by commas.") };
    case "argv":
      return {
        label: t("Program and arguments"),
        about: t("One for each line; no shell reads them. HAULYARD_HOOKS has to name the program."),
        placeholder: t("/usr/local/bin/after-download"),
      };
    case "url":
      return urlWords(kind);
    case "name":
    case "events":
    case "digest":
    case "named":
      return { label: t("Name") };
    default:
      throw name satisfies never;
  }
}

function urlWords(kind: ChannelKind): FieldWords {
  if (kind === "mail")
    return {
      label: t("Mail server"),
      about: t("With name and password, if it wants them."),
      placeholder: "smtp://name:password@mail.example.org:587",
    };
  if (kind === "ntfy") return { label: t("Server"), placeholder: "https://ntfy.sh" };
  return kind === "discord"
    ? {
        label: t("Address of the webhook"),
        about: t("In Discord: settings of the channel, Integrations."),
        placeholder: "https://discord.com/api/webhooks/…",
      }
    : { label: t("Address"), placeholder: "https://example.org/hook" };
}

/** How the last message fared. */
export function lastWords({ last, waiting }: ChannelMessage): {
  text: string;
  state: "ok" | "warn" | "bad" | "none";
} {
  if (last === null) return { text: waiting > 0 ? t("About to send") : t("Nothing sent yet"), state: "none" };
  const [answer = ""] = (last.answer ?? "").split("\n");
  switch (last.state) {
    case "delivered":
      return { text: t("Arrived: {title}", { title: last.title }), state: "ok" };
    case "waiting":
      return { text: t("Trying again: {answer}", { answer }), state: "warn" };
    case "given_up":
      return { text: t("Given up: {answer}", { answer }), state: "bad" };
    default:
      throw last.state satisfies never;
  }
}
