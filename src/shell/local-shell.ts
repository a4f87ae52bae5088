/** The shell of this machine. */
import { failure } from "../job/failure.ts";
import type { Failure } from "../job/failure.ts";
import { redactText } from "../job/redact.ts";
import type { Session, Shell } from "./shell.ts";
import { wrapScript } from "./shell.ts";
import { spawnProcess } from "./spawn-process.ts";
import type { Environment, Process } from "./spawn-process.ts";

export interface LocalShellOptions {
  /** All that scripts, and what they start, see of our environment. */
  environment: Environment;
  /** Words that start a POSIX shell. */
  sh?: string;
}

export function createLocalShell({ environment, sh = "/bin/sh" }: LocalShellOptions): Shell {
  const [command = "/bin/sh", ...args] = sh.split(" ");
  const running = new Set<Process>();
  const close = async (): Promise<void> => {
    for (const process of running) process.stop();
    await Promise.all([...running].map((process) => process.ended));
  };
  return {
    sh,
    open: async (script, _length, signal) => {
      if (signal.aborted) return { kind: "stopped" };
      const process = spawnProcess(command, args, environment);
      running.add(process);
      void process.ended.then(() => running.delete(process));
      process.stdin.end(wrapScript(script));
      return { kind: "open", session: sessionOf(process) };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function sessionOf(process: Process): Session {
  return {
    output: process.output,
    lastErrors: process.lastErrors,
    stop: () => process.stop(),
    explain: async (heard) => explainEnd(process, heard),
  };
}

async function explainEnd(process: Process, heard: string): Promise<Failure> {
  const { code, signal, error } = await process.ended;
  if (error !== null) return failure("no_shell", `The shell of this machine could not be started: ${error}.`);
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  const last = redactText((process.errors().trim() || heard.trim()).split("\n").at(-1) ?? "");
  return failure(
    "command_failed",
    `A shell on this machine ${how} before it answered${last === "" ? "" : `: ${last.slice(0, 200)}`}.`,
    { retryable: true },
  );
}
