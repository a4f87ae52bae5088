/** Runs on a machine that others use too: waits for a calm moment, and tells whether it stayed one. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cost } from "./measure.ts";

/** Clock ticks of the kernel's statistics per second; the same on every Linux. */
const TICKS = 100;
/** Others' share of all processors up to which a run counts. */
const CALM = 0.12;
/** A machine that is never calm is measured all the same, after this many tries. */
const TRIES = 3;
const LONGEST_WAIT_MS = 4_000;

export interface CalmCost extends Cost {
  /** Others' share of all processors while it ran, 0 to 1. */
  others: number;
}

/**
 * @param server processes whose time is the run's as well: the server it talks to
 */
export async function measureCalmly(
  run: () => Promise<Cost>,
  server: () => readonly number[],
): Promise<CalmCost> {
  let best: CalmCost | null = null;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await waitForCalm();
    const before = busySeconds();
    const served = cpuOf(server());
    const cost = await run();
    const others = busySeconds() - before - cost.cpuSeconds - (cpuOf(server()) - served);
    const share = Math.max(0, others / (cost.wallSeconds * availableParallelism()));
    if (best === null || share < best.others) best = { ...cost, others: share };
    if (share <= CALM) break;
  }
  if (best === null) throw new Error("nothing was measured");
  return best;
}

async function waitForCalm(): Promise<void> {
  for (const end = Date.now() + LONGEST_WAIT_MS; Date.now() < end;) {
    const before = busySeconds();
    await sleep(700);
    if (busySeconds() - before < 0.7 * availableParallelism() * CALM) return;
  }
}

/** Seconds all processors were busy since the machine started, stolen time included. */
function busySeconds(): number {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS;
}

function cpuOf(processes: readonly number[]): number {
  return processes.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
  }, 0);
}
