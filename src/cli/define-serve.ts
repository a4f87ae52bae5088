import { Command, Option } from "commander";
import { settingsHelp } from "../config/describe-settings.ts";
import { readEnvironment } from "../config/environment.ts";
import { readSettings } from "../config/read-settings.ts";
import type { GivenSettings } from "../config/read-settings.ts";
import type { Settings } from "../config/settings-table.ts";
import { flagOf, rowOf, SETTING_NAMES } from "../config/settings-table.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, HELP_COLUMNS, helpAfter } from "./help-parts.ts";
import { UsageError } from "./usage-error.ts";

/** Serves until it is asked to stop, and answers the exit code. */
export type Serve = (given: GivenSettings) => Promise<ExitCode>;

export function defineServe(serve: Serve, finish: (code: ExitCode) => void): Command {
  const command = new Command("serve")
    .summary("server, page and queue in one process")
    .description(
      "Serves the page and the API, and runs the queue, in one process. Stop it with ^C: partial files are " +
        "kept, and the next start goes on where this one stopped.",
    )
    .addHelpText("after", () => {
      const columns = Math.min(HELP_COLUMNS, process.stdout.columns || HELP_COLUMNS);
      return helpAfter(
        settingsHelp(columns),
        exampleHelp([
          ["haulyard serve", "on http://127.0.0.1:8866, everything in the present folder"],
          ["haulyard serve --port 9000 --models-dir /srv/models", "elsewhere"],
          [
            "haulyard serve --host 0.0.0.0",
            "for the whole network; the token is made and kept in data/token",
          ],
        ]),
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.network),
      );
    })
    .action(async (flags: Partial<Record<keyof Settings, string>>) => {
      const outcome = readSettings({ flags, env: readEnvironment(), folder: process.cwd() });
      if (outcome.kind === "bad") throw new UsageError(outcome.problems.join("\n"));
      finish(await serve(outcome.given));
    });
  for (const name of SETTING_NAMES) {
    const flag = flagOf(name);
    // Shown by the sections of the table, which say more.
    if (flag !== null) command.addOption(new Option(`${flag} ${rowOf(name).kind.placeholder}`).hideHelp());
  }
  return command;
}
