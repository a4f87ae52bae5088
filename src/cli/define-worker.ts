import { Command, Option } from "commander";
import { settingsHelp } from "../config/describe-settings.ts";
import { readEnvironment } from "../config/environment.ts";
import { readSettings } from "../config/read-settings.ts";
import type { GivenSettings } from "../config/read-settings.ts";
import type { Settings } from "../config/settings-table.ts";
import { flagOf, rowOf, SETTING_NAMES } from "../config/settings-table.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, HELP_COLUMNS, helpAfter } from "./help-parts.ts";
import { readSeconds } from "./nodes/read-seconds.ts";
import { UsageError } from "./usage-error.ts";

/** A machine that runs jobs and serves nobody, and how one is sent to rest. */
export interface Worker {
  /** Works until it is asked to stop, or drained, and answers the exit code. */
  work: (given: GivenSettings) => Promise<ExitCode>;
  /** Tells the worker of this name, wherever it runs, to finish and end. Answers the exit code. */
  drain: (given: GivenSettings, timeoutSeconds: number | null) => Promise<ExitCode>;
}

/** As commander gives them. */
interface WorkerFlags extends Partial<Record<keyof Settings, string>> {
  name?: string;
  label?: string[];
  drain?: true;
  drainTimeout?: string;
}

const NEEDS_POSTGRES =
  "HAULYARD_DATABASE_URL: a worker shares the queue of servers on PostgreSQL: postgres://<user>@<host>/<database>. " +
  "One machine by itself needs 'haulyard serve' only.";

export function defineWorker(worker: Worker, finish: (code: ExitCode) => void): Command {
  const command = new Command("worker")
    .summary("run jobs of the servers on the same PostgreSQL")
    .description(
      "Runs jobs of the queue that the servers on the same PostgreSQL database share: those for its own disk, and those " +
        "for instances. It has no page and no API. Stop it with ^C: partial files are kept, and what runs on instances " +
        "is followed by another machine.",
    )
    .option("--name <name>", "its name to the queue, as HAULYARD_NODE: no other machine has it")
    .option("--label <name=value...>", "what it is told apart by, as site=ams; in place of HAULYARD_LABELS")
    .option("--drain", "tell the worker of this name that runs already to finish what it has, and end")
    .option("--drain-timeout <time>", "with --drain: then it stops what is left: 90s, 30m, 2h")
    .addHelpText("after", () => {
      const columns = Math.min(HELP_COLUMNS, process.stdout.columns || HELP_COLUMNS);
      return helpAfter(
        settingsHelp(columns),
        "It listens only where --port is given, for GET /health, /ready and /metrics, which want no token, and where " +
          "--share-host is: there it gives files to other machines of its site.",
        exampleHelp([
          ["HAULYARD_DATABASE_URL=postgres://haulyard@db/haulyard haulyard worker --name gpu-1", "join in"],
          ["haulyard worker --name gpu-1 --label site=ams --port 9100", "with a label, and metrics"],
          ["haulyard worker --name gpu-1 --drain --drain-timeout 30m", "end it, once it is done"],
        ]),
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound, EXIT.network),
      );
    })
    .action(async (flags: WorkerFlags) => {
      const given = readGiven(flags);
      const timeout = readSeconds(flags.drainTimeout);
      if (timeout !== null && flags.drain !== true)
        throw new UsageError("--drain-timeout goes with --drain.");
      const code = await (flags.drain === true ? worker.drain(given, timeout) : worker.work(given));
      finish(code);
    });
  for (const name of SETTING_NAMES) {
    const flag = flagOf(name);
    // Shown by the sections of the table, which say more.
    if (flag !== null) command.addOption(new Option(`${flag} ${rowOf(name).kind.placeholder}`).hideHelp());
  }
  return command;
}

function readGiven(given: WorkerFlags): GivenSettings {
  const { name, label = [] } = given;
  const flags = Object.fromEntries(
    SETTING_NAMES.flatMap((each) => (given[each] === undefined ? [] : [[each, given[each]]])),
  );
  const labels = [given.labels, ...label].filter((pair) => pair !== undefined);
  const outcome = readSettings({
    flags: {
      ...flags,
      ...(name === undefined ? {} : { node: name }),
      ...(labels.length === 0 ? {} : { labels: labels.join(",") }),
    },
    env: readEnvironment(),
    folder: process.cwd(),
  });
  if (outcome.kind === "bad") throw new UsageError(outcome.problems.join("\n"));
  if (outcome.settings.databaseUrl.kind !== "postgres") throw new UsageError(NEEDS_POSTGRES);
  if (!outcome.given.values.has("node"))
    throw new UsageError("--name: a worker needs a name of its own, as no two machines may have the same.");
  return outcome.given;
}
