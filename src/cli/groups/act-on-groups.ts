/** `haulyard groups pause`, `resume`, `now`, `cancel`, `retry` and `rm`. */
import type { GroupAction } from "../../wire/groups.ts";
import { combineExitCodes, EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { shortId } from "../queue/job-words.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import { allGroups, explainGroup, findGroups } from "./find-groups.ts";

export interface ActOnGroupsOptions {
  keepJobs?: true;
  json?: true;
}

const DONE_WORDS = {
  pause: "paused",
  resume: "resumed",
  now: "let run",
  cancel: "cancelled",
  retry: "tried again",
} as const satisfies Record<GroupAction, string>;

export async function runActOnGroups(
  action: GroupAction | "remove",
  words: readonly string[],
  options: ActOnGroupsOptions,
): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const codes: ExitCode[] = [];
  for (const found of findGroups(await allGroups(client), words)) {
    if (found.kind !== "one") {
      terminal.tell(`haulyard: ${explainGroup(found)}`);
      codes.push(found.kind === "several" ? EXIT.usage : EXIT.notFound);
      continue;
    }
    const { id, name } = found.group;
    if (action === "remove") {
      await client.groups.remove(id, options.keepJobs === true ? "keep" : "remove");
      if (options.json === true) sayJson(terminal, { action, group: id });
      else terminal.print(`${terminal.paintOut("green", "removed")}  ${shortId(id)}  ${cleanText(name)}`);
      continue;
    }
    const { changed, refused } = await client.groups.act(id, action);
    if (options.json === true) sayJson(terminal, { action, group: id, changed, refused });
    else {
      const count = changed.length === 1 ? "1 job" : `${changed.length} jobs`;
      terminal.print(`${terminal.paintOut("green", DONE_WORDS[action])}  ${count}  ${cleanText(name)}`);
      for (const one of refused) terminal.tell(`haulyard: ${shortId(one.id)}: ${cleanText(one.message)}`);
    }
    if (refused.length > 0) codes.push(EXIT.refused);
  }
  return combineExitCodes(codes);
}
