import { Command } from "commander";
import type { DoctorOptions } from "./doctor/run-doctor.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter } from "./help-parts.ts";

export function defineDoctor(finish: (code: ExitCode) => void): Command {
  return new Command("doctor")
    .summary("what is configured, reachable, writable, missing")
    .description(
      "Looks at everything that can be wrong: settings, folders and the space in them, files, programs, services, " +
        "instances. Asks the server at HAULYARD_URL, which sees its own machine; where none answers, it looks at " +
        "this one, with the settings of the present folder.",
    )
    .option("--here", "look at this machine, without asking a server")
    .option("--offline", "ask nobody on the internet; only with --here, or where no server answers")
    .option("--json", "JSON instead of words, see docs/cli-json.md")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard doctor", "of the server"],
          ["haulyard doctor --here", "before the first start"],
          ["haulyard doctor --json | jq '.findings[] | select(.state==\"problem\")'", "in a script"],
        ]),
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.refused, EXIT.interrupted),
      ),
    )
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import("./doctor/run-doctor.ts");
      finish(await runDoctor(options));
    });
}
