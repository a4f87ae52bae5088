/** `haulyard notifications test`. */
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import { channelLine } from "./channel-words.ts";
import { withChannel } from "./find-channel.ts";

export async function runTestChannel(word: string, options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  return withChannel(client, word, async (channel) => {
    const { delivered, answer } = await client.channels.test(channel.id);
    if (options.json === true) sayJson(terminal, { id: channel.id, delivered, answer });
    else {
      terminal.print(`${delivered ? "arrived" : "failed"}  ${channelLine(channel)}`);
      for (const line of answer.split("\n")) terminal.tell(`  ${cleanText(line)}`);
    }
    return delivered ? EXIT.done : EXIT.failed;
  });
}
