/** Who a process is, so that another process can tell for sure that it is dead. */
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";

export interface ProcessIdentity {
  host: string;
  /** Changes with every boot; null where the system does not tell. */
  bootId: string | null;
  /** Which numbering of processes `pid` belongs to (containers have their own); null where unknown. */
  pidNamespace: string | null;
  pid: number;
  /** Clock ticks from boot to the start of the process: a pid that is used again starts later. */
  startedAt: string | null;
  threadId: number;
}

export async function identifyOurselves(): Promise<ProcessIdentity> {
  const [bootId, pidNamespace, stat] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
      (text) => text.trim(),
      () => null,
    ),
    readlink("/proc/self/ns/pid").catch(() => null),
    readStat(process.pid),
  ]);
  const startedAt = stat?.startedAt ?? null;
  return { host: hostname(), bootId, pidNamespace, pid: process.pid, startedAt, threadId };
}

/** `unknown`: on another machine or in another container; only a heartbeat can tell. */
export async function judgeAlive(
  other: ProcessIdentity,
  we: ProcessIdentity,
): Promise<"alive" | "dead" | "unknown"> {
  if (other.host !== we.host) return "unknown";
  if (other.bootId !== we.bootId) return other.bootId === null || we.bootId === null ? "unknown" : "dead";
  if (other.pidNamespace !== we.pidNamespace) return "unknown";
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "dead";
  }
  const stat = await readStat(other.pid);
  if (stat === null) return we.startedAt === null ? "alive" : "dead";
  // A zombie is dead; nobody has fetched its exit code yet.
  if (stat.state === "Z" || stat.state === "X") return "dead";
  return other.startedAt === null || stat.startedAt === other.startedAt ? "alive" : "dead";
}

/** proc_pid_stat(5). Null where there is no /proc, or no such process. */
async function readStat(pid: number): Promise<{ state: string; startedAt: string } | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The name of the program is in parentheses and may hold anything; fields are counted after it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startedAt: fields[19] ?? "" };
}
