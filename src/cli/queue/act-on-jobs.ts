/** `haulyard pause`, `resume`, `now`, `cancel`, `retry`, `rm` and `clear`. */
import type { Client } from "../../client/create-client.ts";
import type { Status } from "../../wire/job-message.ts";
import type { JobAction } from "../../wire/requests.ts";
import { combineExitCodes, EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { connect } from "./connect.ts";
import { explainFound, findIds } from "./find-ids.ts";
import type { Found } from "./find-ids.ts";
import { shortId } from "./job-words.ts";
import { sayJson } from "./say-json.ts";

/** As commander gives them. */
export interface ActOptions {
  all?: true;
  json?: true;
}

export interface ClearOptions {
  failed?: true;
  allEnded?: true;
  json?: true;
}

/** What `--all` means: the jobs the action makes sense for. */
const ALL_OF: Record<JobAction, readonly Status[]> = {
  pause: ["PENDING", "RUNNING", "HOST_VERIFICATION_NEEDED"],
  resume: ["PAUSED"],
  now: ["PENDING", "PAUSED"],
  cancel: ["PENDING", "RUNNING", "PAUSED", "HOST_VERIFICATION_NEEDED"],
  retry: ["FAILED", "CANCELLED"],
  remove: ["PENDING", "RUNNING", "PAUSED", "HOST_VERIFICATION_NEEDED", "COMPLETE", "FAILED", "CANCELLED"],
};

const DONE_WORDS: Record<JobAction, string> = {
  pause: "paused",
  resume: "resumed",
  now: "let run",
  cancel: "cancelled",
  retry: "tried again",
  remove: "removed",
};

/** Ids one request may name (the wire's limit). */
const IDS_AT_ONCE = 10_000;

interface Refused {
  id: string;
  code: string;
  message: string;
}

export async function runAct(
  action: JobAction,
  words: readonly string[],
  options: ActOptions,
): Promise<ExitCode> {
  if (words.length === 0 && options.all !== true)
    throw new UsageError("Expected the id of a job, or --all. 'haulyard ls' shows the ids.");
  if (words.length > 0 && options.all === true) throw new UsageError("Ids and --all exclude each other.");
  if (words.length > IDS_AT_ONCE) throw new UsageError(`At most ${IDS_AT_ONCE} ids at once.`);
  const client = connect();
  if (options.all === true) return actOnAll(client, action, ALL_OF[action], options);
  const found = await findIds(client, words);
  const ids = found.flatMap((each) => (each.kind === "one" ? [each.id] : []));
  const missing = found.filter((each) => each.kind !== "one");
  const answer =
    ids.length === 0
      ? { changed: [], refused: [] }
      : await client.jobs.actions({ action, ids: [...new Set(ids)] });
  return show(action, answer.changed, [...missing.map(toRefused), ...answer.refused], options);
}

export async function runClear(options: ClearOptions): Promise<ExitCode> {
  const statuses: Status[] =
    options.allEnded === true
      ? ["COMPLETE", "FAILED", "CANCELLED"]
      : options.failed === true
        ? ["FAILED"]
        : ["COMPLETE"];
  return actOnAll(connect(), "remove", statuses, options);
}

async function actOnAll(
  client: Client,
  action: JobAction,
  status: readonly Status[],
  options: ActOptions,
): Promise<ExitCode> {
  const { changed, refused } = await client.jobs.actions({ action, filter: { status: [...status] } });
  // Between the question and the answer a job may have ended: that is no failure of "all there are".
  const still = refused.filter(({ code }) => code !== "not_found");
  if (options.json === true) return show(action, changed, still, options);
  const terminal = openTerminal();
  terminal.print(`${DONE_WORDS[action]}  ${changed.length === 1 ? "1 job" : `${changed.length} jobs`}`);
  tellRefused(terminal, still);
  return exitCodeFor(still);
}

function show(
  action: JobAction,
  changed: readonly string[],
  refused: readonly Refused[],
  options: ActOptions,
): ExitCode {
  const terminal = openTerminal();
  if (options.json === true) {
    sayJson(terminal, { action, changed, refused });
    return exitCodeFor(refused);
  }
  for (const id of changed)
    terminal.print(`${terminal.paintOut("green", DONE_WORDS[action])}  ${shortId(id)}`);
  tellRefused(terminal, refused);
  return exitCodeFor(refused);
}

function tellRefused(terminal: Terminal, refused: readonly Refused[]): void {
  for (const { id, message } of refused)
    terminal.tell(terminal.paintErr("red", `haulyard: ${shortId(id)}: ${cleanText(message)}`));
}

function toRefused(found: Exclude<Found, { kind: "one" }>): Refused {
  const code = found.kind === "none" ? "not_found" : "ambiguous";
  return { id: found.given, code, message: explainFound(found) };
}

function exitCodeFor(refused: readonly Refused[]): ExitCode {
  return combineExitCodes(
    refused.map(({ code }) => {
      if (code === "not_found") return EXIT.notFound;
      return code === "ambiguous" ? EXIT.usage : EXIT.refused;
    }),
  );
}
