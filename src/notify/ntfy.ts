/** ntfy: a message published as JSON, so that titles need no encoding for headers. */
import type { ChannelSettings } from "../job/notify/channel.ts";
import type { Wording } from "../job/notify/digest.ts";
import { cutText } from "./cut-text.ts";
import type { HttpMessage } from "./send-request.ts";

/** Longer ones become attachments. Bytes. */
const MAX_MESSAGE = 4096;
const MAX_TITLE = 250;
/** 1 to 5; 3 is the usual one, 4 makes a phone vibrate longer. */
const PRIORITY = { usual: 3, urgent: 4 };

export function ntfyRequest(
  { url, topic, token }: Extract<ChannelSettings, { kind: "ntfy" }>,
  { title, lines, isUrgent }: Wording,
): HttpMessage {
  const body = JSON.stringify({
    topic,
    title: cutText(title, MAX_TITLE),
    // Without a message ntfy shows "triggered".
    message: cutText(lines.length === 0 ? title : lines.join("\n"), MAX_MESSAGE),
    priority: isUrgent ? PRIORITY.urgent : PRIORITY.usual,
    tags: [isUrgent ? "warning" : "white_check_mark"],
  });
  return { url, body, headers: token === null ? {} : { authorization: `Bearer ${token}` } };
}
