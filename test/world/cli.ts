/** The command line as people run it: `bin/haulyard` in a process of its own. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { getLine } from "../../src/cli/get/json-lines.ts";

export const HAULYARD = resolve(import.meta.dirname, "../../bin/haulyard");

export interface Ran {
  /** Null where a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ran>;
  kill(signal: NodeJS.Signals): void;
}

export interface CliOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Written to its standard input, which ends then unless it is kept open. */
  input?: string;
  keepOpen?: boolean;
}

const running = new Set<ChildProcess>();

/** Ends what a test that failed has left running. */
export async function endAllCli(...except: readonly RunningCli[]): Promise<void> {
  const spared = new Set(except.map(({ child }) => child));
  await Promise.all(
    [...running.difference(spared)].map(async (child) => {
      child.kill("SIGKILL");
      await once(child, "close");
    }),
  );
}

/** Starts it; nothing of the environment of the tests reaches it but the path. */
export function startCli(args: readonly string[], options: CliOptions, command = HAULYARD): RunningCli {
  const child = spawn(command, args, {
    cwd: options.cwd,
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: options.cwd, ...options.env },
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {}).write(options.input ?? "");
  if (options.keepOpen !== true) child.stdin.end();
  const ended = new Promise<Ran>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return {
    child,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

/** Runs it to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<Ran> {
  return startCli(args, options).ended;
}

/** The objects of `--json`, one per line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The lines of `get --json`, each held to its schema. */
export function getLines(stdout: string): Record<string, unknown>[] {
  return jsonLines(stdout).map((line) => getLine.parse(line));
}
