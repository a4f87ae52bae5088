/** The commands that talk to a server. */
import { Command } from "commander";
import { SCHEDULE_FORM } from "../job/limit/rate-schedule.ts";
import type { JobAction } from "../wire/requests.ts";
import { collect } from "./define-get.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";
import type { ActOptions, ClearOptions } from "./queue/act-on-jobs.ts";
import type { AddOptions } from "./queue/add-jobs.ts";
import type { LimitOptions } from "./queue/limit-jobs.ts";
import type { LogOptions } from "./queue/show-log.ts";
import type { ListOptions } from "./queue/list-jobs.ts";
import type { WatchOptions } from "./queue/watch-jobs.ts";

type Finish = (code: ExitCode) => void;

const JSON_HELP = "JSON instead of words, see docs/cli-json.md";

export function defineQueueCommands(finish: Finish): Command[] {
  return [
    defineAdd(finish),
    defineList(finish),
    defineWatch(finish),
    defineLogs(finish),
    defineAct("pause", "pause", "stop downloads and keep what came", finish),
    defineAct("resume", "resume", "let paused downloads go on", finish),
    defineAct(
      "now",
      "now",
      "let downloads run at hours when none may; until they end, or are paused",
      finish,
    ),
    defineAct("cancel", "cancel", "give downloads up; what came is kept for a retry", finish),
    defineAct("retry", "retry", "try failed or cancelled downloads again, from where they were", finish),
    defineAct(
      "rm",
      "remove",
      "forget downloads; running ones are stopped, unfinished bytes deleted, finished files stay",
      finish,
    ),
    defineClear(finish),
    defineLimit(finish),
  ];
}

const ADD_EXAMPLES: [string, string][] = [
  ["haulyard add https://example.org/model.safetensors", "into the downloads folder"],
  ["haulyard add --path loras/ https://example.org/a https://example.org/b", "two, into a folder"],
  ["haulyard add flux/flux1-dev", "a model of the catalogue, to the place its entry names"],
  ["haulyard add --layout hf-cache hf://org/repo", "a repo, into Hugging Face's own cache"],
  ["haulyard add workflow.json", "the models that a ComfyUI workflow needs and that are not here"],
  ["haulyard add loras/detail_tweaker_xl.md --to gpu", "a resource card, on an instance"],
  ["haulyard add --to gpu-1 --to gpu-2 hf://org/repo", "onto both, as one group"],
  ["haulyard watch $(haulyard add --json https://example.org/x | jq -r .job.id)", "and wait for it"],
];

function defineAdd(finish: Finish): Command {
  const command = new Command("add")
    .summary("put downloads into the queue")
    .description(
      "Puts downloads into the queue of the server. Asking again for the same destination answers with the " +
        "job that is there; a file that is there and whole is not fetched again.",
    )
    .argument(
      "[source...]",
      "http:// or https:// addresses, models as set/model, ids of VM images, resource cards, hf://org/repo[@revision][/path], " +
        "civitai://version, a ComfyUI workflow (.json, or a picture made with it), or a curl command in quotes",
    )
    .option(
      "-i, --input-file <file>",
      "read sources from a file: one per line, as in lists of 'haulyard get', or curl commands; - is stdin",
    )
    .option(
      "--path <path>",
      "where to put it: below the downloads folder, or in full in the downloads or models folder; with a / at the end a folder",
    )
    .option("--sha256 <hex>", "hash the file must have")
    .option("--header <'Name: value'>", "send this header; may be given several times", collect)
    .option("--mirror <url>", "another address of the same bytes; may be given several times", collect);
  return addTurn(command)
    .option("--overwrite", "put the file in the place of a different one of the same name")
    .option(
      "--include <pattern>",
      "of a repo only files that fit, as *.safetensors or vae/*; may be given several times",
      collect,
    )
    .option("--exclude <pattern>", "and none that fit this; may be given several times", collect)
    .option(
      "--reuse <how>",
      "of bytes that are on the server's machine already: off, reflink, hardlink or copy",
    )
    .option(
      "--layout <how>",
      "of Hugging Face's files: hf-cache puts them into its own cache, where Python finds them",
    )
    .option("--with-info", "keep what the source tells of a model (facts, a preview) beside it")
    .option("-n, --dry-run", "only say what would be added: files, sizes, hashes, space; change nothing")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp(ADD_EXAMPLES),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (sources: string[], options: AddOptions) => {
      const { runAdd } = await import("./queue/add-jobs.ts");
      finish(await runAdd(sources, options));
    });
}

/** Where to, and how it is queued. */
function addTurn(command: Command): Command {
  return command
    .option(
      "--to <place>",
      "a machine, or an instance by id, label, address or connection string; several times, or as label:site=ams or all, " +
        "for many places in one group",
      collect,
    )
    .option("--group <name>", "all of it is one group with this name, see 'haulyard groups'")
    .option(
      "--share <site>",
      "site: machines with the same label 'site' fetch each file once, and from each other",
    )
    .option("--priority <number>", "from -1000 to 1000; higher goes first; default: 0")
    .option("--limit-rate <rate>", "bytes per second at most: 500k, 20M, 1.5GiB")
    .option(
      "--after-run <name>",
      "run this command of the server once it is complete; an admin has set it up",
    );
}

function defineList(finish: Finish): Command {
  return new Command("ls")
    .summary("show the queue")
    .description("Shows the jobs of the server, the newest first.")
    .option("--status <list>", "only these: waiting, running, paused, asks, complete, failed, cancelled")
    .option("--search <text>", "only those with this in name, destination or source")
    .option("--limit <number>", "so many at most; default: 100")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard ls --status failed", "what went wrong, and why"],
          [
            "haulyard ls --json | jq -r '.jobs[] | select(.status==\"COMPLETE\") | .destination'",
            "in a script",
          ],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (options: ListOptions) => {
      const { runList } = await import("./queue/list-jobs.ts");
      finish(await runList(options));
    });
}

function defineWatch(finish: Finish): Command {
  return new Command("watch")
    .summary("watch the queue, or one job until it has ended")
    .description(
      "Draws what happens as it happens; a line for each change where the output is no terminal. It survives " +
        "restarts of the server. With a job it ends when the job ends, with the exit code of its end; with a group it is one " +
        "bar, until none of its jobs goes on or waits.",
    )
    .argument(
      "[id]",
      "a job or a group: its id or the first 4 characters of it or more; of a group its name, too",
    )
    .option("--json", "one JSON object per line for every change, see docs/cli-json.md")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([["haulyard watch 1f3a && echo done", "waits for one job"]]),
        SERVER_HELP,
        exitCodeHelp(...Object.values(EXIT)),
      ),
    )
    .action(async (id: string | undefined, options: WatchOptions) => {
      const { runWatch } = await import("./queue/watch-jobs.ts");
      finish(await runWatch(id, options));
    });
}

function defineLogs(finish: Finish): Command {
  return new Command("logs")
    .summary("show what the commands of a job wrote")
    .description(
      "Shows what the commands of a job wrote, here or on an instance, without secrets. Bars that were drawn over " +
        "and over are shown as they stood last. Of a long log only the end is kept.",
    )
    .argument("<id>", "a job, or the first 4 characters of its id or more")
    .option("-f, --follow", "go on until the job has ended")
    .option("--json", "one JSON object per line for each part, see docs/cli-json.md")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([["haulyard logs -f 1f3a", "what it writes, as it writes it"]]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network, EXIT.interrupted),
      ),
    )
    .action(async (id: string, options: LogOptions) => {
      const { runLogs } = await import("./queue/show-log.ts");
      finish(await runLogs(id, options));
    });
}

function defineAct(name: string, action: JobAction, what: string, finish: Finish): Command {
  return new Command(name)
    .summary(what.replace(/;.*$/, ""))
    .description(`${what[0]?.toUpperCase()}${what.slice(1)}.`)
    .argument("[id...]", "jobs, or the first 4 characters of their ids or more")
    .option("--all", "all jobs this makes sense for")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          [`haulyard ${name} 1f3a 7c02`, "two jobs, as 'haulyard ls' shows them"],
          [`haulyard ${name} --all`, "all of them"],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (ids: string[], options: ActOptions) => {
      const { runAct } = await import("./queue/act-on-jobs.ts");
      finish(await runAct(action, ids, options));
    });
}

function defineClear(finish: Finish): Command {
  return new Command("clear")
    .summary("forget completed jobs")
    .description(
      "Forgets jobs that have ended: the completed ones unless told otherwise. Finished files stay where they " +
        "are; the unfinished bytes of failed and cancelled jobs are deleted.",
    )
    .option("--failed", "the failed ones")
    .option("--all-ended", "completed, failed and cancelled ones")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(SERVER_HELP, exitCodeHelp(EXIT.done, EXIT.usage, EXIT.refused, EXIT.network)),
    )
    .action(async (options: ClearOptions) => {
      const { runClear } = await import("./queue/act-on-jobs.ts");
      finish(await runClear(options));
    });
}

function defineLimit(finish: Finish): Command {
  return new Command("limit")
    .summary("show or change how fast downloads may be")
    .description(
      "Shows the limits and the present speed, or changes the limit for all downloads together, or that of one " +
        "job. A change is felt within a second, also by what is running, and is kept over restarts.",
    )
    .argument("[rate...]", `${SCHEDULE_FORM}; for one job a rate or none`)
    .option("--job <id>", "of this job alone: its id or the first 4 characters of it or more")
    .option("--reset", "for all: back to what the setting HAULYARD_LIMIT_RATE says")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard limit", "what holds now, until when, where it comes from"],
          ["haulyard limit 20M", "all downloads together"],
          ["haulyard limit mon-fri 08:00-18:00=5M, off 23:00-06:00", "by day and hour"],
          ["haulyard limit 500k --job 1f3a", "one download"],
          ["haulyard limit none --job 1f3a", "no limit of its own any more"],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (words: string[], options: LimitOptions) => {
      const { runLimit } = await import("./queue/limit-jobs.ts");
      finish(await runLimit(words, options));
    });
}
