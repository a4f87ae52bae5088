/** What makes typing easier: completions, the manual page. */
import { Argument, Command } from "commander";
import { SHELLS } from "./completion/write-completion.ts";
import type { ShellName } from "./completion/write-completion.ts";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exampleHelp, exitCodeHelp, helpAfter } from "./help-parts.ts";
import { VERSION } from "./version.ts";

type Finish = (code: ExitCode) => void;

export function defineCompletion(program: Command, finish: Finish): Command {
  return new Command("completion")
    .summary("completion of commands and options for a shell")
    .description("Prints a script that completes commands and options when Tab is pressed.")
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard completion bash > ~/.local/share/bash-completion/completions/haulyard", "bash"],
          ["haulyard completion zsh > ~/.zsh/completions/_haulyard", "zsh; the folder has to be in $fpath"],
          ["haulyard completion fish > ~/.config/fish/completions/haulyard.fish", "fish"],
        ]),
        exitCodeHelp(EXIT.done, EXIT.usage),
      ),
    )
    .action(async (shell: ShellName) => {
      const [{ writeCompletion }, { describeCommands }] = await Promise.all([
        import("./completion/write-completion.ts"),
        import("./completion/describe-commands.ts"),
      ]);
      process.stdout.write(writeCompletion(shell, describeCommands(program)));
      finish(EXIT.done);
    });
}

export function defineMan(program: Command, finish: Finish): Command {
  return new Command("man")
    .summary("the manual page")
    .description("Prints the manual page, for man.")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp([
          ["haulyard man | man -l -", "read it"],
          ["haulyard man > ~/.local/share/man/man1/haulyard.1", "keep it: 'man haulyard'"],
        ]),
        exitCodeHelp(EXIT.done, EXIT.usage),
      ),
    )
    .action(async () => {
      const [{ writeManPage }, { describeCommands }] = await Promise.all([
        import("./completion/write-man-page.ts"),
        import("./completion/describe-commands.ts"),
      ]);
      process.stdout.write(writeManPage(describeCommands(program), VERSION));
      finish(EXIT.done);
    });
}
