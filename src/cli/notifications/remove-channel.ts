/** `haulyard notifications rm`. */
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { openTerminal } from "../screen/terminal.ts";
import { channelLine } from "./channel-words.ts";
import { withChannel } from "./find-channel.ts";

export async function runRemoveChannel(word: string, options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  return withChannel(client, word, async (channel) => {
    await client.channels.remove(channel.id);
    if (options.json === true) sayJson(terminal, { removed: channel.id });
    else terminal.print(`forgotten  ${channelLine(channel)}`);
    return EXIT.done;
  });
}
