/** `haulyard settings`: all of them as a table. */
import type { SettingMessage } from "../../wire/settings.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { originWord, valueWord } from "./setting-words.ts";

export async function runSettings(options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const settings = await connect().settings.list();
  if (options.json === true) sayJson(terminal, { settings });
  else for (const line of tableOf(settings, terminal)) terminal.print(line);
  return EXIT.done;
}

function tableOf(settings: readonly SettingMessage[], terminal: Terminal): string[] {
  const paint = terminal.paintOut;
  const rows = settings.map((setting) => [
    { text: cleanText(setting.name) },
    { text: valueWord(setting) },
    {
      text: originWord(setting),
      ...(setting.value.source === "changed" ? { paint: (text: string) => paint("yellow", text) } : {}),
    },
  ]);
  return drawTable([{ head: "SETTING" }, { head: "VALUE", share: 2 }, { head: "FROM", share: 1 }], rows, {
    // In a pipe or a file nothing is cut.
    columns: terminal.printsToScreen ? terminal.columns() : Infinity,
    paintHead: (text) => paint("dim", text),
  });
}
