/** `haulyard get`: one download after another, here, without a server. */
import { readFileSync } from "node:fs";
import { readEnvironment } from "../../config/environment.ts";
import { originTokens } from "../../config/origin-tokens.ts";
import { readFromEnvironment } from "../../config/read-settings.ts";
import { systemClock } from "../../job/clock.ts";
import type { RunTransfer } from "../../job/transfer-contract.ts";
import { combineExitCodes, EXIT, exitCodeOf } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { UsageError } from "../usage-error.ts";
import { VERSION } from "../version.ts";
import type { GetItem } from "./expand-metalinks.ts";
import { Gauge } from "./gauge.ts";
import { getFile } from "./get-file.ts";
import type { GetParts, GetResult } from "./get-file.ts";
import { planGet } from "./plan-get.ts";
import type { GetOptions, GetPlan } from "./plan-get.ts";
import type { GetReport, Position } from "./report.ts";
import { reportAsJson } from "./report-json.ts";
import { reportErrors, reportInLines, reportOnBar } from "./report-progress.ts";

const clock = systemClock;

/** What a download needs to know of the environment. */
const NEEDED = [
  "hfToken",
  "hfEndpoint",
  "civitaiApiKey",
  "civitaiEndpoint",
  "httpProxy",
  "httpsProxy",
  "noProxy",
  "extraCaCerts",
  "directIo",
] as const;

export async function runGet(urls: readonly string[], options: GetOptions): Promise<ExitCode> {
  const folder = process.cwd();
  const read = readFromEnvironment(NEEDED, { env: readEnvironment(), folder });
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  const plan = planGet(urls, options, folder);
  const report = reportFor(plan, openTerminal());
  const stop = stopOnSignals();
  // Only now: it takes the longest to load, and a slip of the keyboard should be answered at once.
  const { createTransfer } = await import("../../transfer/create-transfer.ts");
  const { httpProxy, httpsProxy, noProxy, extraCaCerts, directIo } = read.settings;
  const transfer = createTransfer({
    clock,
    userAgent: `haulyard/${VERSION}`,
    tokens: originTokens(read.settings),
    directIo,
    proxy: { http: httpProxy, https: httpsProxy, no: noProxy },
    extraCertificates: extraCaCerts === null ? [] : [readCertificates(extraCaCerts)],
    bytesPerSecond: () => plan.limitBytesPerSecond,
  });
  try {
    const { expandMetalinks } = await import("./expand-metalinks.ts");
    const items = await expandMetalinks(plan.steps, transfer.readMetalink, stop.signal);
    return await getAll(items, plan, transfer.run, report, stop.signal);
  } finally {
    stop.release();
    await transfer.close();
  }
}

async function getAll(
  items: readonly GetItem[],
  plan: GetPlan,
  run: RunTransfer,
  report: GetReport,
  signal: AbortSignal,
): Promise<ExitCode> {
  const beganAt = clock.now();
  const parts = { run, clock, random: Math.random, connections: plan.connections };
  const results: GetResult[] = [];
  for (const [index, item] of items.entries()) {
    if (signal.aborted) break;
    results.push(await getOne(item, { index: index + 1, count: items.length }, parts, report, signal));
  }
  // It may have been interrupted before the first file was begun.
  const none = results.length === 0;
  const exitCode = none ? EXIT.interrupted : combineExitCodes(results.map(exitCodeOfResult));
  const done = results.filter((result) => result.kind === "done");
  report.finish({
    done: done.length,
    failed: results.filter(({ kind }) => kind === "failed").length,
    skipped: items.length - results.filter(({ kind }) => kind !== "interrupted").length,
    bytesFetched: done.reduce((sum, { bytesFetched }) => sum + bytesFetched, 0),
    seconds: (clock.now() - beganAt) / 1000,
    exitCode,
  });
  return exitCode;
}

async function getOne(
  item: GetItem,
  position: Position,
  parts: GetParts,
  report: GetReport,
  signal: AbortSignal,
): Promise<GetResult> {
  const { step } = item;
  const gauge = new Gauge(clock);
  report.begin(step, position);
  if (item.kind === "fault") {
    const result: GetResult = { kind: "failed", failure: item.failure, path: null, bytesKept: 0 };
    report.end(result, exitCodeOfResult(result));
    return result;
  }
  const timer = setInterval(() => {
    const { progress, waiting } = gauge.settle();
    report.progress(progress, waiting);
  }, report.everyMs);
  try {
    const result = await getFile(step, gauge, report, parts, signal);
    clearInterval(timer);
    report.end(result, exitCodeOfResult(result));
    return result;
  } finally {
    clearInterval(timer);
  }
}

function exitCodeOfResult(result: GetResult): ExitCode {
  switch (result.kind) {
    case "done":
      return EXIT.done;
    case "failed":
      return exitCodeOf(result.failure.code);
    case "interrupted":
      return EXIT.interrupted;
    default:
      throw result satisfies never;
  }
}

function reportFor(plan: GetPlan, terminal: Terminal): GetReport {
  switch (plan.show) {
    case "json":
      return reportAsJson(terminal);
    case "errors":
      return reportErrors(terminal);
    case "progress":
      return terminal.redraws ? reportOnBar(terminal, clock) : reportInLines(terminal, clock);
    default:
      throw plan.show satisfies never;
  }
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UsageError(`NODE_EXTRA_CA_CERTS: ${file} cannot be read (${code}).`, { cause: error });
  }
}
