/** `haulyard add` for several places, or with a name for all of it. */
import type { Client } from "../../client/create-client.ts";
import type { Share } from "../../job/sharing/sharing-contract.ts";
import type { GroupAnswer } from "../../wire/groups.ts";
import type { JobRequestMessage } from "../../wire/requests.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { shortId } from "../queue/job-words.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import type { Terminal } from "../screen/terminal.ts";
import { countWords } from "./group-words.ts";

export interface GroupWords {
  /** As they were typed. */
  to: readonly string[];
  name: string | undefined;
  share: Share | undefined;
}

/** Whether what was typed is asked for as a group: for one place and without a name it is not. */
export function isGroup({ to, name, share }: GroupWords): boolean {
  return (
    name !== undefined ||
    share !== undefined ||
    to.length > 1 ||
    to.some((word) => word === "all" || word.startsWith("label:"))
  );
}

export async function addGroup(
  client: Client,
  requests: readonly Omit<JobRequestMessage, "to">[],
  { to, name, share }: GroupWords,
  terminal: Terminal,
  asJson: boolean,
): Promise<ExitCode> {
  const answer = await client.groups.create({
    sources: [...requests],
    ...(to.length === 0 ? {} : { to: [...to] }),
    ...(name === undefined ? {} : { name }),
    ...(share === undefined ? {} : { share }),
  });
  if (asJson) sayJson(terminal, answer);
  else show(answer, terminal);
  return EXIT.done;
}

function show({ group, created, jobs, skipped, notes }: GroupAnswer, terminal: Terminal): void {
  const there = jobs.length - created.length;
  const known = there === 0 ? "" : `, ${there} of them there already`;
  const files = jobs.length === 1 ? "1 job" : `${jobs.length} jobs`;
  terminal.print(
    `${terminal.paintOut("green", "added")}  ${shortId(group.id)}  ${cleanText(group.name)}  ${files}${known}`,
  );
  if (jobs.length > created.length) terminal.print(countWords(group));
  for (const { source, to, what, reason } of skipped)
    terminal.tell(
      `${terminal.paintOut("yellow", "left out")}  ${cleanText([what ?? source, ...(to === null ? [] : [`on ${to}`])].join(" "))}: ${cleanText(reason)}`,
    );
  for (const note of notes) terminal.tell(cleanText(note));
}
