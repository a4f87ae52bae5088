/**
 * Takes the lock of a destination over and over, in a process of its own. While it has the lock, its number is in
 * a file: whoever enters and finds a number of a living process there has met a second holder, and says so.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LockLimits } from "../lock/lock-place.ts";
import { lockDestination } from "../lock/lock-destination.ts";

export interface LockOrder {
  path: string;
  /** How often it takes the lock. */
  rounds: number;
  limits: LockLimits;
  /** Kills itself as kill -9 would, holding the lock for the nth time. */
  dieAt?: number;
  /** Kills itself so many milliseconds after its first look at the lock, whatever it does then. */
  dieAfterMs?: number;
  /** Where the number of the holder is. Default: beside the lock. */
  holder?: string;
}

const order = JSON.parse(process.argv[2] ?? "{}") as LockOrder;
const holder = order.holder ?? join(dirname(order.path), "holder");
const { signal } = new AbortController();
const die = (): void => void process.kill(process.pid, "SIGKILL");
if (order.dieAfterMs !== undefined) setTimeout(die, order.dieAfterMs);
for (let won = 0; won < order.rounds;) {
  const locking = await lockDestination(order.path, order.limits, signal);
  if (locking.kind === "busy") {
    await sleep(1 + Math.random() * 4);
    continue;
  }
  won += 1;
  const other = read();
  if (other !== null && lives(other)) throw new Error(`${process.pid} has the lock, and so has ${other}`);
  writeFileSync(holder, String(process.pid));
  await sleep(Math.random() * 3);
  if (read() !== process.pid) throw new Error(`${process.pid} has the lock, and so has ${read()}`);
  if (won === order.dieAt) die();
  rmSync(holder);
  await locking.lock.release();
}

function read(): number | null {
  try {
    return Number(readFileSync(holder, "utf8"));
  } catch {
    return null;
  }
}

function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "X");
  } catch {
    return false;
  }
}
