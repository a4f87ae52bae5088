/**
 * Commands that go on without us, here or on an instance: what the engine asks of the shell.
 *
 * A run is one or more shell texts, executed one after the other by a supervisor of its own on the place. Our
 * process may end and the link may break: the run goes on, and whoever knows its id meets it again.
 */
import type { Failure } from "./failure.ts";
import type { HostKeyQuestion } from "./job-state.ts";

/** Lower-case letters, digits and `-`, at most 64. A second try of the same work takes another id. */
export type RunId = string;

export interface RunSpec {
  id: RunId;
  /** Shell texts as the card has them, executed in order until one fails. */
  steps: readonly string[];
  /** Exported to the steps. No secrets: these lie in the run's folder for as long as it is kept. */
  environment: Readonly<Record<string, string>>;
  /** Taken out of the steps' environment. */
  unset: readonly string[];
  /** Exported too, but never on a command line, in the log or in a file that outlives the start. */
  secrets: Readonly<Record<string, string>>;
  /** Put before PATH; `~/` is the home on the place. */
  pathFolders: readonly string[];
  /** Where the steps run; `~/` is the home on the place, which is also what null means. */
  folder: string | null;
}

export type RunState =
  /** No such run on the place: never started, or cleaned away. */
  | { kind: "absent" }
  /** Its folder is in place, nobody runs it yet. */
  | { kind: "new" }
  | { kind: "running"; step: number }
  /** The supervisor is gone, the command goes on; it may still end well. */
  | { kind: "orphan"; step: number }
  | RunEnd;

/** Nothing changes by itself any more. */
export type RunEnd =
  | {
      kind: "exited";
      /** Of the last step that ran; 128 and more if a signal ended it. */
      code: number;
      /** Name of the signal that ended it (`TERM`, `KILL`), by the convention of shells, or null. */
      signal: string | null;
      /** The last step that ran. */
      step: number;
      /** The log could not be written to the end: the disk of the place is full. */
      diskFull: boolean;
    }
  | { kind: "cancelled" }
  /** Neither supervisor nor command is there, and no exit code: somebody killed them. */
  | { kind: "vanished"; step: number; survivors: number }
  /** The place was started anew meanwhile. */
  | { kind: "rebooted"; step: number };

/** A place in a run's output, to go on from. */
export interface LogPosition {
  /** The log is bounded: when it is cut, a new generation begins. */
  generation: number;
  /** Bytes into the log of that generation. */
  offset: number;
  /** The step that writes at that place. */
  step: number;
}

export const LOG_START: LogPosition = { generation: 0, offset: 0, step: 0 };

/** Why no answer came from the place. */
export type NoAnswer =
  | { kind: "failed"; failure: Failure }
  /** Whether to trust its host key is for a person to say. */
  | { kind: "asked"; question: HostKeyQuestion }
  /** The signal that was given aborted. */
  | { kind: "stopped" };

export type RunAnswer = { kind: "state"; state: RunState } | NoAnswer;

export type RunEvent =
  | { kind: "output"; step: number; bytes: Uint8Array; next: LogPosition }
  | { kind: "step_started"; step: number; next: LogPosition }
  | { kind: "step_ended"; step: number; code: number; next: LogPosition }
  /** Output that was cut from the bounded log before we came to read it; `bytes` is null if nobody knows how much. */
  | { kind: "gap"; bytes: number | null; next: LogPosition }
  /** New to us: running, or orphaned. */
  | { kind: "state"; state: RunState }
  /** The link is down; it is tried again. `sinceMs`: for how long already. */
  | { kind: "reconnecting"; failure: Failure; sinceMs: number }
  | { kind: "connected" }
  /** The last event, unless the signal that was given aborted. */
  | { kind: "ended"; state: RunState }
  | Exclude<NoAnswer, { kind: "stopped" }>;

export interface FollowOptions {
  signal: AbortSignal;
  /** How long the place may be out of reach before following ends with `unreachable`. */
  unreachableAfterMs: number;
}

export interface CleanReport {
  cleaned: readonly RunId[];
  /** Still at work, or with survivors: cancel them first. */
  kept: readonly RunId[];
}

/** The runs of one place. None of the promises rejects but for bugs. */
export interface Runs {
  /**
   * Starts a run, unless there is one with this id: whoever asks, however often and at the same time, it is
   * started once. Answers its state, whatever it is by now.
   */
  start(spec: RunSpec, signal: AbortSignal): Promise<RunAnswer>;
  state(id: RunId, signal: AbortSignal): Promise<RunAnswer>;
  /**
   * The run's output from a position on, and what becomes of it, until it has ended. A broken link is mended
   * as often as it takes, without a byte lost or given twice.
   */
  follow(id: RunId, from: LogPosition, options: FollowOptions): AsyncIterable<RunEvent>;
  /**
   * Asks all processes of the run to end (TERM), and kills after a grace time those that do not. Answers once
   * none is left: `cancelled`, or how the run had ended before. A run that was never started never will be.
   */
  cancel(id: RunId, signal: AbortSignal): Promise<RunAnswer>;
  /** Runs whose id begins with `prefix`. */
  list(
    prefix: string,
    signal: AbortSignal,
  ): Promise<{ kind: "runs"; runs: readonly { id: RunId; state: RunState }[] } | NoAnswer>;
  /** Removes the folders of runs that have ended. */
  clean(ids: readonly RunId[], signal: AbortSignal): Promise<({ kind: "cleaned" } & CleanReport) | NoAnswer>;
}
