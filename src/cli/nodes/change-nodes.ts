/** `haulyard nodes drain`, `undrain` and `rm`. */
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
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
  const node = await connect().nodes.drain(name, { drain, timeout_seconds });
  if (options.json === true) sayJson(terminal, node);
  else terminal.print(cleanText(nodeLine(node)));
  return EXIT.done;
}

export async function runRemoveNode(name: string, options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  await connect().nodes.remove(name);
  if (options.json === true) sayJson(terminal, { removed: name });
  else terminal.print(`forgotten  ${cleanText(name)}`);
  return EXIT.done;
}
