/** The command that moves a queue to another database. */
import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter } from "./help-parts.ts";
import type { MigrateOptions } from "./move/run-migrate.ts";

export function defineMigrate(finish: (code: ExitCode) => void): Command {
  return new Command("migrate")
    .summary("move the queue from SQLite to PostgreSQL, or back")
    .description(
      "Copies every table into an empty database, compares both, and marks the old one, so that no server starts on " +
        "it by mistake. The server has to be stopped meanwhile: downloads go on from their bytes afterwards, commands " +
        "on instances run on. It all arrives or nothing does; broken off, the same command goes on.",
    )
    .option("--from <database>", "default: the one of the settings, or haulyard.db in the data folder")
    .option("--to <database>", "postgres://user@host/database, no password; default: HAULYARD_DATABASE_URL")
    .option("--data <folder>", "the data folder, if not as the settings say")
    .option("--undo", "take the mark away: go on with what was here when it was moved")
    .option("--json", "JSON instead of words, see docs/cli-json.md")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          [
            "haulyard migrate --to postgres://haulyard@db.example/haulyard",
            "password: PGPASSWORD or ~/.pgpass",
          ],
          ["haulyard migrate", "from the data folder to HAULYARD_DATABASE_URL"],
          [
            "haulyard migrate --from postgres://haulyard@db.example/haulyard --to sqlite:back.db",
            "back, with all that has happened since",
          ],
        ]),
        exitCodeHelp(
          EXIT.done,
          EXIT.failed,
          EXIT.usage,
          EXIT.notFound,
          EXIT.refused,
          EXIT.verification,
          EXIT.network,
        ),
      ),
    )
    .action(async (options: MigrateOptions) => {
      const { runMigrate } = await import("./move/run-migrate.ts");
      finish(await runMigrate(options));
    });
}
