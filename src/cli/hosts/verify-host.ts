/** `haulyard hosts verify`: keys are shown, a person says what to make of them. */
import type { Client } from "../../client/create-client.ts";
import type { HostVerifyAnswer, HostVerifyRequest } from "../../wire/hosts.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { askPerson } from "../screen/ask-person.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { findHost, looksLikeConnection } from "./find-host.ts";
import { readVerdict, shownLines, verdictQuestion } from "./verify-words.ts";
import type { Shown } from "./verify-words.ts";

/** As commander gives them. */
export interface VerifyOptions {
  accept?: string;
  reject?: true;
  json?: true;
}

type Verify = (request: HostVerifyRequest) => Promise<HostVerifyAnswer>;

export async function runVerify(word: string, options: VerifyOptions): Promise<ExitCode> {
  if (options.accept !== undefined && options.reject === true)
    throw new UsageError("--accept and --reject say opposite things.");
  const terminal = openTerminal();
  const verify = await verifierOf(connect(), word);
  if ("message" in verify) {
    terminal.tell(terminal.paintErr("red", `haulyard: ${verify.message}`));
    return verify.code;
  }
  const answer = await verify({});
  if (!("fingerprints" in answer)) throw new Error("the server answered a question with an answer");
  if (options.json !== true) for (const line of shownLines(answer, terminal.paintErr)) terminal.tell(line);
  if (!answer.needs_confirmation) return finish(answer, { outcome: "known", jobs: [] }, terminal, options);
  const verdict = await decide(answer, options);
  if (verdict === null) return finish(answer, { outcome: "unanswered", jobs: [] }, terminal, options);
  const done = await verify(verdict);
  const jobs = "jobs" in done ? done.jobs : [];
  return finish(
    answer,
    { outcome: verdict.accept === true ? "accepted" : "rejected", jobs },
    terminal,
    options,
  );
}

async function verifierOf(
  client: Client,
  word: string,
): Promise<Verify | { message: string; code: ExitCode }> {
  const found = await findHost(client, word);
  if (found.kind === "one") return (request) => client.hosts.verify(found.host.id, request);
  if (found.kind === "none" && looksLikeConnection(word))
    return (request) => client.hosts.verifyConnection(word, request);
  return found;
}

/** Null: nobody is there to be asked, or they would not say. */
async function decide(shown: Shown, options: VerifyOptions): Promise<HostVerifyRequest | null> {
  if (options.reject === true) return { reject: true };
  if (options.accept !== undefined) return { accept: true, fingerprint: options.accept };
  if (options.json === true) return null;
  const said = await askPerson(verdictQuestion(shown));
  return said === null ? null : readVerdict(said, shown);
}

type Outcome = "known" | "accepted" | "rejected" | "unanswered";

interface Ending {
  outcome: Outcome;
  jobs: readonly string[];
}

const EXIT_OF_OUTCOME = {
  known: EXIT.done,
  accepted: EXIT.done,
  rejected: EXIT.refused,
  unanswered: EXIT.refused,
} as const satisfies Record<Outcome, ExitCode>;

function finish(
  shown: Shown,
  { outcome, jobs }: Ending,
  terminal: Terminal,
  options: VerifyOptions,
): ExitCode {
  const { host_id, host, port, fingerprints, changed = false, old_fingerprints = [] } = shown;
  if (options.json === true)
    sayJson(terminal, { host_id, host, port, fingerprints, changed, old_fingerprints, outcome, jobs });
  else terminal.print(outcomeLine(outcome, jobs.length, host));
  return EXIT_OF_OUTCOME[outcome];
}

function outcomeLine(outcome: Outcome, jobs: number, host: string): string {
  const count = jobs === 1 ? "1 job that waited for it" : `${jobs} jobs that waited for it`;
  switch (outcome) {
    case "known":
      return `${cleanText(host)} is trusted: a key it shows was accepted before.`;
    case "accepted":
      return jobs === 0 ? "Accepted." : `Accepted; ${count} ${jobs === 1 ? "goes" : "go"} on.`;
    case "rejected":
      return jobs === 0 ? "Rejected." : `Rejected; ${count} failed.`;
    case "unanswered":
      return "Not answered: nothing is trusted. Compare the fingerprint, then: --accept SHA256:…, or --reject";
    default:
      throw outcome satisfies never;
  }
}
