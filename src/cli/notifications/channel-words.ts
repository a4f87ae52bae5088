/** Channels in the words of the terminal. */
import type { ChannelMessage } from "../../wire/notifications.ts";
import { shortId } from "../queue/job-words.ts";
import { cleanText } from "../screen/clean-text.ts";

/** `3f2a  phone  ntfy  ntfy.sh` */
export function channelLine({ id, name, kind, target }: ChannelMessage): string {
  return [shortId(id), cleanText(name), kind, cleanText(target)].join("  ");
}

/** What became of the last message. */
export function lastWords({ enabled, last, waiting }: ChannelMessage): string {
  if (!enabled) return "switched off";
  if (last === null) return waiting > 0 ? "about to send" : "nothing sent yet";
  const answer = cleanText((last.answer ?? "").split("\n")[0] ?? "");
  switch (last.state) {
    case "delivered":
      return "arrived";
    case "waiting":
      return `trying again: ${answer}`;
    case "given_up":
      return `given up: ${answer}`;
    default:
      throw last.state satisfies never;
  }
}
