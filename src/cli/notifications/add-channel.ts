/** `haulyard notifications add`. */
import { text } from "node:stream/consumers";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { shortId } from "../queue/job-words.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import { channelLine } from "./channel-words.ts";
import { readChannel } from "./read-channel.ts";
import type { AddChannelOptions, ChannelKindWord } from "./read-channel.ts";

export async function runAddChannel(
  kind: ChannelKindWord,
  program: readonly string[],
  options: AddChannelOptions,
): Promise<ExitCode> {
  const terminal = openTerminal();
  const request = await readChannel(kind, program, options, async () => (await text(process.stdin)).trim());
  const { channel, secret } = await connect().channels.add(request);
  if (options.json === true) {
    sayJson(terminal, { channel, secret });
    return EXIT.done;
  }
  terminal.print(`added  ${channelLine(channel)}`);
  if (secret !== null)
    terminal.print(`The key to check its messages with, shown only now:\n  ${cleanText(secret)}`);
  terminal.tell(`  Next: haulyard notifications test ${shortId(channel.id)}`);
  return EXIT.done;
}
