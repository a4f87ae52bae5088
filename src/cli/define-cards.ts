import { Command } from "commander";
import type { CheckOptions } from "./cards/check-cards.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter } from "./help-parts.ts";

export function defineCards(finish: (code: ExitCode) => void): Command {
  return new Command("cards")
    .summary("look at resource cards, without a server")
    .description("Works on the files themselves: no server is asked, and nothing of a card is run.")
    .helpCommand(false)
    .addCommand(defineCheck(finish))
    .addHelpText("after", helpAfter(exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound)));
}

function defineCheck(finish: (code: ExitCode) => void): Command {
  return new Command("check")
    .summary("what cards would run, tool by tool, and what is wrong with them")
    .description(
      "Shows what each command of a card would fetch and where to, and what is wrong with the card, with the " +
        "line. Nothing is run and nothing is fetched. Secrets that stand in a card are not shown.",
    )
    .argument(
      "[file...]",
      "cards, or folders of cards; default: the folder of the setting HAULYARD_RESOURCES",
    )
    .option("--commands <any|known>", "judge commands by this policy; default: HAULYARD_COMMANDS, or any")
    .option("-q, --quiet", "show only cards that something is wrong with")
    .option("--json", "one JSON object per line for each card, see docs/cli-json.md")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard cards check", "all cards of ./resources"],
          ["haulyard cards check resources/loras/mine.md", "one of them"],
          ["haulyard cards check --commands known -q", "would a strict server run them all?"],
        ]),
        `Environment:
  HAULYARD_RESOURCES, HAULYARD_COMMANDS, HAULYARD_UI_HOME   as the server has them, see docs/settings.md`,
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound),
      ),
    )
    .action(async (files: string[], options: CheckOptions) => {
      const { runCheck } = await import("./cards/check-cards.ts");
      finish(await runCheck(files, options));
    });
}
