/** Processes of this machine: those of instances are among them. */
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

export interface SeenProcess {
  pid: number;
  /** Its arguments, with spaces between them. */
  line: string;
}

/** Living processes but this one, as far as they let themselves be seen. */
export function listProcesses(): SeenProcess[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return [];
    try {
      const line = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
      return [{ pid: Number(entry), line }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** Command lines with this text in them. */
export function processesWith(text: string): string[] {
  return listProcesses().flatMap(({ line }) => (line.includes(text) ? [line] : []));
}

/** Those of ssh clients. */
export function sshProcessesWith(text: string): string[] {
  return processesWith(text).filter((line) => line.startsWith("ssh "));
}

/** Ends what has this folder as its home, and what that starts meanwhile: else it would go on writing there. */
export async function endAllAtHome(home: string): Promise<void> {
  for (;;) {
    const left = await allAtHome(home);
    if (left.length === 0) return;
    for (const pid of left) killQuietly(pid);
    await new Promise((again) => setTimeout(again, 20));
  }
}

async function allAtHome(home: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await allProcesses()) {
    // Of somebody else, or gone already: there is nothing to read.
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(`HOME=${home}`)) found.push(pid);
  }
  return found;
}

/** None where there is no `/proc`. */
export async function allProcesses(): Promise<number[]> {
  const entries = await readdir("/proc").catch(() => []);
  return entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
