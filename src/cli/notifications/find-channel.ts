/** Channels as people name them. */
import type { Client } from "../../client/create-client.ts";
import type { ChannelMessage } from "../../wire/notifications.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { shortId } from "../queue/job-words.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";

/** Fewer characters of an id than this name nobody. */
const MIN_ID = 4;

/** Does it with the one channel that is meant; without one it says so, and answers the exit code for that. */
export async function withChannel(
  client: Pick<Client, "channels">,
  word: string,
  act: (channel: ChannelMessage) => Promise<ExitCode>,
): Promise<ExitCode> {
  const found = matchChannels(await client.channels.list(), word);
  const [channel, ...more] = found;
  if (channel !== undefined && more.length === 0) return act(channel);
  const terminal = openTerminal();
  const message =
    channel === undefined
      ? `There is no channel called ${JSON.stringify(word)}; 'haulyard notifications' shows which there are.`
      : `${word} may be one of several: ${found.map(({ id }) => shortId(id)).join(", ")}. Give the id.`;
  terminal.tell(terminal.paintErr("red", `haulyard: ${cleanText(message)}`));
  return channel === undefined ? EXIT.notFound : EXIT.usage;
}

/** A name as it is counts before the beginning of an id. */
export function matchChannels(channels: readonly ChannelMessage[], word: string): readonly ChannelMessage[] {
  const wanted = word.toLowerCase();
  const named = channels.filter(({ name, id }) => name.toLowerCase() === wanted || id === wanted);
  if (named.length > 0 || wanted.length < MIN_ID) return named;
  return channels.filter(({ id }) => id.startsWith(wanted));
}
