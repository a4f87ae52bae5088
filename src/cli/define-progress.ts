import { Argument, Command } from "commander";
import { TOOL_NAMES } from "../job/output-contract.ts";
import type { ToolName } from "../job/output-contract.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter } from "./help-parts.ts";

export function defineProgress(finish: (code: ExitCode) => void): Command {
  return new Command("progress")
    .summary("what a download tool prints, as events in JSON lines")
    .description(
      "Reads what a download tool prints on its standard input and prints what it tells as one JSON object per " +
        "line: files that begin, progress with exact numbers, files that are whole, errors. No server is asked.",
    )
    .addArgument(new Argument("<tool>", "the tool, or auto: found by what is printed").choices(TOOL_NAMES))
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["wget https://example.org/model.gguf 2>&1 | haulyard progress wget", "live, in a pipe"],
          ["haulyard progress auto < old.log", "a log that was kept"],
        ]),
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.interrupted),
      ),
    )
    .action(async (tool: ToolName) => {
      const { runProgress } = await import("./progress/run-progress.ts");
      finish(await runProgress(tool));
    });
}
