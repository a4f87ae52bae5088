/** The commands about notifications. */
import { Argument, Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";
import { CHANNEL_KINDS } from "./notifications/read-channel.ts";
import type { AddChannelOptions, ChannelKindWord } from "./notifications/read-channel.ts";
import { JSON_HELP, nounCommand } from "./noun-command.ts";
import type { Finish, JsonOption } from "./noun-command.ts";

const CHANNEL_HELP = "a channel: its name, its id or the first 4 characters of it";

export function defineNotifications(finish: Finish): Command {
  return nounCommand(
    {
      name: "notifications",
      summary: "who is told what happens",
      description:
        "Shows who is told what happens, and whether it arrives; its commands add, test and remove channels.",
      examples: [
        ["haulyard notifications", "the channels, and what became of the last message"],
        ["haulyard notifications add ntfy --topic my-gpu-box-7f3a", "on the phone, with the ntfy app"],
        ["haulyard notifications test ntfy", "send a message now, and see what comes back"],
      ],
      show: async (options) => (await import("./notifications/list-channels.ts")).runChannels(options),
      commands: [defineAdd(finish), defineTest(finish), defineRemove(finish)],
    },
    finish,
  );
}

function defineAdd(finish: Finish): Command {
  return new Command("add")
    .summary("have somebody told")
    .description(
      "Adds a channel. Other users of this machine can read command lines: where an address or a token is secret, give " +
        "'-' and it is read from standard input.",
    )
    .addArgument(new Argument("<kind>", "how").choices(CHANNEL_KINDS))
    .argument(
      "[program...]",
      "for command: an absolute path that HAULYARD_HOOKS names, and arguments; put -- before it",
    )
    .option(
      "--url <url>",
      "webhook, discord: where to; mail: smtp://user:password@host:587; ntfy, telegram: another server",
    )
    .option("--topic <topic>", "ntfy: the topic")
    .option("--token <token>", "ntfy: its token; telegram: the bot's")
    .option("--chat <id>", "telegram: the chat")
    .option("--from <address>", "mail: the sender")
    .option("--to <address...>", "mail: who gets it")
    .option("--timeout <seconds>", "command: how long it may take; default 60")
    .option("--name <text>", "what to call it; default: its kind")
    .option("--named", "command: run it only after downloads that ask for it (haulyard add --after-run NAME)")
    .option("--event <event...>", "complete, failed, attention, disk_low; default: all")
    .option("--place <place...>", "only of these places: local, or ids of instances")
    .option("--set <set...>", "only downloads of these sets of models")
    .option("--digest <seconds>", "what happens within this time is one message; 0: each is one; default 10")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          [
            "haulyard notifications add webhook --url https://example.org/hook",
            "signed; the key is shown once",
          ],
          [
            "haulyard notifications add discord --url - --event failed attention < webhook-url",
            "only what needs somebody",
          ],
          [
            "haulyard notifications add command --event complete --digest 0 -- /usr/local/bin/after-download",
            "a program after every download",
          ],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (kind: ChannelKindWord, program: string[], options: AddChannelOptions) => {
      const { runAddChannel } = await import("./notifications/add-channel.ts");
      finish(await runAddChannel(kind, program, options));
    });
}

function defineTest(finish: Finish): Command {
  return new Command("test")
    .summary("send a message now, and see what comes back")
    .description(
      "Sends a message over a channel now and says what came back: whether it would be heard of downloads.",
    )
    .argument("<channel>", CHANNEL_HELP)
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (word: string, options: JsonOption) => {
      const { runTestChannel } = await import("./notifications/test-channel.ts");
      finish(await runTestChannel(word, options));
    });
}

function defineRemove(finish: Finish): Command {
  return new Command("rm")
    .summary("tell somebody no more")
    .description("Forgets a channel, and what it was still to tell.")
    .argument("<channel>", CHANNEL_HELP)
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(SERVER_HELP, exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network)),
    )
    .action(async (word: string, options: JsonOption) => {
      const { runRemoveChannel } = await import("./notifications/remove-channel.ts");
      finish(await runRemoveChannel(word, options));
    });
}
