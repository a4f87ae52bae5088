/**
 * A transfer in a process of its own, to be killed. Its one argument is JSON, its answer a line of JSON.
 *
 * At the point `killAt` (its `nth` time, from 1) the process kills itself as kill -9 would, or, with `pause`,
 * says so and waits for the parent to do it.
 */
import type { TransferStep } from "../../job/job.ts";
import type { ReuseMode } from "../../job/reuse.ts";
import type { Donor } from "../../job/transfer-contract.ts";
import { createTransfer } from "../create-transfer.ts";
import type { RunPoint, TransferLimits } from "../transfer-settings.ts";

export interface ChildOrder {
  step: TransferStep;
  limits?: Partial<TransferLimits>;
  killAt?: RunPoint;
  nth?: number;
  pause?: boolean;
  /** Default: as many as help. */
  connections?: number;
  /** Says what has come, whenever it is so many bytes more. */
  tellEveryBytes?: number;
  /** Files that are said to have the bytes, and how they are to be taken. */
  reuse?: { mode: ReuseMode; donors: Donor[] };
}

const order = JSON.parse(process.argv[2] ?? "{}") as ChildOrder;
let seen = 0;
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const transfer = createTransfer({
  ...(order.limits === undefined ? {} : { limits: order.limits }),
  onPoint: async (point) => {
    if (point !== order.killAt) return;
    seen += 1;
    if (seen !== (order.nth ?? 1)) return;
    if (order.pause !== true) process.kill(process.pid, "SIGKILL");
    say({ at: point });
    // A timer holds on to the promise: one that nobody can ever settle would let the run be collected.
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  },
});
let told = 0;
const outcome = await transfer.run(
  order.step,
  {
    resolved: async () => null,
    progress: ({ bytesDone }) => {
      if (bytesDone < told + (order.tellEveryBytes ?? Infinity)) return;
      told = bytesDone;
      say({ came: told });
    },
  },
  {
    signal: new AbortController().signal,
    reservedBytes: async () => 0,
    limitBytesPerSecond: () => null,
    connections: order.connections ?? null,
    ...(order.reuse === undefined
      ? {}
      : { reuse: { mode: order.reuse.mode, find: async () => order.reuse?.donors ?? [] } }),
  },
);
say({ outcome });
await transfer.close();
