/** `haulyard hosts test`. */
import { isFailureCode } from "../../job/failure.ts";
import type { TestConnectionAnswer } from "../../wire/hosts.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import { findHost, looksLikeConnection } from "./find-host.ts";

export async function runTest(word: string, options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const found = await findHost(client, word);
  if (found.kind === "several" || (found.kind === "none" && !looksLikeConnection(word))) {
    terminal.tell(terminal.paintErr("red", `haulyard: ${found.message}`));
    return found.code;
  }
  const answer = await client.hosts.test(found.kind === "one" ? found.host.connection : word);
  if (options.json === true) sayJson(terminal, answer);
  else if (answer.success) terminal.print(cleanText(answer.message));
  else terminal.tell(terminal.paintErr("red", `haulyard: ${cleanText(answer.message)}`));
  if (answer.needs_confirmation === true && options.json !== true)
    terminal.tell(`  Next: haulyard hosts verify ${cleanText(word)}`);
  return codeOf(answer);
}

function codeOf({ success, code = "" }: TestConnectionAnswer): ExitCode {
  if (success) return EXIT.done;
  return isFailureCode(code) ? exitCodeOf(code) : EXIT.refused;
}
