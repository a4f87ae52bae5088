/** `haulyard restore`. */
import { restoreHere } from "../../backup/restore-here.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { sayJson } from "../queue/say-json.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { placesHere } from "./places-here.ts";

/** As commander gives them. */
export interface RestoreOptions {
  data?: string;
  replace?: true;
  json?: true;
}

export async function runRestore(file: string, options: RestoreOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const places = placesHere(options.data);
  const outcome = await restoreHere(file, places, { replace: options.replace === true, now: Date.now() });
  if (options.json === true) sayJson(terminal, outcome);
  switch (outcome.kind) {
    case "restored":
      if (options.json !== true) sayRestored(terminal, outcome);
      return EXIT.done;
    case "refused":
      terminal.tell(`haulyard: ${outcome.message}`);
      terminal.tell(`  ${outcome.advice}`);
      return EXIT.refused;
    case "bad_folder":
      terminal.tell(`haulyard: ${cleanText(outcome.message)}`);
      terminal.tell("  Give one that this user can make, with --data or HAULYARD_DATA.");
      return EXIT.usage;
    case "failed":
      terminal.tell(`haulyard: ${cleanText(outcome.message)}`);
      return EXIT.failed;
    default:
      throw outcome satisfies never;
  }
}

type Restored = Extract<Awaited<ReturnType<typeof restoreHere>>, { kind: "restored" }>;

function sayRestored(terminal: Terminal, { manifest, kept, ignored }: Restored): void {
  const { files, createdAt, version, leftOut } = manifest;
  terminal.print(`Restored ${files.length} files of ${createdAt} (Haulyard ${cleanText(version)}).`);
  if (kept !== null) terminal.print(`What was there is in ${kept}.`);
  if (ignored.length > 0) terminal.print(`No place here is set for: ${ignored.map(cleanText).join(", ")}.`);
  if (leftOut.length > 0) terminal.print(`Not in the backup: ${leftOut.map(cleanText).join(", ")}.`);
}
