/** `haulyard ls`: the queue as a table. */
import type { Client } from "../../client/create-client.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import { Status } from "../../wire/job-message.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { connect } from "./connect.ts";
import { noteOf, percentWord, shortId, sizeWord, statusColor, statusWord } from "./job-words.ts";
import { sayJson } from "./say-json.ts";

/** As commander gives them. */
export interface ListOptions {
  status?: string;
  search?: string;
  limit?: string;
  json?: true;
}

const PAGE_JOBS = 1000;

export async function runList(options: ListOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const limit = readLimit(options.limit ?? "100");
  const ask = {
    ...(options.status === undefined ? {} : { status: readStatuses(options.status) }),
    ...(options.search === undefined ? {} : { search: options.search }),
  };
  const client = connect();
  const { jobs, more, counts } = await collectJobs(client, ask, limit);
  if (options.json === true) {
    sayJson(terminal, { jobs, counts, more });
    return EXIT.done;
  }
  if (jobs.length === 0) terminal.tell(emptyWords(options, counts));
  else for (const line of tableOf(jobs, await labelsOf(jobs, client), terminal)) terminal.print(line);
  if (more) terminal.tell(`There are more; --limit shows up to as many as you like (here ${limit}).`);
  return EXIT.done;
}

async function collectJobs(
  client: Client,
  ask: { status?: Status[]; search?: string },
  limit: number,
): Promise<{ jobs: JobMessage[]; more: boolean; counts: Record<Status, number> }> {
  const jobs: JobMessage[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await client.jobs.list({
      ...ask,
      limit: Math.min(PAGE_JOBS, limit - jobs.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    jobs.push(...page.jobs);
    if (page.next === null || jobs.length >= limit)
      return { jobs, more: page.next !== null, counts: page.counts };
    cursor = page.next;
  }
}

/** What people call the instances, by their ids; null where all jobs are of this machine. */
async function labelsOf(jobs: readonly JobMessage[], client: Client): Promise<Map<string, string> | null> {
  if (jobs.every(({ place }) => place.kind === "node")) return null;
  return new Map((await client.hosts.list()).map(({ id, label }) => [id, label]));
}

function tableOf(
  jobs: readonly JobMessage[],
  labels: ReadonlyMap<string, string> | null,
  terminal: Terminal,
): string[] {
  const now = Date.now();
  const paint = terminal.paintOut;
  const rows = jobs.map((job) => [
    { text: shortId(job.id) },
    { text: statusWord(job), paint: (text: string) => paint(statusColor(job.status), text) },
    { text: percentWord(job) },
    { text: sizeWord(job) },
    ...(labels === null ? [] : [{ text: cleanText(labels.get(job.place.name) ?? job.place.name) }]),
    { text: cleanText(job.name) },
    { text: noteOf(job, now) },
  ]);
  // In a pipe or a file nothing is cut.
  const columns = terminal.printsToScreen ? terminal.columns() : Infinity;
  return drawTable(
    [
      { head: "ID" },
      { head: "STATUS" },
      { head: "%", right: true },
      { head: "SIZE", right: true },
      ...(labels === null ? [] : [{ head: "ON", share: 1 }]),
      { head: "NAME", share: 2 },
      { head: "", share: 3 },
    ],
    rows,
    { columns, paintHead: (text) => paint("dim", text) },
  );
}

function emptyWords(options: ListOptions, counts: Record<Status, number>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (all === 0) return "The queue is empty. Add a download with: haulyard add <url>";
  return `None of the ${all} jobs fits${options.search === undefined ? "" : ` ${JSON.stringify(options.search)}`}.`;
}

/** Statuses as they are shown, or as the API has them; comma-separated. */
function readStatuses(text: string): Status[] {
  const words = new Map<string, Status>(
    Status.options.flatMap((status) => [
      [status.toLowerCase(), status],
      [statusWord({ status, wish: null }), status],
    ]),
  );
  return text.split(",").map((word) => {
    const status = words.get(word.trim().toLowerCase());
    if (status !== undefined) return status;
    const known = Status.options.map((each) => statusWord({ status: each, wish: null })).join(", ");
    throw new UsageError(`--status: expected one or more of ${known}, got ${JSON.stringify(word)}.`);
  });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d{1,7}$/.test(text) || limit < 1)
    throw new UsageError(`--limit: expected a whole number from 1, got ${JSON.stringify(text)}.`);
  return limit;
}
