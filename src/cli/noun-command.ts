/** A command named after what it shows: by itself it shows all of them, and its commands act on them. */
import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";

export type Finish = (code: ExitCode) => void;

export interface JsonOption {
  json?: true;
}

export const JSON_HELP = "JSON instead of words, see docs/cli-json.md";

interface Noun {
  name: string;
  summary: string;
  description: string;
  examples: Parameters<typeof exampleHelp>[0];
  /** Shows them; what it needs is loaded when it is asked for. */
  show(options: JsonOption): Promise<ExitCode>;
  commands: readonly Command[];
}

export function nounCommand(
  { name, summary, description, examples, show, commands }: Noun,
  finish: Finish,
): Command {
  const noun = new Command(name)
    .summary(summary)
    .description(description)
    .helpCommand(false)
    // Else it would take the --json of its commands for its own.
    .enablePositionalOptions()
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp(examples),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (options: JsonOption) => finish(await show(options)));
  for (const command of commands) noun.addCommand(command);
  return noun;
}
