/**
 * `haulyard get` for tests that cannot wait, in a process of its own. All is what people run but the clock, whose
 * sleeps cost no time, and the limits. Its one argument is a `GetBatch` as JSON.
 *
 * One order: as the command, and what it slept goes to stderr as `slept [ms, …]`. Several: side by side, or one after
 * the other if none is to be killed.
 */
import { readFileSync } from "node:fs";
import type { GetOptions } from "../../src/cli/get/plan-get.ts";
import { runGet } from "../../src/cli/get/run-get.ts";
import { HastyClock } from "../../src/transfer/testing/bench.ts";
import type { RunPoint, TransferLimits } from "../../src/transfer/transfer-settings.ts";

export interface GetOrder {
  url: string;
  options: GetOptions;
  /** It stops there; when all have stopped, the process kills itself as kill -9 would. */
  killAt?: RunPoint | { bytes: number };
}

export interface GetBatch {
  orders: readonly GetOrder[];
  limits?: Partial<TransferLimits>;
  /** Sleeps take no time. */
  hasty?: boolean;
}

const { orders, limits, hasty = false } = JSON.parse(process.argv[2] ?? "{}") as GetBatch;
const clock = new HastyClock();
let stopped = 0;

function isTime(killAt: GetOrder["killAt"], point: RunPoint, path: string): boolean {
  if (typeof killAt !== "object") return point === killAt;
  if (point !== "flushed") return false;
  const { done } = JSON.parse(readFileSync(`${path}.part.json`, "utf8")) as { done: [number, number][] };
  return done.reduce((sum, [start, end]) => sum + end - start, 0) >= killAt.bytes;
}

async function get({ url, options, killAt }: GetOrder): Promise<void> {
  const code = await runGet([url], options, {
    ...(hasty ? { clock } : {}),
    ...(limits === undefined ? {} : { limits }),
    onPoint: async (point, path) => {
      if (killAt === undefined || !isTime(killAt, point, path)) return;
      stopped += 1;
      if (stopped === orders.length) process.kill(process.pid, "SIGKILL");
      // A timer holds on to the promise: one that nobody can ever settle would let the run be collected.
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    },
  });
  // It was to be killed, and came to its end: the others are not waited for.
  if (killAt !== undefined) {
    process.stderr.write(`${url} ended with ${code}\n`);
    process.exit(1);
  }
  process.exitCode = code;
}

if (orders.some(({ killAt }) => killAt !== undefined)) await Promise.all(orders.map(get));
else for (const order of orders) await get(order);
process.stderr.write(`slept ${JSON.stringify(clock.sleeps)}\n`);
