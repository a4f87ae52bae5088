/** `haulyard limit`: how fast downloads may be, all together and one by one. */
import type { Client } from "../../client/create-client.ts";
import { OPEN_STATUSES } from "../../client/poll-jobs.ts";
import { formatSchedule } from "../../job/limit/format-rate.ts";
import { parseSchedule, SCHEDULE_FORM } from "../../job/limit/rate-schedule.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { readRate } from "../read-words.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { connect } from "./connect.ts";
import { explainFound, findIds } from "./find-ids.ts";
import { jobLimitLine, limitLines, limitTable } from "./limit-words.ts";
import { sayJson } from "./say-json.ts";

/** As commander gives them. */
export interface LimitOptions {
  job?: string;
  reset?: true;
  json?: true;
}

const PAGE_JOBS = 1000;

/** @param words the limit, as one text or as the shell has split it */
export async function runLimit(words: readonly string[], options: LimitOptions): Promise<ExitCode> {
  const text = words.join(" ").trim();
  const given = words.length > 0;
  if (options.reset === true && (given || options.job !== undefined))
    throw new UsageError("--reset goes back to the setting's limit for all; it takes no rate and no job.");
  const terminal = openTerminal();
  if (options.job !== undefined) return limitOne(options.job, given ? text : null, terminal, options);
  if (!given && options.reset !== true) return show(connect(), terminal, options);
  const limit = await connect().limit.change(options.reset === true ? null : readSchedule(text));
  if (options.json === true) sayJson(terminal, { limit });
  else for (const line of limitLines(limit, null, Date.now())) terminal.print(line);
  return EXIT.done;
}

async function limitOne(
  word: string,
  text: string | null,
  terminal: Terminal,
  options: LimitOptions,
): Promise<ExitCode> {
  const limit = text === null || text.toLowerCase() === "none" ? null : readRate(text, "the limit of a job");
  const client = connect();
  const [found] = await findIds(client, [word]);
  if (found?.kind !== "one") {
    terminal.tell(terminal.paintErr("red", `haulyard: ${found === undefined ? word : explainFound(found)}`));
    return found?.kind === "several" ? EXIT.usage : EXIT.notFound;
  }
  const job =
    text === null
      ? await client.jobs.get(found.id)
      : await client.jobs.adjust(found.id, { limit_rate: limit });
  if (options.json === true) sayJson(terminal, { job });
  else terminal.print(jobLimitLine(job));
  return EXIT.done;
}

async function show(client: Client, terminal: Terminal, options: LimitOptions): Promise<ExitCode> {
  const limit = await client.limit.get();
  const open = await openJobs(client);
  const limited = open.filter(({ limit_rate }) => limit_rate !== null);
  const running = open.filter(({ status }) => status === "RUNNING");
  const bytesPerSecond = running.reduce((sum, { progress }) => sum + progress.bytes_per_second, 0);
  if (options.json === true) {
    sayJson(terminal, { limit, bytes_per_second: bytesPerSecond, running: running.length, jobs: limited });
    return EXIT.done;
  }
  const present = { running: running.length, bytesPerSecond };
  for (const line of limitLines(limit, present, Date.now())) terminal.print(line);
  if (limited.length === 0) return EXIT.done;
  terminal.print("");
  for (const line of limitTable(limited, terminal)) terminal.print(line);
  return EXIT.done;
}

async function openJobs(client: Client): Promise<JobMessage[]> {
  const jobs: JobMessage[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const ask = { status: [...OPEN_STATUSES], limit: PAGE_JOBS, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.jobs.list(ask);
    jobs.push(...page.jobs);
    cursor = page.next;
  }
  return jobs;
}

/** Checked here, so that a slip needs no server to be told. */
function readSchedule(text: string): string {
  const schedule = parseSchedule(text);
  if (schedule === null)
    throw new UsageError(`limit: expected ${SCHEDULE_FORM}, got ${JSON.stringify(text)}.`);
  return formatSchedule(schedule);
}
