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

export type Aliveness =
  | "alive"
  | "dead"
  /** On a machine of this name, but before it was started the last time; or on another one of the same name. */
  | "rebooted"
  /** On another machine, in another container, or out of sight. */
  | "unknown";

export async function judgeAlive(other: ProcessIdentity, we: ProcessIdentity): Promise<Aliveness> {
  const sameName = other.host === we.host;
  const told = other.bootId !== null && we.bootId !== null;
  // A boot has an id of its own on all machines; names are given as people like.
  const sameBoot = told ? other.bootId === we.bootId : sameName && other.bootId === we.bootId;
  if (!sameBoot) return told && sameName ? "rebooted" : "unknown";
  if (other.pidNamespace !== we.pidNamespace) return "unknown";
  let ours = true;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "dead";
    ours = false;
  }
  if (other.pid === process.pid && we.startedAt === null) return "alive";
  const stat = await readStat(other.pid);
  // Gone this moment; or of another user, and /proc hides those (proc(5), hidepid); or there is no /proc.
  if (stat === null) return ours && we.startedAt !== null ? "dead" : "unknown";
  // A zombie is dead; nobody has fetched its exit code yet.
  if (stat.state === "Z" || stat.state === "X") return "dead";
  if (other.startedAt === null) return "unknown";
  return stat.startedAt === other.startedAt ? "alive" : "dead";
}

/** proc_pid_stat(5). Null where there is no /proc, or no such process. */
async function readStat(pid: number): Promise<{ state: string; startedAt: string } | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The name of the program is in parentheses and may hold anything; fields are counted after it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startedAt: fields[19] ?? "" };
}
