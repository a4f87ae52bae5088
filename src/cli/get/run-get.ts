/** `haulyard get`: downloads here, without a server. */
import { readFileSync } from "node:fs";
import { readEnvironment } from "../../config/environment.ts";
import { originTokens, services } from "../../config/origin-tokens.ts";
import { readFromEnvironment } from "../../config/read-settings.ts";
import { systemClock } from "../../job/clock.ts";
import type { Clock } from "../../job/clock.ts";
import type { TransferStep } from "../../job/job.ts";
import type { TransferSettings } from "../../transfer/transfer-settings.ts";
import { combineExitCodes, EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { UsageError } from "../usage-error.ts";
import { VERSION } from "../version.ts";
import type { GetItem } from "./expand-metalinks.ts";
import type { Services } from "./expand-sources.ts";
import { exitCodeOfResult, getAll } from "./get-all.ts";
import type { GetResult } from "./get-file.ts";
import { isMetalink, isSource, planGet } from "./plan-get.ts";
import type { GetOptions, GetPlan } from "./plan-get.ts";
import type { GetReport, Summary } from "./report.ts";
import { reportAsJson } from "./report-json.ts";
import { reportManyInLines, reportManyOnScreen } from "./report-many.ts";
import { reportErrors, reportInLines, reportOnBar } from "./report-progress.ts";
import type { Transfer } from "../../transfer/create-transfer.ts";

/** What a download needs to know of the environment. */
const NEEDED = [
  "hfToken",
  "hfEndpoint",
  "civitaiApiKey",
  "civitaiEndpoint",
  "httpProxy",
  "httpsProxy",
  "noProxy",
  "privateRedirects",
  "extraCaCerts",
  "directIo",
  "connections",
] as const;

/** What people never set: tests that cannot wait for an hour, end a process at one moment or have no terminal, do. */
export interface GetWorld extends Pick<TransferSettings, "clock" | "limits" | "random" | "onPoint"> {
  terminal?: Terminal;
}

export async function runGet(
  urls: readonly string[],
  options: GetOptions,
  world: GetWorld = {},
): Promise<ExitCode> {
  const { clock = systemClock, random = Math.random, terminal = openTerminal(), ...settings } = world;
  const folder = process.cwd();
  const read = readFromEnvironment(NEEDED, { env: readEnvironment(), folder });
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  const plan = planGet(urls, options, folder);
  const stop = stopOnSignals();
  // Only now: it takes the longest to load, and a slip of the keyboard should be answered at once.
  const { createTransfer } = await import("../../transfer/create-transfer.ts");
  const { httpProxy, httpsProxy, noProxy, extraCaCerts, directIo, connections } = read.settings;
  const transfer = createTransfer({
    ...settings,
    clock,
    random,
    userAgent: `haulyard/${VERSION}`,
    tokens: () => originTokens(read.settings),
    directIo,
    connections,
    allowPrivateRedirects: read.settings.privateRedirects === "allow",
    proxy: { http: httpProxy, https: httpsProxy, no: noProxy },
    extraCertificates: extraCaCerts === null ? [] : [readFileSync(extraCaCerts, "utf8")],
    bytesPerSecond: () => plan.limitBytesPerSecond,
  });
  try {
    const sources = { ...services(read.settings), fetch: transfer.fetchDocument, ...wishOf(options) };
    const items = await itemsOf(plan.steps, transfer, sources, stop.signal);
    const report = reportFor(plan, items.length, terminal, clock);
    const beganAt = clock.now();
    const { jobs, connections } = plan;
    const parts = { run: transfer.run, clock, random, connections };
    const results = await getAll(items, { ...parts, report, jobs }, stop.signal);
    const summary = summarize(results, (clock.now() - beganAt) / 1000);
    report.finish(summary);
    return summary.exitCode;
  } finally {
    stop.release();
    await transfer.close();
  }
}

async function itemsOf(
  steps: readonly TransferStep[],
  { readMetalink }: Transfer,
  sources: Services,
  signal: AbortSignal,
): Promise<GetItem[]> {
  const items: GetItem[] = [];
  // Each kind is loaded where there is one: most downloads are plain addresses.
  for (const step of steps) {
    if (isSource(step.url)) {
      const { expandSources } = await import("./expand-sources.ts");
      items.push(...(await expandSources(step, sources, signal)));
    } else if (isMetalink(step.url)) {
      const { expandMetalinks } = await import("./expand-metalinks.ts");
      items.push(...(await expandMetalinks([step], readMetalink, signal)));
    } else items.push({ kind: "file", step });
  }
  return items;
}

function wishOf({
  include = [],
  exclude = [],
  directory,
}: GetOptions): Pick<Services, "patterns" | "hasFolder"> {
  return { patterns: { include, exclude }, hasFolder: directory !== undefined };
}

function summarize(results: readonly (GetResult | null)[], seconds: number): Summary {
  const begun = results.filter((result) => result !== null);
  const done = begun.filter((result) => result.kind === "done");
  const failed = begun.filter(({ kind }) => kind === "failed").length;
  const codes = begun.map(exitCodeOfResult);
  return {
    done: done.length,
    verified: done.filter(({ checksumState }) => checksumState.kind === "verified").length,
    failed,
    skipped: results.length - done.length - failed,
    bytesFetched: done.reduce((sum, { bytesFetched }) => sum + bytesFetched, 0),
    seconds,
    // What was not begun was interrupted before.
    exitCode: combineExitCodes(begun.length < results.length ? [...codes, EXIT.interrupted] : codes),
  };
}

function reportFor(plan: GetPlan, count: number, terminal: Terminal, clock: Clock): GetReport {
  switch (plan.show) {
    case "json":
      return reportAsJson(terminal);
    case "errors":
      return reportErrors(terminal);
    case "progress":
      if (count > 1)
        return terminal.redraws ? reportManyOnScreen(terminal, clock) : reportManyInLines(terminal);
      return terminal.redraws ? reportOnBar(terminal, clock) : reportInLines(terminal, clock);
    default:
      throw plan.show satisfies never;
  }
}
