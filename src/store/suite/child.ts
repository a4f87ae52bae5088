import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Child {
  /** What it said so far, parsed. A line that was cut by a kill is left out. */
  lines: Record<string, unknown>[];
  /** Resolves once it has said so many lines; rejects if it ends before. */
  said(lines: number): Promise<void>;
  /** Kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** Its exit code; null if it was killed. Rejects with what it wrote to stderr unless it is 0 or null. */
  exit: Promise<number | null>;
}

/** Runs a fixture of this folder's tests in a process of its own. */
export function startFixture(name: string, ...args: string[]): Child {
  const script = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    try {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    } catch {
      return;
    }
    for (const look of waiting) look();
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const exit = once(child, "close").then(([code]) => {
    if (code !== 0 && code !== null) throw new Error(`${name} ended with ${code}: ${complaint}`);
    return code as number | null;
  });
  exit.catch(() => {});
  return {
    lines,
    said: (count) => {
      const enough = new Promise<void>((resolve) => {
        const look = (): void => {
          if (lines.length >= count) resolve();
        };
        waiting.add(look);
        look();
      });
      const tooEarly = exit.then(() => {
        if (lines.length < count) throw new Error(`${name} ended after ${lines.length} lines: ${complaint}`);
      });
      return Promise.race([enough, tooEarly]);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exit.catch(() => {});
    },
    exit,
  };
}
