/** The commands about the settings of the server. */
import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import { exitCodeHelp, helpAfter } from "./help-parts.ts";
import { JSON_HELP, nounCommand } from "./noun-command.ts";
import type { Finish, JsonOption } from "./noun-command.ts";

const NAME_HELP = "its name, as in haulyard.config.json: retentionHours; or its variable";

export function defineSettings(finish: Finish): Command {
  return nounCommand(
    {
      name: "settings",
      summary: "what the server is set to, and changes while it runs",
      description:
        "Shows the settings of the server at HAULYARD_URL and where each comes from; its commands change them, give " +
        "changes up, and try tokens. Of secrets only whether there is one is shown.",
      examples: [
        ["haulyard settings", "all of them"],
        ["haulyard settings set retentionHours 72", "from now on, over restarts, too"],
        ["haulyard settings set hfToken", "asks for it; in a script: … set hfToken < file"],
        ["haulyard settings test hfToken", "asks Hugging Face who we are"],
        ["haulyard settings reset retentionHours", "back to what the server was started with"],
      ],
      show: async (options) => (await import("./settings/show-settings.ts")).runSettings(options),
      commands: [defineSet(finish), defineReset(finish), defineTest(finish)],
    },
    finish,
  );
}

function defineSet(finish: Finish): Command {
  return new Command("set")
    .summary("change a setting while the server runs")
    .description(
      "Changes a setting, which outlives restarts until it is given up. Secrets are never taken from the command line, " +
        "which other users of the machine can read: they are asked for, or read from standard input.",
    )
    .argument("<name>", NAME_HELP)
    .argument("[value]", "the new value; 'none' where a setting may have none")
    .option("--json", JSON_HELP)
    .action(async (name: string, value: string | undefined, options: JsonOption) => {
      const { setSetting } = await import("./settings/change-setting.ts");
      finish(await setSetting(name, value ?? null, options));
    });
}

function defineReset(finish: Finish): Command {
  return new Command("reset")
    .summary("give a change up: what the server was started with counts again")
    .description("Gives a change of a setting up: what the server was started with counts again, at once.")
    .argument("<name>", NAME_HELP)
    .option("--json", JSON_HELP)
    .action(async (name: string, options: JsonOption) => {
      const { resetSetting } = await import("./settings/change-setting.ts");
      finish(await resetSetting(name, options));
    });
}

function defineTest(finish: Finish): Command {
  return new Command("test")
    .summary("ask the service a token is for who we are")
    .description(
      "Asks the service a token is for who we are, with the token the server has now: whether it is a good one, and " +
        "whose.",
    )
    .argument("<name>", "hfToken or civitaiApiKey")
    .option("--json", JSON_HELP)
    .addHelpText("after", helpAfter(exitCodeHelp(EXIT.done, EXIT.failed, EXIT.network)))
    .action(async (name: string, options: JsonOption) => {
      const { testSetting } = await import("./settings/test-setting.ts");
      finish(await testSetting(name, options));
    });
}
