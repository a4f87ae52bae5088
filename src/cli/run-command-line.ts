/** The command line: what there is, and what becomes of what goes wrong. */
import { Command, CommanderError } from "commander";
import { defineBackup, defineRestore } from "./define-backup.ts";
import { defineKeys, defineUsers } from "./define-access.ts";
import { defineCards } from "./define-cards.ts";
import { defineCompletion, defineMan } from "./define-completion.ts";
import { defineDoctor } from "./define-doctor.ts";
import { defineGet } from "./define-get.ts";
import { defineGroups } from "./define-groups.ts";
import { defineProgress } from "./define-progress.ts";
import { defineFiles } from "./define-files.ts";
import { defineImages } from "./define-images.ts";
import { defineLock, defineSync } from "./define-lock.ts";
import { defineHosts } from "./define-hosts.ts";
import { defineMigrate } from "./define-migrate.ts";
import { defineNodes } from "./define-nodes.ts";
import { defineNotifications } from "./define-notifications.ts";
import { defineQueueCommands } from "./define-queue.ts";
import { defineReady } from "./define-ready.ts";
import { defineServe } from "./define-serve.ts";
import { defineSettings } from "./define-settings.ts";
import type { Serve } from "./define-serve.ts";
import { defineWorker } from "./define-worker.ts";
import type { Worker } from "./define-worker.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exitCodeHelp, helpAfter } from "./help-parts.ts";
import { judgeOutput, mindOutput } from "./mind-output.ts";
import { isFolderGone, refuseLostFolder, refuseLostNames } from "./present-folder.ts";
import { UsageError } from "./usage-error.ts";
import { VERSION } from "./version.ts";

/** What runs jobs in this very process. */
export interface Start {
  serve: Serve;
  worker: Worker;
}

/** Runs one command to its end. Never throws but for bugs. */
export async function runCommandLine(args: readonly string[], start: Start): Promise<ExitCode> {
  mindOutput();
  return judgeOutput(await run(args, start));
}

async function run(args: readonly string[], start: Start): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = defineProgram(start, (given) => (code = given));
  program.hook("preAction", refuseLostFolder);
  try {
    refuseLostNames(args);
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof UsageError) {
      for (const line of error.message.split("\n")) console.error(`haulyard: ${line}`);
      return EXIT.usage;
    }
    if (isFolderGone(error)) {
      console.error("haulyard: The present folder is not there any more.\n  Go to another one: cd.");
      return EXIT.usage;
    }
    // Commander has said what there is to say, help included.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const code = await explainCall(error);
    if (code === null) throw error;
    return code;
  }
}

/** What a call to the server that went wrong means to the person at the terminal; null if it is no such error. */
async function explainCall(error: unknown): Promise<ExitCode | null> {
  const { ApiError, Unreachable } = await import("../client/api-error.ts");
  if (!(error instanceof ApiError || error instanceof Unreachable)) return null;
  const { explainCallError } = await import("./queue/explain-call-error.ts");
  return explainCallError(error);
}

export function defineProgram({ serve, worker }: Start, finish: (code: ExitCode) => void): Command {
  const program = new Command("haulyard")
    .description("Queues, runs and watches very large downloads, and never loses track of one.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or that of a command")
    // Commands have commands of their own, with options of the same names.
    .enablePositionalOptions()
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText(
      "after",
      helpAfter(
        "'haulyard get', 'haulyard cards' and 'haulyard progress' need no server. The other commands talk to the one\n" +
          "at HAULYARD_URL (default http://127.0.0.1:8866), which 'haulyard serve' or 'npm start' starts.",
        exitCodeHelp(...Object.values(EXIT)),
        "'haulyard <command> --help' says more: options, defaults, examples.",
      ),
    );
  const commands = [
    defineServe(serve, finish),
    defineWorker(worker, finish),
    defineGet(finish),
    ...defineQueueCommands(finish),
    defineGroups(finish),
    defineHosts(finish),
    defineNodes(finish),
    defineNotifications(finish),
    defineImages(finish),
    defineFiles(finish),
    defineLock(finish),
    defineSync(finish),
    defineCards(finish),
    defineUsers(finish),
    defineKeys(finish),
    defineProgress(finish),
    defineSettings(finish),
    defineDoctor(finish),
    defineReady(finish),
    defineBackup(finish),
    defineRestore(finish),
    defineMigrate(finish),
    defineCompletion(program, finish),
    defineMan(program, finish),
  ];
  for (const command of commands) program.addCommand(command);
  return setUp(program);
}

/** The same for every command: errors are thrown, and say where help is. */
function setUp(command: Command): Command {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, "haulyard: ")),
  });
  command.showHelpAfterError(`Try '${fullName(command)} --help'.`);
  for (const child of command.commands) setUp(child);
  return command;
}

/** `haulyard cards check`. */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
