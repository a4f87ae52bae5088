/** The commands about who may ask the server. */
import { Command, Option } from "commander";
import { ROLES } from "../job/access-contract.ts";
import type { AddKeyOptions } from "./access/keys.ts";
import type { AddUserOptions } from "./access/users.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";

type Finish = (code: ExitCode) => void;

interface JsonOption {
  json?: true;
}

const JSON_HELP = "JSON instead of words, see docs/cli-json.md";
const PASSWORD_HELP =
  "The password is asked for, or read from the first line of standard input where there is no terminal; never from the\n" +
  "command line, which everybody on the machine can see.";
const ROLE_HELP = "read: looks; operate: adds, pauses, cancels, too; admin: everything";

const endHelp = (...more: string[]): string =>
  helpAfter(
    ...more,
    SERVER_HELP,
    exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
  );

const roleOption = (): Option => new Option("--role <role>", ROLE_HELP).choices(ROLES).default("read");

export function defineUsers(finish: Finish): Command {
  return (
    new Command("users")
      .summary("accounts that can sign in")
      .description("Shows the accounts of the server; its commands add, change and remove them.")
      .helpCommand(false)
      // Else it would take the --json of its commands for its own.
      .enablePositionalOptions()
      .option("--json", JSON_HELP)
      .addHelpText(
        "after",
        endHelp(
          exampleHelp([
            ["haulyard users add anna --role admin", "make an account; the password is asked for"],
          ]),
        ),
      )
      .action(async (options: JsonOption) => {
        const { listUsers } = await import("./access/users.ts");
        finish(await listUsers(options));
      })
      .addCommand(
        new Command("add")
          .summary("make an account")
          .description("Makes an account. The first one is an admin's.")
          .argument("<name>")
          .addOption(roleOption())
          .option("--json", JSON_HELP)
          .addHelpText("after", endHelp(PASSWORD_HELP))
          .action(async (name: string, options: AddUserOptions) => {
            const { addUser } = await import("./access/users.ts");
            finish(await addUser(name, options));
          }),
      )
      .addCommand(
        new Command("passwd")
          .summary("give an account another password")
          .description("Gives an account another password. Its sessions end.")
          .argument("<name>")
          .option("--json", JSON_HELP)
          .addHelpText("after", endHelp(PASSWORD_HELP))
          .action(async (name: string, options: JsonOption) => {
            const { changePassword } = await import("./access/users.ts");
            finish(await changePassword(name, options));
          }),
      )
      .addCommand(
        new Command("rm")
          .summary("remove an account")
          .description("Removes an account. Its sessions end.")
          .argument("<name>")
          .option("--json", JSON_HELP)
          .addHelpText("after", endHelp())
          .action(async (name: string, options: JsonOption) => {
            const { removeUser } = await import("./access/users.ts");
            finish(await removeUser(name, options));
          }),
      )
  );
}

export function defineKeys(finish: Finish): Command {
  return (
    new Command("keys")
      .summary("API keys for programs")
      .description("Shows the API keys of the server; its commands make and revoke them.")
      .helpCommand(false)
      // Else it would take the --json of its commands for its own.
      .enablePositionalOptions()
      .option("--json", JSON_HELP)
      .addHelpText(
        "after",
        endHelp(
          exampleHelp([["haulyard keys add backup-script --role read --days 90", "a key that runs out"]]),
        ),
      )
      .action(async (options: JsonOption) => {
        const { listKeys } = await import("./access/keys.ts");
        finish(await listKeys(options));
      })
      .addCommand(
        new Command("add")
          .summary("make a key")
          .description(
            "Makes a key and prints it. It is shown this once; programs send it as HAULYARD_TOKEN.",
          )
          .argument("<name>", "what to call it")
          .addOption(roleOption())
          .option("--days <number>", "it holds for so many days; default: until it is revoked")
          .option("--json", JSON_HELP)
          .addHelpText("after", endHelp())
          .action(async (name: string, options: AddKeyOptions) => {
            const { addKey } = await import("./access/keys.ts");
            finish(await addKey(name, options));
          }),
      )
      .addCommand(
        new Command("revoke")
          .summary("let a key in no more")
          .description("Revokes a key at once; streams that were opened with it end.")
          .argument("<key>", "its name, its id or the first 4 characters of it")
          .option("--json", JSON_HELP)
          .addHelpText("after", endHelp())
          .action(async (word: string, options: JsonOption) => {
            const { revokeKey } = await import("./access/keys.ts");
            finish(await revokeKey(word, options));
          }),
      )
  );
}
