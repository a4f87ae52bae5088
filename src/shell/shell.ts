/** Where scripts can be run: on this machine, or on an instance through ssh. */
import type { Failure } from "../job/failure.ts";
import type { NoAnswer } from "../job/run-contract.ts";

/** One script at work. */
export interface Session {
  /** Its standard output, and whatever a login shell writes there of its own. Ends when the session does. */
  readonly output: AsyncIterable<Uint8Array>;
  /** The last of its standard error, after it has said all it has to say. */
  lastErrors(): Promise<string>;
  /** Ends it from this side. `suspect`: the way there seems to be dead, so nothing else may use it either. */
  stop(suspect: boolean): void;
  /** After the output ended before the script had said all: why. `heard`: what came in place of an answer. */
  explain(heard: string): Promise<Failure>;
}

/** How long a script goes on: it answers and ends, or it stays for as long as somebody listens. */
export type SessionLength = "brief" | "lasting";

export interface Shell extends AsyncDisposable {
  /** What starts a POSIX shell there, for texts that run without us. Words, to be divided at spaces. */
  readonly sh: string;
  /** Runs a script of POSIX sh, given over standard input: nobody sees it in a list of processes. */
  open(
    script: string,
    length: SessionLength,
    signal: AbortSignal,
  ): Promise<{ kind: "open"; session: Session } | NoAnswer>;
  close(): Promise<void>;
}

/**
 * Read as a whole before any of it is executed: of a script that was cut on the way nothing happens. What it
 * does not read itself of its standard input is nothing.
 */
export function wrapScript(script: string): string {
  return `{\n${script}\nexit 0\n}\n`;
}
