import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exitCodeHelp, helpAfter, SERVER_HELP } from "./help-parts.ts";

export function defineReady(finish: (code: ExitCode) => void): Command {
  return new Command("ready")
    .summary("whether the server can take requests: for health checks")
    .description(
      "Asks the server at HAULYARD_URL whether it can take requests. Needs no token, and says nothing if it can. Waits " +
        "5 seconds for the answer.",
    )
    .addHelpText(
      "after",
      helpAfter(SERVER_HELP, exitCodeHelp(EXIT.done, EXIT.failed, EXIT.usage, EXIT.network)),
    )
    .action(async () => {
      const { connect } = await import("./queue/connect.ts");
      await connect().ready();
      finish(EXIT.done);
    });
}
