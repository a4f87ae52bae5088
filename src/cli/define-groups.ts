/** `haulyard groups` and its commands. */
import { Command } from "commander";
import type { GroupAction } from "../wire/groups.ts";
import { EXIT } from "./exit-codes.ts";
import type { ActOnGroupsOptions } from "./groups/act-on-groups.ts";
import { exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";
import { JSON_HELP, nounCommand } from "./noun-command.ts";
import type { Finish, JsonOption } from "./noun-command.ts";

const WHICH = "groups: their ids, the first 4 characters of them or more, or their names";

const DEEDS: readonly [string, GroupAction | "remove", string][] = [
  ["pause", "pause", "stop all downloads of groups and keep what came"],
  ["resume", "resume", "let their paused downloads go on"],
  ["now", "now", "let their downloads run at hours when none may"],
  ["cancel", "cancel", "give all their downloads up"],
  ["retry", "retry", "try again what failed; where nothing did, what was cancelled"],
  ["rm", "remove", "forget groups and their downloads; those of other groups, and finished files, stay"],
];

export function defineGroups(finish: Finish): Command {
  return nounCommand(
    {
      name: "groups",
      summary: "what was asked for in one go, for one place or many",
      description:
        "Shows the groups of the server, the newest first; its commands show one, or act on all of one.",
      examples: [
        ["haulyard add --to gpu-1 --to gpu-2 flux/flux1-dev", "makes one"],
        ["haulyard groups", "how far each is"],
        ["haulyard groups show 1f3a", "one, place by place and source by source"],
        ["haulyard watch 1f3a", "one bar until it is done"],
      ],
      show: async (options) => (await import("./groups/list-groups.ts")).runGroups(options),
      commands: [
        defineShow(finish),
        ...DEEDS.map(([deed, action, what]) => defineDeed(deed, action, what, finish)),
      ],
    },
    finish,
  );
}

function defineShow(finish: Finish): Command {
  return new Command("show")
    .summary("show one group")
    .description("Shows how far a group is: in all, at each place, and of each source.")
    .argument("<group>", "its id, the first 4 characters of it or more, or its name")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(SERVER_HELP, exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network)),
    )
    .action(async (word: string, options: JsonOption) => {
      const { runShowGroup } = await import("./groups/list-groups.ts");
      finish(await runShowGroup(word, options));
    });
}

function defineDeed(name: string, action: GroupAction | "remove", what: string, finish: Finish): Command {
  const command = new Command(name)
    .summary(what.replace(/;.*$/, ""))
    .description(`${what[0]?.toUpperCase()}${what.slice(1)}.`)
    .argument("<group...>", WHICH);
  if (action === "remove") command.option("--keep-jobs", "forget the groups alone, their downloads stay");
  return command
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(SERVER_HELP, exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network)),
    )
    .action(async (words: string[], options: ActOnGroupsOptions) => {
      const { runActOnGroups } = await import("./groups/act-on-groups.ts");
      finish(await runActOnGroups(action, words, options));
    });
}
