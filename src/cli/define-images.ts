/** The commands about VM images. */
import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";
import type { ListImagesOptions } from "./images/list-images.ts";

type Finish = (code: ExitCode) => void;

const JSON_HELP = "JSON instead of words, see docs/cli-json.md";

export function defineImages(finish: Finish): Command {
  return (
    new Command("images")
      .summary("VM images: which there are, and which are here")
      .description(
        "Shows the images of the server's catalogue and the files of its images folder. 'haulyard add <image id>' " +
          "downloads one.",
      )
      .helpCommand(false)
      // Else it would take the --json of its commands for its own.
      .enablePositionalOptions()
      .option("--here", "only those that are here, or on their way")
      .option("--updates", "ask the publishers of those that are here for newer builds first")
      .option("--json", JSON_HELP)
      .addHelpText(
        "after",
        helpAfter(
          exampleHelp([
            ["haulyard images", "all there are"],
            ["haulyard add debian-13", "download the newest build of one"],
            ["haulyard images --here --updates", "what is here, and what is newer"],
            ["haulyard images rm debian-13", "delete it"],
          ]),
          SERVER_HELP,
          exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.refused, EXIT.network),
        ),
      )
      .action(async (options: ListImagesOptions) => {
        const { runImages } = await import("./images/list-images.ts");
        finish(await runImages(options));
      })
      .addCommand(defineRemove(finish))
  );
}

function defineRemove(finish: Finish): Command {
  return new Command("rm")
    .summary("delete images, or stop their downloads")
    .description("Deletes the files of images. Older builds of one have ids of their own, and stay.")
    .argument("<image...>", "ids of images, as 'haulyard images' shows them")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(SERVER_HELP, exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound, EXIT.network)),
    )
    .action(async (ids: string[], options: { json?: true }) => {
      const { runRemoveImages } = await import("./images/remove-images.ts");
      finish(await runRemoveImages(ids, options));
    });
}
