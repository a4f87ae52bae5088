/** Processes of this machine: those of instances are among them. */
import { readdirSync, readFileSync } from "node:fs";

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
