/** The commands about the machines of an installation. */
import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import { exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";
import type { DrainOptions } from "./nodes/change-nodes.ts";
import { JSON_HELP, nounCommand } from "./noun-command.ts";
import type { Finish, JsonOption } from "./noun-command.ts";

const NAME_HELP = "its name, as 'haulyard nodes' shows it";
const CODES = exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network);

export function defineNodes(finish: Finish): Command {
  return nounCommand(
    {
      name: "nodes",
      summary: "the machines that share the queue",
      description:
        "Shows the machines that share the database of the server at HAULYARD_URL: what runs there and which ones are " +
        "away. On one machine there is one.",
      examples: [
        ["haulyard nodes", "which there are, and what they have at work"],
        ["haulyard nodes drain gpu-2", "before that machine is restarted"],
        ["haulyard nodes rm gpu-2", "it is gone for good"],
      ],
      show: async (options) => (await import("./nodes/list-nodes.ts")).runNodes(options),
      commands: [defineDrain(finish), defineUndrain(finish), defineRemove(finish)],
    },
    finish,
  );
}

function defineDrain(finish: Finish): Command {
  return new Command("drain")
    .summary("let a machine finish what it has, and take up nothing new")
    .description(
      "The machine finishes the downloads to its disk; what it runs on instances is followed by another one. A worker " +
        "ends once it has nothing left, a server goes on answering. Started anew, either rests until 'undrain'.",
    )
    .argument("<name>", NAME_HELP)
    .option("--drain-timeout <time>", "then it stops what is left, partial files are kept: 90s, 30m, 2h")
    .option("--json", JSON_HELP)
    .addHelpText("after", helpAfter(SERVER_HELP, CODES))
    .action(async (name: string, options: DrainOptions) => {
      const { runDrain } = await import("./nodes/change-nodes.ts");
      finish(await runDrain(name, true, options));
    });
}

function defineUndrain(finish: Finish): Command {
  return new Command("undrain")
    .summary("let a machine take up jobs again")
    .description("Ends 'drain': the machine takes up jobs again.")
    .argument("<name>", NAME_HELP)
    .option("--json", JSON_HELP)
    .addHelpText("after", helpAfter(SERVER_HELP, CODES))
    .action(async (name: string, options: JsonOption) => {
      const { runDrain } = await import("./nodes/change-nodes.ts");
      finish(await runDrain(name, false, options));
    });
}

function defineRemove(finish: Finish): Command {
  return new Command("rm")
    .summary("forget a machine that is gone for good")
    .description("Refused while the machine lives, and while jobs for its disk have not ended.")
    .argument("<name>", NAME_HELP)
    .option("--json", JSON_HELP)
    .addHelpText("after", helpAfter(SERVER_HELP, CODES))
    .action(async (name: string, options: JsonOption) => {
      const { runRemoveNode } = await import("./nodes/change-nodes.ts");
      finish(await runRemoveNode(name, options));
    });
}
