import type { Terminal } from "../screen/terminal.ts";

/** Grows if a field had to change its meaning; see docs/cli-json.md. */
export const JSON_VERSION = 1;

/** One line of `--json`. */
export function sayJson(terminal: Pick<Terminal, "print">, facts: object): void {
  terminal.print(JSON.stringify({ v: JSON_VERSION, ...facts }));
}
