/** What there is to type, as a table: completions and the manual page are made of it. */
import type { Argument, Command, Option } from "commander";

export interface OptionFacts {
  /** `-d, --dir <folder>`. */
  flags: string;
  /** `--dir` and `-d`. */
  names: readonly string[];
  about: string;
  takesValue: boolean;
  choices: readonly string[];
}

export interface CommandFacts {
  /** From the program on: `["hosts", "add"]`. */
  path: readonly string[];
  summary: string;
  about: string;
  args: readonly { name: string; about: string; required: boolean; variadic: boolean }[];
  options: readonly OptionFacts[];
  children: readonly string[];
}

/** The program and all its commands, parents before their children. */
export function describeCommands(command: Command, path: readonly string[] = []): CommandFacts[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command);
  const facts: CommandFacts = {
    path,
    summary: command.summary() || command.description(),
    about: command.description(),
    args: command.registeredArguments.map(describeArgument),
    options: command.options.map(describeOption),
    children: children.map((child) => child.name()),
  };
  const below = children.filter((child) => child.name() !== "help");
  return [facts, ...below.flatMap((child) => describeCommands(child, [...path, child.name()]))];
}

function describeArgument(argument: Argument): CommandFacts["args"][number] {
  const { description, required, variadic } = argument;
  return { name: argument.name(), about: description, required, variadic };
}

function describeOption({
  flags,
  long,
  short,
  description,
  required,
  optional,
  argChoices,
}: Option): OptionFacts {
  return {
    flags,
    names: [long, short].filter((name) => name !== undefined && name !== null),
    about: description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
