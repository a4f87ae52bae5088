/** Pieces that several help texts share. */
import { EXIT_MEANING } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";

/** Help is never wider: long lines are hard to read. */
export const HELP_COLUMNS = 100;

/** Sections below the options, one empty line apart. */
export function helpAfter(...sections: readonly string[]): string {
  return `\n${sections.join("\n\n")}`;
}

/** The codes a command may end with. */
export function exitCodeHelp(...codes: readonly ExitCode[]): string {
  const lines = EXIT_MEANING.filter(([code]) => codes.includes(code)).map(
    ([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`,
  );
  return `Exit codes:\n${lines.join("\n")}`;
}

/** Each example with what it does below it. */
export function exampleHelp(examples: readonly (readonly [string, string])[]): string {
  const lines = examples.map(([command, what]) => `  $ ${command}\n      ${what}`);
  return `Examples:\n${lines.join("\n")}`;
}

export const SERVER_HELP = `Environment:
  HAULYARD_URL    the server; default http://127.0.0.1:8866
  HAULYARD_TOKEN  its token, where it wants one`;
