/** What the system and the server itself say of the server's process. */
import { readFileSync } from "node:fs";

/** proc_pid_stat(5) counts in these; it is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Without its children: `ssh` is counted by itself. */
export function usageOf(pid: number): { cpuSeconds: number; residentBytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [, resident = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentBytes: Number(resident) * 1024,
  };
}

/** How late the event loop was since somebody asked the last time. Milliseconds. */
export async function lagOf(url: string): Promise<{ mean: number; p99: number; worst: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (name: string): number =>
    1000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, "m").exec(text)?.[1]);
  return { mean: of("mean"), p99: of("p99"), worst: of("max") };
}
