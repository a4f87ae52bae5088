/** Facts of how far a job is. Percent, time left and texts are computed from them. */
import type { ToolError, ToolEvent } from "./output-contract.ts";
import type { LogPosition } from "./run-contract.ts";

/** What a running job is doing. */
export type Stage =
  | "connecting"
  | "downloading"
  /** Waiting for the next try, on its own accord or because the server asked. */
  | "waiting"
  /** Taking bytes that are on this machine already. */
  | "copying"
  | "verifying"
  /** Syncing and moving to the final name. */
  | "placing"
  /** The link to the instance is down; the command there goes on. */
  | "reconnecting";

/** Of a job whose steps are commands: what is known of the one at work, and where to go on reading. */
export interface CommandProgress {
  /** Which run of which step all of this is of, see `runOf`. */
  run: number;
  step: number;
  /** Some run of this command got to work: another one goes on from what it left. */
  begun: boolean;
  /** The tool's last word; null before the first. */
  event: Exclude<ToolEvent, ToolError> | null;
  /** 0 to 1, of all commands of the job together; null while nothing can be told. */
  share: number | null;
  /** Bytes of the commands before this one, and its own so far. */
  bytesBefore: number;
  bytesHere: number;
  /** Everything before this place in the run's output was taken in. */
  next: LogPosition;
  /** Where the job's log on the server stood at that place, and where this run begins in it. Bytes. */
  loggedTo: number;
  loggedFrom: number;
}

export interface Progress {
  /**
   * Counts fresh starts, from 1: bytes and percent may go back only when this grows. Bytes that begin anew are
   * one; a total that turns out larger than it was said to be is one, too.
   */
  attempt: number;
  stage: Stage | null;
  bytesDone: number;
  /** Null while unknown. */
  bytesTotal: number | null;
  /** Smoothed over the speed window; 0 when nothing moves. */
  bytesPerSecond: number;
  connections: number;
  /** Bytes hashed so far while verifying, else null. */
  bytesVerified: number | null;
  /** A few words on what is going on (why it waits, what is being fetched), or null. */
  note: string | null;
  /** When `bytesDone` last grew; null before the first byte. */
  movedAt: number | null;
  /** Null for transfers, and before the first word of a command. */
  command: CommandProgress | null;
  /** The machine of the same site that the bytes come from, or came from last; null, or not there: their origin. */
  fromNode?: string | null;
}

export function initialProgress(bytesTotal: number | null): Progress {
  return {
    attempt: 1,
    stage: null,
    bytesDone: 0,
    bytesTotal,
    bytesPerSecond: 0,
    connections: 0,
    bytesVerified: null,
    note: null,
    movedAt: null,
    command: null,
  };
}

/** What a run reports; it knows nothing of earlier runs or of speed. */
export type ProgressReport = Pick<
  Progress,
  "stage" | "bytesDone" | "bytesTotal" | "connections" | "bytesVerified" | "note"
> & {
  /** How often the bytes had to begin anew in this run (the object changed, the partial was no good). Grows. */
  restarts: number;
  /** Only of commands. */
  command?: CommandProgress;
  /** Only of files that a site shares: see `Progress`. */
  fromNode?: string | null;
};

/**
 * Takes a report in. Within an attempt neither the bytes nor the percent go back, and a total once known
 * stays known: a run that connects again knows none until the server has answered. Pure.
 *
 * @param freshStarts how many fresh starts the report tells of that were not taken in before
 */
export function advance(
  progress: Progress,
  report: ProgressReport,
  freshStarts: number,
  bytesPerSecond: number,
  now: number,
): Progress {
  const { restarts: _, command, ...facts } = report;
  const before = freshStarts > 0 ? { bytesDone: 0, bytesTotal: null } : progress;
  const bytesDone = Math.max(before.bytesDone, facts.bytesDone);
  const bytesTotal = facts.bytesTotal ?? before.bytesTotal;
  // The percent of commands is their share, which is kept from going back below.
  const shrinks =
    command === undefined &&
    (percentOf({ bytesDone, bytesTotal }, false) ?? 0) < (percentOf(before, false) ?? 0);
  return {
    ...facts,
    bytesDone,
    bytesTotal,
    bytesPerSecond,
    attempt: progress.attempt + freshStarts + (shrinks ? 1 : 0),
    movedAt: bytesDone > before.bytesDone ? now : progress.movedAt,
    command:
      command === undefined ? progress.command : advanceCommand(progress.command, command, freshStarts),
  };
}

/** The share never goes back either, whatever turns up; a report that says nothing new stays the same object. */
function advanceCommand(
  before: CommandProgress | null | undefined,
  report: CommandProgress,
  freshStarts: number,
): CommandProgress {
  const share = freshStarts > 0 ? null : (before?.share ?? null);
  return share === null || (report.share !== null && report.share >= share) ? report : { ...report, share };
}

/** The progress of a job nobody works on: nothing moves, the bytes stay. */
export function atRest(progress: Progress): Progress {
  return { ...progress, stage: null, bytesPerSecond: 0, connections: 0, bytesVerified: null, note: null };
}

/** The progress of a job that is complete: all bytes are there, whatever the last report had seen. */
export function atEnd(progress: Progress): Progress {
  const bytes = progress.bytesTotal ?? progress.bytesDone;
  return { ...atRest(progress), bytesDone: bytes, bytesTotal: bytes };
}

/**
 * Whole percent, 0 to 100, or null while the total is unknown.
 * 100 is shown for a complete job only (CONTRACT §4).
 */
export function percentOf(
  progress: Pick<Progress, "bytesDone" | "bytesTotal"> & Partial<Pick<Progress, "command">>,
  complete: boolean,
): number | null {
  if (complete) return 100;
  // Of several commands the sizes are seldom all known before the last one.
  if (progress.command != null)
    return progress.command.share === null ? null : Math.min(99, Math.floor(100 * progress.command.share));
  if (progress.bytesTotal === null) return null;
  if (progress.bytesTotal === 0) return 0;
  return Math.min(99, Math.floor((100 * progress.bytesDone) / progress.bytesTotal));
}

/** Seconds to go at the present speed, or null when unknown. */
export function etaSeconds(
  progress: Pick<Progress, "bytesDone" | "bytesTotal" | "bytesPerSecond">,
): number | null {
  if (progress.bytesTotal === null || progress.bytesPerSecond <= 0) return null;
  return Math.max(0, (progress.bytesTotal - progress.bytesDone) / progress.bytesPerSecond);
}
