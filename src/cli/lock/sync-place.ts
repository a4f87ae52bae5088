/** `haulyard sync`: a place is made to match a lock file. */
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { MAX_LOCK_LENGTH } from "../../catalog/lock/read-lock.ts";
import type { Client } from "../../client/create-client.ts";
import { hasEnded } from "../../client/poll-jobs.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import type { SyncAnswer } from "../../wire/lock.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { getOrNull } from "../queue/get-or-null.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { formatBytes } from "../screen/format.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";

/** As commander gives them. */
export interface SyncOptions {
  to?: string;
  dryRun?: true;
  delete?: true;
  skipBad?: true;
  detach?: true;
  json?: true;
}

/** Between two looks at the jobs. */
const POLL_MS = 1_000;

export async function runSync(file: string, options: SyncOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const lock = await readLockFile(file);
  const ask = (remove: boolean): Promise<SyncAnswer> =>
    client.locks.sync({
      lock,
      to: options.to ?? null,
      dry_run: options.dryRun === true,
      delete: remove,
      skip_bad: options.skipBad === true,
    });
  const first = await ask(options.delete === true);
  const ids = first.files.flatMap(({ job_id: id }) => id ?? []);
  if (options.dryRun === true || options.detach === true || ids.length === 0)
    return conclude(first, options, terminal);
  if (options.json !== true) for (const line of wordsOf(first)) terminal.print(line);
  const jobs = await waitForAll(client, ids, (job) => {
    if (options.json !== true) terminal.print(cleanText(`${job.status.toLowerCase()}  ${job.name}`));
  });
  for (const { name, error, status } of jobs)
    if (status !== "COMPLETE")
      terminal.tell(
        terminal.paintErr(
          "red",
          `haulyard: ${cleanText(`${name}: ${error?.message ?? status.toLowerCase()}`)}`,
        ),
      );
  // Only what was queued is waited for: a job that failed must not be queued anew by the last look.
  const failed = jobs.some(({ status }) => status !== "COMPLETE");
  const last = failed
    ? await client.locks.sync({
        lock,
        to: options.to ?? null,
        dry_run: true,
        skip_bad: options.skipBad === true,
      })
    : await ask(options.delete === true);
  return conclude(last, options, terminal);
}

async function readLockFile(file: string): Promise<string> {
  let text: string;
  try {
    text = file === "-" ? await readAll(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text.length > MAX_LOCK_LENGTH)
    throw new UsageError(`${file} is longer than ${MAX_LOCK_LENGTH / 1024 / 1024} MiB: no lock file is.`);
  return text;
}

/** Answers all of them, ended; those that were removed are left out. */
async function waitForAll(
  client: Client,
  ids: readonly string[],
  onEnd: (job: JobMessage) => void,
): Promise<JobMessage[]> {
  const ended: JobMessage[] = [];
  let open = [...new Set(ids)];
  while (open.length > 0) {
    const still: string[] = [];
    for (const id of open) {
      const job = await getOrNull(client, id);
      if (job === null) continue;
      if (!hasEnded(job)) still.push(id);
      else {
        ended.push(job);
        onEnd(job);
      }
    }
    open = still;
    if (open.length > 0) await sleep(POLL_MS);
  }
  return ended;
}

function conclude(answer: SyncAnswer, options: SyncOptions, terminal: Terminal): ExitCode {
  if (options.json === true) sayJson(terminal, answer);
  else for (const line of wordsOf(answer)) terminal.print(line);
  for (const note of answer.notes) terminal.tell(`haulyard: ${cleanText(note)}`);
  for (const { line, what, reason } of answer.bad)
    terminal.tell(terminal.paintErr("yellow", `haulyard: line ${line}: ${cleanText(`${what}: ${reason}`)}`));
  if (
    options.detach === true &&
    answer.files.every(({ state }) => state !== "no_source" && state !== "refused")
  )
    return EXIT.done;
  return answer.matches ? EXIT.done : EXIT.failed;
}

/** What is right is counted, the rest named. */
function wordsOf({ files, extra, bytes, matches }: SyncAnswer): string[] {
  const right = files.filter(({ state }) => state === "same").length;
  const rest = files.filter(({ state }) => state !== "same");
  return [
    ...rest.map(({ root, path, state, reason }) =>
      cleanText(`${STATE_WORDS[state]}  ${root}:${path}${reason === null ? "" : ` (${reason})`}`),
    ),
    ...extra.map(({ path, size, deleted, reason }) =>
      cleanText(
        `${deleted ? "removed" : "not of the lock"}  ${path} (${formatBytes(size)}${reason === null ? "" : `, ${reason}`})`,
      ),
    ),
    matches
      ? `All ${files.length} files of the lock are there.`
      : `${right} of ${files.length} files of the lock are there; ${formatBytes(bytes)} to fetch.`,
  ];
}

const STATE_WORDS: Readonly<Record<SyncAnswer["files"][number]["state"], string>> = {
  same: "there",
  check: "to be checked",
  missing: "missing",
  different: "different",
  linked: "elsewhere",
  no_source: "no source",
  refused: "refused",
};
