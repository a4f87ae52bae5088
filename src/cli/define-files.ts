/** The command about files that are on the server's machine. */
import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { ListFilesOptions } from "./files/list-files.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";

export function defineFiles(finish: (code: ExitCode) => void): Command {
  return new Command("files")
    .summary("files in the folders of models, images and downloads")
    .description("Shows the files the server knows, with their hashes as far as they were read.")
    .argument("[folder]", "only those below this folder, as the server's machine calls it")
    .option("--unknown", "only those that neither the catalogue nor a download knows")
    .option("--json", "JSON instead of words, see docs/cli-json.md")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard files", "all of them"],
          ["haulyard files --unknown /workspace/ComfyUI/models", "what nobody knows"],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (folder: string | undefined, options: ListFilesOptions) => {
      const { runFiles } = await import("./files/list-files.ts");
      finish(await runFiles(folder, options));
    });
}
