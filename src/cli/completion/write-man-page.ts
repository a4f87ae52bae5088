/** The manual page (man(7)), of the same table as the help texts. Pure. */
import { EXIT_MEANING } from "../exit-codes.ts";
import type { CommandFacts } from "./describe-commands.ts";

export function writeManPage(commands: readonly CommandFacts[], version: string): string {
  const [program, ...rest] = commands;
  if (program === undefined) throw new Error("there is a program");
  return `${[
    `.TH HAULYARD 1 "" "Haulyard ${roff(version)}" "Haulyard"`,
    ".SH NAME",
    "haulyard \\- queue, run and watch very large downloads",
    ".SH SYNOPSIS",
    ".B haulyard",
    ".I command",
    "[options] [arguments]",
    ".SH DESCRIPTION",
    roff(program.about),
    ".SH COMMANDS",
    ...rest.flatMap(commandLines),
    ".SH EXIT STATUS",
    ...EXIT_MEANING.flatMap(([code, meaning]) => [".TP", `.B ${code}`, roff(meaning)]),
    ".SH ENVIRONMENT",
    ".TP",
    ".B HAULYARD_URL",
    roff("the server that commands talk to; default http://127.0.0.1:8866"),
    ".TP",
    ".B HAULYARD_TOKEN",
    "its token, where it wants one",
    ".PP",
    roff("The settings of a server are listed by 'haulyard serve --help'."),
  ].join("\n")}\n`;
}

function commandLines({ path, about, args, options }: CommandFacts): string[] {
  const usage = args.map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  const shown = options.filter(({ about: text }) => text !== "");
  return [
    `.SS "haulyard ${[...path, ...usage].map(roff).join(" ")}"`,
    roff(about),
    ...args.flatMap(({ name, about: text }) => (text === "" ? [] : [".TP", `.I ${roff(name)}`, roff(text)])),
    ...shown.flatMap(({ flags, about: text }) => [".TP", `.B ${roff(flags)}`, roff(text)]),
  ];
}

/** groff(7): a backslash begins an escape, `-` alone is a hyphen, and a dot or quote at the start is a request. */
function roff(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replaceAll("\n", " ")
    // groff_char(7): other characters by their number, whatever the locale of whoever reads it.
    .replaceAll(
      /[^ -~]/gu,
      (one) => `\\[u${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
