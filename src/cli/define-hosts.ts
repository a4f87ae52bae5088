/** The commands about instances. */
import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";
import type { AddHostOptions } from "./hosts/add-host.ts";
import type { RemoveHostOptions } from "./hosts/remove-host.ts";
import type { VerifyOptions } from "./hosts/verify-host.ts";
import { JSON_HELP, nounCommand } from "./noun-command.ts";
import type { Finish, JsonOption } from "./noun-command.ts";

const HOST_HELP = "a host: its label, address, address:port, id or the first 4 characters of it";
const OR_CONNECTION = `${HOST_HELP}; or a connection string`;

/** Of what connects to an instance, or takes one away: what may come of it. */
const CONNECTING_HELP = helpAfter(
  SERVER_HELP,
  exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
);

export function defineHosts(finish: Finish): Command {
  return nounCommand(
    {
      name: "hosts",
      summary: "the instances that cards run on, reached over SSH",
      description:
        "Shows the instances the server knows; its commands add, verify, test, scan and forget them.",
      examples: [
        ["haulyard hosts", "which there are, how much space they have, which ones ask about a key"],
        ["haulyard hosts add 'ssh -p 44686 root@203.0.113.7'", "paste what the provider shows"],
        ["haulyard hosts verify 203.0.113.7", "look at its key, and accept it"],
      ],
      show: async (options) => (await import("./hosts/list-hosts.ts")).runHosts(options),
      commands: [
        defineAdd(finish),
        defineVerify(finish),
        defineTest(finish),
        defineScan(finish),
        defineRemove(finish),
      ],
    },
    finish,
  );
}

function defineAdd(finish: Finish): Command {
  return new Command("add")
    .summary("keep an instance")
    .description(
      "Keeps an instance, so that cards can be sent to it. Nothing connects to it yet: 'hosts verify' does. Adding " +
        "one again changes what is given of it.",
    )
    .argument("<connection>", "what the provider shows, in quotes: 'ssh -p 44686 root@203.0.113.7'")
    .option("--label <text>", "what to call it; default: its address")
    .option("--ui-home <path>", "$UI_HOME there; default: HAULYARD_UI_HOME of the server")
    .option("--tag <tag...>", "words to find it by")
    .option("--jobs <number>", "command jobs at a time there; default: HAULYARD_PER_HOST of the server")
    .option(
      "--needs <labels>",
      "only machines of the queue with these labels run its jobs: site=fra; or none; default: none",
    )
    .option(
      "--limit-rate <rate>",
      "bytes per second for the files we have fetched there, or none; default: none",
    )
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard hosts add 'ssh -p 44686 root@203.0.113.7 -L 8080:localhost:8080'", "as it is pasted"],
          [
            "haulyard hosts add root@203.0.113.7:44686 --label trainer --jobs 2",
            "with a name, two jobs at a time",
          ],
          ["haulyard hosts add root@10.1.0.7 --needs site=fra", "reached from the machines of one site only"],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (connection: string, options: AddHostOptions) => {
      const { runAddHost } = await import("./hosts/add-host.ts");
      finish(await runAddHost(connection, options));
    });
}

function defineVerify(finish: Finish): Command {
  return new Command("verify")
    .summary("look at the keys of an instance, and accept or reject them")
    .description(
      "Shows the keys the instance offers, and asks. What you accept is what was shown, whatever it offers by then; " +
        "jobs that wait for it go on. A key that has changed is accepted only by its fingerprint.",
    )
    .argument("<host>", OR_CONNECTION)
    .option(
      "--accept <fingerprint>",
      "accept without asking, if this is the fingerprint of a key it offers: SHA256:…",
    )
    .option("--reject", "they are not the right ones: jobs that wait for them fail")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard hosts verify trainer", "look, compare with what the provider shows, say yes"],
          ["haulyard hosts verify trainer --accept SHA256:Kq7…", "in a script that knows the fingerprint"],
        ]),
        SERVER_HELP,
        exitCodeHelp(EXIT.done, EXIT.usage, EXIT.notFound, EXIT.refused, EXIT.network),
      ),
    )
    .action(async (word: string, options: VerifyOptions) => {
      const { runVerify } = await import("./hosts/verify-host.ts");
      finish(await runVerify(word, options));
    });
}

function defineTest(finish: Finish): Command {
  return new Command("test")
    .summary("whether commands can be run on an instance")
    .description("Connects, runs nothing but a word, and says how long an answer takes, or what is wrong.")
    .argument("<host>", OR_CONNECTION)
    .option("--json", JSON_HELP)
    .addHelpText("after", CONNECTING_HELP)
    .action(async (word: string, options: JsonOption) => {
      const { runTest } = await import("./hosts/test-host.ts");
      finish(await runTest(word, options));
    });
}

function defineScan(finish: Finish): Command {
  return new Command("scan")
    .summary("what an instance has: tools, space, models")
    .description(
      "Looks for the tools that cards use, the free space where models go, and the models there are.",
    )
    .argument("<host>", HOST_HELP)
    .option("--json", JSON_HELP)
    .addHelpText("after", CONNECTING_HELP)
    .action(async (word: string, options: JsonOption) => {
      const { runScan } = await import("./hosts/scan-host.ts");
      finish(await runScan(word, options));
    });
}

function defineRemove(finish: Finish): Command {
  return new Command("rm")
    .summary("forget instances and their keys")
    .description("Forgets instances and the keys that were accepted of them. What is on them stays.")
    .argument("<host...>", HOST_HELP)
    .option("--cancel-jobs", "cancel their jobs that have not ended; without it these keep a host from going")
    .option("--json", JSON_HELP)
    .addHelpText("after", CONNECTING_HELP)
    .action(async (words: string[], options: RemoveHostOptions) => {
      const { runRemoveHosts } = await import("./hosts/remove-host.ts");
      finish(await runRemoveHosts(words, options));
    });
}
