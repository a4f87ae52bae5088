/** `haulyard nodes drain`, `undrain` and `rm`. */
import { ApiError } from "../../client/api-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { readSeconds } from "./read-seconds.ts";
import { nodeLine } from "./list-nodes.ts";

/** As commander gives them. */
export interface DrainOptions {
  drainTimeout?: string;
  json?: true;
}

export async function runDrain(name: string, drain: boolean, options: DrainOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const timeout_seconds = readSeconds(options.drainTimeout);
  const node = await orNull(connect().nodes.drain(name, { drain, timeout_seconds }));
  if (node === null) return tellUnknown(terminal, name);
  if (options.json === true) sayJson(terminal, node);
  else terminal.print(cleanText(nodeLine(node)));
  return EXIT.done;
}

export async function runRemoveNode(name: string, options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  if (
    (await orNull(
      connect()
        .nodes.remove(name)
        .then(() => true),
    )) === null
  )
    return tellUnknown(terminal, name);
  if (options.json === true) sayJson(terminal, { removed: name });
  else terminal.print(`forgotten  ${cleanText(name)}`);
  return EXIT.done;
}

/** Null where there is no machine of the name. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found" && error.field === "name") return null;
    throw error;
  }
}

/** The server's words name its routes. */
function tellUnknown(terminal: Terminal, name: string): ExitCode {
  terminal.tell(`haulyard: There is no machine called ${cleanText(name)}.`);
  terminal.tell("  'haulyard nodes' shows them.");
  return EXIT.notFound;
}
