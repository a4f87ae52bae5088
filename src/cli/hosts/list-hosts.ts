/** `haulyard hosts`: the instances as a table. */
import type { HostMessage } from "../../wire/hosts.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { shortId } from "../queue/job-words.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { freeWord, hostNote, placeWord, seenWord } from "./host-words.ts";

export async function runHosts(options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const hosts = await connect().hosts.list();
  if (options.json === true) sayJson(terminal, { hosts });
  else if (hosts.length === 0)
    terminal.tell("There are no hosts. Add one with: haulyard hosts add 'ssh -p … root@…'");
  else for (const line of tableOf(hosts, terminal)) terminal.print(line);
  return EXIT.done;
}

function tableOf(hosts: readonly HostMessage[], terminal: Terminal): string[] {
  const now = Date.now();
  const paint = terminal.paintOut;
  const rows = hosts.map((host) => [
    { text: shortId(host.id) },
    { text: cleanText(host.label) },
    { text: placeWord(host) },
    { text: freeWord(host) },
    { text: seenWord(host, now) },
    {
      text: hostNote(host),
      ...(host.question === null ? {} : { paint: (text: string) => paint("yellow", text) }),
    },
  ]);
  return drawTable(
    [
      { head: "ID" },
      { head: "LABEL", share: 2 },
      { head: "HOST", share: 2 },
      { head: "FREE", right: true },
      { head: "SEEN", right: true },
      { head: "", share: 3 },
    ],
    rows,
    {
      // In a pipe or a file nothing is cut.
      columns: terminal.printsToScreen ? terminal.columns() : Infinity,
      paintHead: (text) => paint("dim", text),
    },
  );
}
