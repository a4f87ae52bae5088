/** `haulyard hosts rm`. */
import { ApiError } from "../../client/api-error.ts";
import type { Client } from "../../client/create-client.ts";
import { combineExitCodes, EXIT, exitCodeOfCall } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import { findHost } from "./find-host.ts";
import { hostLine } from "./host-words.ts";

/** As commander gives them. */
export interface RemoveHostOptions {
  cancelJobs?: true;
  json?: true;
}

type Removed = { word: string; line: string; id: string } | { word: string; message: string; code: ExitCode };

export async function runRemoveHosts(
  words: readonly string[],
  options: RemoveHostOptions,
): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const results: Removed[] = [];
  for (const word of words) results.push(await removeOne(client, word, options.cancelJobs === true));
  const refused = results.filter((result) => "message" in result);
  const removed = results.filter((result) => "line" in result);
  if (options.json === true)
    sayJson(terminal, {
      removed: removed.map(({ id }) => id),
      refused: refused.map(({ word, message }) => ({ word, message })),
    });
  else {
    for (const { line } of removed) terminal.print(`forgotten  ${line}`);
    for (const { message } of refused)
      terminal.tell(terminal.paintErr("red", `haulyard: ${cleanText(message)}`));
  }
  return combineExitCodes(results.map((result) => ("code" in result ? result.code : EXIT.done)));
}

async function removeOne(client: Client, word: string, cancelJobs: boolean): Promise<Removed> {
  const found = await findHost(client, word);
  if (found.kind !== "one") return { word, message: found.message, code: found.code };
  const { host } = found;
  try {
    await client.hosts.remove(host.id, cancelJobs);
    return { word, line: hostLine(host), id: host.id };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const hint = error.field === "cancel_jobs" && !cancelJobs ? " Here: --cancel-jobs." : "";
    return { word, message: `${host.label}: ${error.message}${hint}`, code: exitCodeOfCall(error) };
  }
}
