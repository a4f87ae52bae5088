/** Processes of this machine: those of instances are among them. */
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";

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

/** Ends what has this folder as its home or is at work in it, and what that starts meanwhile: else it would go on writing there. */
export async function endAllIn(folder: string): Promise<void> {
  for (;;) {
    const left = await allIn(folder);
    if (left.length === 0) return;
    for (const pid of left) killQuietly(pid);
    await new Promise((again) => setTimeout(again, 20));
  }
}

async function allIn(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await allProcesses()) {
    // Of somebody else, or gone already: there is nothing to read.
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    const at = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    if (environment.split("\0").includes(`HOME=${folder}`) || `${at}/`.startsWith(`${folder}/`))
      found.push(pid);
  }
  return found.filter((pid) => pid !== process.pid);
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
