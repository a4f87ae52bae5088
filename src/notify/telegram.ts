/** Telegram: a message of a bot. As plain text, without markup: names of files are none. */
import type { ChannelSettings } from "../job/notify/channel.ts";
import type { Wording } from "../job/notify/digest.ts";
import { cutText } from "./cut-text.ts";
import type { HttpMessage } from "./send-request.ts";

/** Of a message; beyond it Telegram refuses. Characters. */
const MAX_TEXT = 4096;

export function telegramRequest(
  { url, token, chatId }: Extract<ChannelSettings, { kind: "telegram" }>,
  { title, lines, isUrgent }: Wording,
): HttpMessage {
  const body = JSON.stringify({
    chat_id: chatId,
    text: cutText([title, ...lines].join("\n"), MAX_TEXT),
    disable_notification: !isUrgent,
    link_preview_options: { is_disabled: true },
  });
  return { url: `${url}/bot${token}/sendMessage`, body, headers: {} };
}
