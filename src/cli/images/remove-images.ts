/** `haulyard images rm`. */
import { ApiError } from "../../client/api-error.ts";
import { combineExitCodes, EXIT, exitCodeOfCall } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";

export async function runRemoveImages(ids: readonly string[], options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const removed: string[] = [];
  const refused: { id: string; message: string }[] = [];
  const codes: ExitCode[] = [];
  for (const id of ids) {
    try {
      await client.images.remove(id);
      removed.push(id);
      codes.push(EXIT.done);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refused.push({ id, message: error.message });
      codes.push(exitCodeOfCall(error));
    }
  }
  if (options.json === true) sayJson(terminal, { removed, refused });
  else {
    for (const id of removed) terminal.print(`deleted  ${cleanText(id)}`);
    for (const { id, message } of refused)
      terminal.tell(terminal.paintErr("red", `haulyard: ${cleanText(`${id}: ${message}`)}`));
  }
  return combineExitCodes(codes);
}
