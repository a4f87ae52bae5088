/** The commands about backups. */
import { Command } from "commander";
import type { BackupOptions } from "./backup/run-backup.ts";
import type { RestoreOptions } from "./backup/run-restore.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";

type Finish = (code: ExitCode) => void;

const JSON_HELP = "JSON instead of words, see docs/cli-json.md";

export function defineBackup(finish: Finish): Command {
  return new Command("backup")
    .summary("write everything into one file, while the server works")
    .description(
      "Writes queue, history, instances, accepted host keys, catalogues, cards and settings into one file, which is " +
        "checked then. Asks the server at HAULYARD_URL; where none answers, it reads the data folder of the settings " +
        "of the present folder. Downloaded files are not in it.",
    )
    .argument("<file>", "it is written whole or not at all; one that is there is replaced")
    .option("--with-secrets", "tokens, accounts, API keys and signed addresses, too; keep the file safe")
    .option("--here", "read the data folder, without asking a server")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard backup haulyard.tar.gz", "may lie anywhere: it holds no secrets"],
          ["haulyard backup --with-secrets /safe/haulyard.tar.gz", "to move to another machine"],
        ]),
        SERVER_HELP,
        exitCodeHelp(
          EXIT.done,
          EXIT.failed,
          EXIT.usage,
          EXIT.notFound,
          EXIT.refused,
          EXIT.noSpace,
          EXIT.network,
        ),
      ),
    )
    .action(async (file: string, options: BackupOptions) => {
      const { runBackup } = await import("./backup/run-backup.ts");
      finish(await runBackup(file, options));
    });
}

export function defineRestore(finish: Finish): Command {
  return new Command("restore")
    .summary("put a backup in the place of what is there")
    .description(
      "Checks a backup and puts it where the settings of the present folder say. The server has to be stopped. What " +
        "was there is kept in the data folder. If it is broken off it has changed nothing, or the next start " +
        "finishes it.",
    )
    .argument("<file>", "a file that 'haulyard backup' wrote")
    .option("--data <folder>", "the data folder, if not as the settings say")
    .option("--replace", "although there is a database; it is kept")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([["haulyard restore haulyard.tar.gz --data ./data", "into an empty folder"]]),
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.refused),
      ),
    )
    .action(async (file: string, options: RestoreOptions) => {
      const { runRestore } = await import("./backup/run-restore.ts");
      finish(await runRestore(file, options));
    });
}
