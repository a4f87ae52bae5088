/** `haulyard settings test`: whether a service knows our token. */
import type { TokenTestAnswer } from "../../wire/settings.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { openTerminal } from "../screen/terminal.ts";
import { testLine } from "./setting-words.ts";

const EXIT_OF: Record<TokenTestAnswer["state"], ExitCode> = {
  works: EXIT.done,
  refused: EXIT.failed,
  none: EXIT.failed,
  unreachable: EXIT.network,
};

export async function testSetting(name: string, { json }: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const answer = await connect().settings.test(name);
  if (json === true) sayJson(terminal, { test: answer });
  else terminal.print(testLine(name, answer));
  return EXIT_OF[answer.state];
}
