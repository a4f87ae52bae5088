/** The commands about lock files. */
import { Command, Option } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";
import type { LockOptions } from "./lock/write-lock-file.ts";
import type { SyncOptions } from "./lock/sync-place.ts";

type Finish = (code: ExitCode) => void;

const JSON_HELP = "JSON instead of words, see docs/cli-json.md";

export function defineLock(finish: Finish): Command {
  return new Command("lock")
    .summary("write down what is here: a lock file")
    .description(
      "Writes down the models and images of the server's machine: path, size, hash, and where each is to be had. " +
        "'haulyard sync' makes another place match it.",
    )
    .option("-o, --output <file>", "write it there; what was added by hand to an older one stays")
    .addOption(new Option("--root <root>", "only these files").choices(["models", "images", "files"]))
    .option("--all", "files of the downloads folder, too")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard lock -o haulyard.lock.yaml", "write down all models and images"],
          ["haulyard sync haulyard.lock.yaml --to gpu", "bring them to an instance"],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (options: LockOptions) => {
      const { runLock } = await import("./lock/write-lock-file.ts");
      finish(await runLock(options));
    });
}

export function defineSync(finish: Finish): Command {
  return new Command("sync")
    .summary("make a place match a lock file")
    .description(
      "Fetches what is missing, takes what is elsewhere on the place from there, and leaves alone what is right. " +
        "Ends with 0 only once the place has all files of the lock.",
    )
    .argument("<lock>", "a lock file, '-' for the standard input")
    .option("--to <host>", "an instance; without it the server's machine")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--delete", "remove files of its folders that are not of the lock, once all others are there")
    .option("--skip-bad", "leave out entries that cannot be used; else nothing is done")
    .option("--detach", "queue, and do not wait")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (file: string, options: SyncOptions) => {
      const { runSync } = await import("./lock/sync-place.ts");
      finish(await runSync(file, options));
    });
}
