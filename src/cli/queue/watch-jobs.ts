/** `haulyard watch`: the queue as it moves, until it is interrupted, or until the job that was named has ended. */
import { needsToken } from "../../client/api-error.ts";
import type { Client } from "../../client/create-client.ts";
import { createLiveJobs } from "../../client/create-live-jobs.ts";
import type { LiveView } from "../../client/create-live-jobs.ts";
import { hasEnded } from "../../client/poll-jobs.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { findGroup } from "../groups/find-groups.ts";
import { watchGroup } from "../groups/watch-group.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { connect } from "./connect.ts";
import { explainCallError } from "./explain-call-error.ts";
import { explainFound, findIds } from "./find-ids.ts";
import { getOrNull } from "./get-or-null.ts";
import { watchAsJson, watchInLines, watchOnBars } from "./watch-report.ts";
import type { WatchReport } from "./watch-report.ts";

/** As commander gives them. */
export interface WatchOptions {
  json?: true;
}

export async function runWatch(word: string | undefined, options: WatchOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  if (word === undefined) {
    // Said at once if no server answers: only one that was there is worth waiting for.
    await client.health();
    return watchAll(client, reportFor(terminal, options));
  }
  const group = await findGroup(client, word);
  if (group !== null) return watchGroup(client, group, terminal, options.json === true);
  const [found] = await findIds(client, [word]);
  if (found === undefined || found.kind !== "one") {
    if (found !== undefined) terminal.tell(`haulyard: ${explainFound(found)}`);
    return found?.kind === "several" ? EXIT.usage : EXIT.notFound;
  }
  const job = await client.jobs.get(found.id);
  return watchOne(client, job, reportFor(terminal, options), terminal);
}

function reportFor(terminal: Terminal, { json }: WatchOptions): WatchReport {
  if (json === true) return watchAsJson(terminal);
  return terminal.redraws ? watchOnBars(terminal) : watchInLines(terminal);
}

function watchAll(client: Client, report: WatchReport): Promise<ExitCode> {
  return follow<ExitCode>(
    client,
    report,
    (view) => view,
    () => null,
  );
}

async function watchOne(
  client: Client,
  first: JobMessage,
  report: WatchReport,
  terminal: Terminal,
): Promise<ExitCode> {
  const only = (view: LiveView): LiveView => {
    const job = view.jobs.get(first.id);
    return { ...view, jobs: new Map(job === undefined ? [] : [[job.id, job]]) };
  };
  const judge = (view: LiveView): ExitCode | "missing" | null => {
    const job = view.jobs.get(first.id);
    if (job !== undefined && hasEnded(job)) return exitCodeOfJob(job);
    return job === undefined && view.ready ? "missing" : null;
  };
  const verdict = hasEnded(first) ? "missing" : await follow(client, report, only, judge);
  if (verdict !== "missing") return verdict;
  // It ended so long ago that no snapshot holds it, or it was removed.
  const job = first.ended_at === null ? await getOrNull(client, first.id) : first;
  const ended = {
    link: "live",
    limit: null,
    settingsChanges: 0,
    changes: new Map(),
    groups: new Map(),
    ready: true,
    error: null,
  } as const;
  if (job === null) {
    terminal.tell("haulyard: the job was removed.");
    return EXIT.notFound;
  }
  report.change({ ...ended, jobs: new Map() });
  report.change({ ...ended, jobs: new Map([[job.id, job]]) });
  return exitCodeOfJob(job);
}

/** Shows what comes until there is a verdict, or until it is interrupted. */
function follow<V extends ExitCode | "missing">(
  client: Client,
  report: WatchReport,
  part: (view: LiveView) => LiveView,
  judge: (view: LiveView) => V | null,
): Promise<V | ExitCode> {
  const live = createLiveJobs(client);
  const stop = stopOnSignals({ ifUnread: true });
  return new Promise((resolve) => {
    const end = (verdict: V | ExitCode): void => {
      clearInterval(timer);
      leave();
      stop.release();
      report.end(part(live.getSnapshot()));
      resolve(verdict);
    };
    const timer = setInterval(() => report.tick(part(live.getSnapshot())), report.everyMs);
    const leave = live.subscribe(() => {
      const view = live.getSnapshot();
      report.change(part(view));
      // A server that refuses us will go on doing so.
      if (needsToken(view.error)) return end(explainCallError(view.error));
      const verdict = judge(view);
      if (verdict !== null) end(verdict);
    });
    if (stop.signal.aborted) return end(EXIT.interrupted);
    stop.signal.addEventListener("abort", () => end(EXIT.interrupted), { once: true });
  });
}

function exitCodeOfJob({ status, error }: JobMessage): ExitCode {
  if (status === "COMPLETE") return EXIT.done;
  return status === "FAILED" && error !== null ? exitCodeOf(error.code) : EXIT.failed;
}
