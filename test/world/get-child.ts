/**
 * `haulyard get` for tests that cannot wait, in a process of its own. All is what people run but the clock, whose
 * sleeps cost no time, and the limits. Its one argument is a `GetOrder` as JSON.
 *
 * What it slept goes to stderr as `slept [ms, …]`.
 */
import { readFileSync } from "node:fs";
import { runGet } from "../../src/cli/get/run-get.ts";
import type { GetOptions } from "../../src/cli/get/plan-get.ts";
import { HastyClock } from "../../src/transfer/testing/bench.ts";
import type { RunPoint, TransferLimits } from "../../src/transfer/transfer-settings.ts";

export interface GetOrder {
  url: string;
  options: GetOptions;
  limits?: Partial<TransferLimits>;
  /** Sleeps take no time. */
  hasty?: boolean;
  /** Kills itself as kill -9 would, once the ledger claims so many bytes. */
  killAtBytes?: number;
  /** The same at a moment of the run. */
  killAt?: RunPoint;
}

const order = JSON.parse(process.argv[2] ?? "{}") as GetOrder;
const clock = new HastyClock();

function isTime(point: RunPoint, path: string): boolean {
  if (point === order.killAt) return true;
  if (point !== "flushed" || order.killAtBytes === undefined) return false;
  const { done } = JSON.parse(readFileSync(`${path}.part.json`, "utf8")) as { done: [number, number][] };
  return done.reduce((sum, [start, end]) => sum + end - start, 0) >= order.killAtBytes;
}

process.exitCode = await runGet([order.url], order.options, {
  ...(order.hasty === true ? { clock } : {}),
  ...(order.limits === undefined ? {} : { limits: order.limits }),
  onPoint: (point, path) => {
    if (isTime(point, path)) process.kill(process.pid, "SIGKILL");
  },
});
process.stderr.write(`slept ${JSON.stringify(clock.sleeps)}\n`);
