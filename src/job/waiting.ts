/** Why a job does not run, and until when, as far as that can be told. */
import type { AwaitedMachine } from "./machines.ts";
import type { JobStateKind, PauseReason } from "./job-state.ts";
import type { JobId } from "./job.ts";

export const WAIT_REASONS = [
  "turn",
  "after",
  "retry",
  "window",
  "no_space",
  "person",
  "host_key",
  "machine",
  "site",
] as const satisfies readonly Waiting["why"][];

/** Times are epoch milliseconds. */
export type Waiting =
  /** As many run at its place as may, or others go before it. */
  | { why: "turn" }
  /** That job has to end first. */
  | { why: "after"; job: JobId }
  /** Its last try failed; the next one is then. */
  | { why: "retry"; until: number }
  /** Downloads may not run at this hour; null: until a person changes that. */
  | { why: "window"; until: number | null }
  /** The disk is full. */
  | { why: "no_space" }
  /** A person paused it. */
  | { why: "person" }
  /** A person has to say whether the instance is the one it claims to be. */
  | { why: "host_key" }
  /** The machine whose disk it is for is away, or takes up nothing; or none is there that may run jobs of its instance. */
  | { why: "machine"; machine: AwaitedMachine }
  /** That job, of that machine, fetches the file for the whole site; then this one fetches it from there. */
  | { why: "site"; job: JobId; node: string; site: string };

/** The hours of a place. */
export interface Hours {
  /** Whether downloads may run there at present. */
  open: boolean;
  /** When that changes by itself; null if it does not. */
  until: number | null;
}

export interface WaitFacts {
  kind: JobStateKind;
  /** Only of a paused one. */
  paused: PauseReason | null;
  /** The machine it waits for. */
  machine: AwaitedMachine | null;
  /** The job it comes after, as long as that one has not ended. */
  waitsFor: JobId | null;
  /** Where that job fetches the file for this one, too: on which machine, for which site. */
  shared?: { node: string; site: string } | null;
  /** When its next try is, after one that failed. */
  retryAt: number | null;
  /** Null where hours do not count: on instances, and for a job that a person lets run all the same. */
  hours: Hours | null;
}

/**
 * Of several reasons the one that says most of when it will run; null where it runs or has ended. Pure.
 *
 * A job that comes after another cannot tell when that one ends, whatever else it waits for; and a try that is due at a
 * closed hour does not come.
 */
export function waitingOf(
  { kind, paused, waitsFor, shared, machine, retryAt, hours }: WaitFacts,
  now: number,
): Waiting | null {
  switch (kind) {
    case "pending":
      if (waitsFor !== null && shared != null) return { why: "site", job: waitsFor, ...shared };
      if (waitsFor !== null) return { why: "after", job: waitsFor };
      if (machine !== null) return { why: "machine", machine };
      if (hours !== null && !hours.open) return { why: "window", until: hours.until };
      return retryAt !== null && retryAt > now ? { why: "retry", until: retryAt } : { why: "turn" };
    case "paused":
      return pausedFor(paused ?? "person", hours);
    case "blocked":
      return { why: "host_key" };
    case "running":
      // Its runner may have died with the machine, or come back in a moment and go on.
      return machine?.state === "away" ? { why: "machine", machine } : null;
    case "complete":
    case "failed":
    case "cancelled":
      return null;
    default:
      throw kind satisfies never;
  }
}

function pausedFor(paused: PauseReason, hours: Hours | null): Waiting {
  switch (paused) {
    case "person":
    case "no_space":
      return { why: paused };
    case "window":
      // Where it is open again the job goes on within seconds: that is a turn, too.
      return hours === null || hours.open ? { why: "turn" } : { why: "window", until: hours.until };
    default:
      throw paused satisfies never;
  }
}
