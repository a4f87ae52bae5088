/** A child process the way the shell needs it: pipes, a bounded memory of its errors, an end that always comes. */
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export interface ProcessEnd {
  /** Null if a signal ended it, or if it could not be started. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not be started (`ENOENT`), or null. */
  error: string | null;
}

export interface Process {
  readonly stdin: Writable;
  /** Ends when the process does; never throws. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Resolves once the process is gone. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** The last of what it wrote to standard error so far. */
  errors(): string;
  /** The same once it has ended, which it is about to; waits for that a moment, not for ever. */
  lastErrors(): Promise<string>;
  /** Whether it was `stop` that ended it, or will; its exit code need not tell. */
  wasStopped(): boolean;
  /** Asks it and its process group to end, and kills them after a grace time. */
  stop(): void;
}

/** Characters of standard error that are kept: enough for every message of ssh. */
const MAX_ERRORS = 8192;
/** Between asking a process to end and killing it. */
const GRACE_MS = 2_000;
/** What is written before the end comes through two pipes; one may be behind the other. */
const LAST_ERRORS_MS = 500;

export type Environment = Readonly<Record<string, string>>;

export function spawnProcess(command: string, args: readonly string[], environment: Environment): Process {
  // In a session of its own: Ctrl-C in our terminal is for us to act upon, and no child may ask on the terminal.
  const child = spawn(command, args, { env: environment, stdio: ["pipe", "pipe", "pipe"], detached: true });
  let errors = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    errors = (errors + text).slice(-MAX_ERRORS);
  });
  // The other side is gone: the end of the process tells.
  child.stdin.on("error", () => {});
  child.stderr.on("error", () => {});
  const ended = watchEnd(child);
  const allErrors = new Promise<void>((resolve) => {
    child.stderr.once("close", resolve);
  });
  const lastErrors = async (): Promise<string> => {
    await Promise.race([allErrors, sleep(LAST_ERRORS_MS, undefined, { ref: false })]);
    return errors;
  };
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    signalGroup(child, "SIGTERM");
    const timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
    void ended.then(() => clearTimeout(timer));
    // What it has started may hold the pipe open for longer than it lives.
    child.stdout.destroy();
  };
  return {
    stdin: child.stdin,
    output: untilEnd(child.stdout),
    ended,
    errors: () => errors,
    lastErrors,
    wasStopped: () => stopping,
    stop,
  };
}

function watchEnd(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error: error.code ?? error.message });
    });
    child.once("exit", (code, signal) => resolve({ code, signal, error: null }));
  });
}

function signalGroup(child: ChildProcessByStdio<Writable, Readable, Readable>, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

async function* untilEnd(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk;
  } catch {
    // Destroyed by `stop`, or broken: either way there is no more.
  }
}
