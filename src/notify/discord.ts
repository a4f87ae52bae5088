/** Discord: a message through the webhook of a channel. */
import type { ChannelSettings } from "../job/notify/channel.ts";
import type { Wording } from "../job/notify/digest.ts";
import { cutText } from "./cut-text.ts";
import type { HttpMessage } from "./send-request.ts";

/** Discord's own limits: beyond them it refuses the message. Characters. */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
/** The bar beside the message: 0xRRGGBB. */
const COLOUR = { usual: 0x2f9e44, urgent: 0xe8590c };

export function discordRequest(
  { url }: Extract<ChannelSettings, { kind: "discord" }>,
  { title, lines, isUrgent }: Wording,
  at: number,
): HttpMessage {
  const body = JSON.stringify({
    username: "Haulyard",
    embeds: [
      {
        title: cutText(plain(title), MAX_TITLE),
        description: cutText(plain(lines.join("\n")), MAX_DESCRIPTION),
        color: isUrgent ? COLOUR.urgent : COLOUR.usual,
        timestamp: new Date(at).toISOString(),
      },
    ],
    // A file called `@everyone` wakes nobody.
    allowed_mentions: { parse: [] },
  });
  return { url, body, headers: {} };
}

/** Names are no markdown: `a_b_c` keeps its lines, and none of them makes a link. */
function plain(text: string): string {
  return text.replace(/[\\*_~`|>[\]()#<]/g, "\\$&");
}
