/** `haulyard notifications`: the channels as a table. */
import type { ChannelMessage } from "../../wire/notifications.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { shortId } from "../queue/job-words.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { lastWords } from "./channel-words.ts";

export async function runChannels(options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const channels = await connect().channels.list();
  if (options.json === true) sayJson(terminal, { channels });
  else if (channels.length === 0)
    terminal.tell("Nobody is told. Add a channel with: haulyard notifications add ntfy --topic …");
  else for (const line of tableOf(channels, terminal)) terminal.print(line);
  return EXIT.done;
}

function tableOf(channels: readonly ChannelMessage[], terminal: Terminal): string[] {
  const paint = terminal.paintOut;
  const rows = channels.map((channel) => [
    { text: shortId(channel.id) },
    { text: cleanText(channel.name) },
    { text: channel.kind },
    { text: cleanText(channel.target) },
    { text: channel.events.join(" ") },
    {
      text: lastWords(channel),
      ...(channel.last?.state === "given_up" ? { paint: (text: string) => paint("red", text) } : {}),
    },
  ]);
  return drawTable(
    [
      { head: "ID" },
      { head: "NAME", share: 2 },
      { head: "KIND" },
      { head: "WHERE", share: 2 },
      { head: "EVENTS", share: 2 },
      { head: "LAST", share: 3 },
    ],
    rows,
    {
      // In a pipe or a file nothing is cut.
      columns: terminal.printsToScreen ? terminal.columns() : Infinity,
      paintHead: (text) => paint("dim", text),
    },
  );
}
