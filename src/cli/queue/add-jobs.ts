/** `haulyard add`: puts downloads into the queue of the server. */
import { ApiError } from "../../client/api-error.ts";
import type { Added, Client } from "../../client/create-client.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import { LAYOUTS } from "../../job/catalog-contract.ts";
import type { Layout } from "../../job/catalog-contract.ts";
import { REUSE_MODES } from "../../job/reuse.ts";
import type { ReuseMode } from "../../job/reuse.ts";
import type { JobRequestMessage } from "../../wire/requests.ts";
import { combineExitCodes, EXIT, exitCodeOfCall } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { readHeaders, readHttpAddress, readPriority, readRate, readSha256 } from "../read-words.ts";
import { SHARES } from "../../job/sharing/sharing-contract.ts";
import type { Share } from "../../job/sharing/sharing-contract.ts";
import { addGroup, isGroup } from "../groups/add-group.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { connect } from "./connect.ts";
import { callErrorLines } from "./explain-call-error.ts";
import { shortId } from "./job-words.ts";
import { sayJson } from "./say-json.ts";
import { readWord } from "./read-word.ts";
import { sharingLine } from "./plan-sharing.ts";
import { exitCodeOfPlan, MOST_ROWS, showPlan } from "./show-plan.ts";

/** As commander gives them. */
export interface AddOptions {
  to?: readonly string[];
  group?: string;
  share?: string;
  path?: string;
  sha256?: string;
  header?: readonly string[];
  mirror?: readonly string[];
  priority?: string;
  limitRate?: string;
  afterRun?: string;
  overwrite?: true;
  inputFile?: string;
  include?: readonly string[];
  exclude?: readonly string[];
  withInfo?: true;
  layout?: string;
  reuse?: string;
  dryRun?: true;
  json?: true;
}

interface Asked {
  /** As it was typed: a file's name for what is in it. */
  word: string;
  source: string;
}

export async function runAdd(words: readonly string[], options: AddOptions): Promise<ExitCode> {
  const sources: Asked[] = words.map((word) => ({ word, source: readWord(word) }));
  if (options.inputFile !== undefined) sources.push(await readInput(options.inputFile));
  if (sources.length === 0) throw new UsageError("add: expected at least one source.");
  const request = readRequest(sources, options);
  const terminal = openTerminal();
  const client = connect();
  const { to = [], group: name } = options;
  const group = { to, name, share: readShare(options.share) };
  const asGroup = isGroup(group);
  if (options.dryRun === true)
    return planOnly(
      sources.flatMap(({ source }) => planned({ ...request, source }, to)),
      { asJson: options.json === true, share: group.share },
      terminal,
      client,
    );
  if (asGroup) {
    const requests = sources.map(({ source }) => ({ ...request, source }));
    return addGroup(client, requests, group, terminal, options.json === true);
  }
  const codes: ExitCode[] = [];
  for (const { word, source } of sources) {
    try {
      const added = await client.jobs.create({
        ...request,
        source,
        ...(to[0] === undefined ? {} : { to: to[0] }),
      });
      if (options.json === true) sayJson(terminal, { source: word, ...factsOf(added) });
      else showAdded(terminal, added);
      codes.push(EXIT.done);
    } catch (error) {
      // A server that is away is away for the rest, too; what it refuses concerns this one only.
      if (!(error instanceof ApiError)) throw error;
      if (options.json === true) sayJson(terminal, { source: word, error: errorFacts(error) });
      else for (const line of callErrorLines(error)) terminal.tell(line);
      codes.push(exitCodeOfCall(error));
    }
  }
  return combineExitCodes(codes);
}

function readShare(word: string | undefined): Share | undefined {
  const share = SHARES.find((each) => each === word);
  if (word !== undefined && share === undefined)
    throw new UsageError(`--share: expected ${SHARES.join(", ")}.`);
  return share;
}

/** The server reads the list: it knows the models and cards that may stand in it. */
async function readInput(file: string): Promise<Asked> {
  const { readListText } = await import("../get/read-list.ts");
  const text = readListText(file);
  if (text.trim() !== "") return { word: file, source: text };
  throw new UsageError(`--input-file: ${file} is empty.`);
}

async function planOnly(
  requests: readonly JobRequestMessage[],
  { asJson, share }: { asJson: boolean; share: Share | undefined },
  terminal: Terminal,
  client: Client,
): Promise<ExitCode> {
  const answer = await client.jobs.plan(requests);
  if (asJson) sayJson(terminal, answer);
  else showPlan(terminal, answer);
  if (!asJson && share === "site") terminal.print(sharingLine(answer, await client.nodes.list()));
  return exitCodeOfPlan(answer);
}

/** What would happen at each place; which ones a label means only the server knows. */
function planned(request: JobRequestMessage, to: readonly string[]): JobRequestMessage[] {
  if (to.some((word) => word === "all" || word.startsWith("label:")))
    throw new UsageError("--dry-run: give the places by their names, not by a label or all.");
  return to.length === 0 ? [request] : to.map((place) => ({ ...request, to: place }));
}

function readRequest(
  sources: readonly Asked[],
  options: AddOptions,
): Omit<JobRequestMessage, "source" | "to"> {
  if (sources.length > 1 && (options.sha256 !== undefined || options.mirror !== undefined))
    throw new UsageError("--sha256 and --mirror are for one source, there are several.");
  // Several files cannot have one name, but they can have one folder.
  if (sources.length > 1 && options.path !== undefined && !options.path.endsWith("/"))
    throw new UsageError("--path: of several sources it has to be a folder, with a / at the end.");
  return {
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.sha256 === undefined ? {} : { sha256: readSha256(options.sha256) }),
    ...(options.header === undefined ? {} : { headers: readHeaders(options.header) }),
    ...(options.mirror === undefined
      ? {}
      : { mirrors: options.mirror.map((url) => readHttpAddress(url, "--mirror")) }),
    ...turnOf(options),
    ...(options.overwrite === true ? { replace: true } : {}),
    ...(options.include === undefined ? {} : { include: [...options.include] }),
    ...(options.exclude === undefined ? {} : { exclude: [...options.exclude] }),
    ...(options.withInfo === true ? { with_info: true } : {}),
    ...(options.layout === undefined ? {} : { layout: readLayout(options.layout) }),
    ...(options.reuse === undefined ? {} : { reuse: readReuse(options.reuse) }),
  };
}

/** How it is queued: nothing of it changes what would come of it. */
function turnOf({ priority, limitRate, afterRun }: AddOptions): Partial<JobRequestMessage> {
  return {
    ...(priority === undefined ? {} : { priority: readPriority(priority) }),
    ...(limitRate === undefined ? {} : { limit_rate: readRate(limitRate) }),
    ...(afterRun === undefined ? {} : { after_run: afterRun }),
  };
}

function readLayout(word: string): Layout {
  const layout = LAYOUTS.find((each) => each === word);
  if (layout === undefined) throw new UsageError(`--layout: expected ${LAYOUTS.join(", ")}, got ${word}.`);
  return layout;
}

function readReuse(word: string): ReuseMode {
  const mode = REUSE_MODES.find((each) => each === word);
  if (mode === undefined) throw new UsageError(`--reuse: expected ${REUSE_MODES.join(", ")}, got ${word}.`);
  return mode;
}

function factsOf(added: Added): object {
  if (added.kind === "one") return { created: added.created, job: added.job };
  const { created, jobs, count, skipped, notes } = added;
  return { created, jobs, count, skipped, notes };
}

function showAdded(terminal: Terminal, added: Added): void {
  if (added.kind === "one") return showJob(terminal, added.created, added.job);
  const created = new Set(added.created);
  const most = terminal.printsToScreen ? MOST_ROWS : Infinity;
  for (const job of added.jobs.slice(0, most)) showJob(terminal, created.has(job.id), job);
  if (added.jobs.length > most) {
    const there = added.count - created.size;
    const known = there === 0 ? "" : `, ${there} of them there already`;
    terminal.print(`… and ${added.jobs.length - most} more: ${added.count} files${known}`);
  }
  for (const { what, reason } of added.skipped.slice(0, most))
    terminal.tell(`${terminal.paintOut("yellow", "left out")}  ${cleanText(what)}: ${cleanText(reason)}`);
  if (added.skipped.length > most) terminal.tell(`… and ${added.skipped.length - most} more left out`);
  for (const note of added.notes) terminal.tell(cleanText(note));
}

function showJob(terminal: Terminal, created: boolean, job: JobMessage): void {
  const word = created ? "added" : job.status === "COMPLETE" ? "there already" : "in the queue already";
  const to = job.destination === null ? "" : `  ${cleanText(job.destination)}`;
  const head = terminal.paintOut(created ? "green" : "yellow", word);
  terminal.print(`${head}  ${shortId(job.id)}  ${cleanText(job.name)}${to}`);
}

export function errorFacts(error: ApiError): object {
  const { status, code, message, field, advice, page } = error;
  return {
    status,
    code,
    message,
    field,
    ...(advice === null ? {} : { advice }),
    ...(page === null ? {} : { page }),
  };
}
