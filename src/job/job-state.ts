/** Where a job stands. Different situations are different shapes; `next` is the only way between them. */
import type { Failure } from "./failure.ts";

/** The right to work on a job. A later epoch makes every write under an earlier one void. */
export interface Lease {
  /** Unique name of the runner process that holds it. */
  owner: string;
  /** Counts the claims of this job, from 1. */
  epoch: number;
  expiresAt: number;
}

/** What is needed to prove a lease when writing. */
export type LeaseRef = Pick<Lease, "owner" | "epoch">;

/** What a person wants of a job that is not ours to stop at once. Cancel is the stronger one. */
export type Wish = "pause" | "cancel";

export type PauseReason =
  /** By a person. */
  | "person"
  /** The disk is full; goes on by itself when space returns. */
  | "no_space"
  /** Outside the hours downloads may run; goes on by itself. */
  | "window";

/** A question only a person can answer: are these the keys of that host? */
export interface HostKeyQuestion {
  kind: "host_key_unknown" | "host_key_changed";
  host: string;
  port: number;
  /** As `ssh-keygen -lf` shows them, one for each line: `256 SHA256:… [host]:port (ED25519)`. */
  fingerprints: readonly string[];
  /** What is trusted if the answer is yes, to the letter: lines for OpenSSH's `known_hosts`. */
  keyLines: readonly string[];
  /** Of a changed key: what was trusted so far. */
  oldFingerprints?: readonly string[];
}

export type JobState =
  | {
      kind: "pending";
      /** Index of the step that is next. */
      step: number;
      /** Not to be claimed earlier. */
      notBefore: number;
      /** Failed runs in a row, for the back-off. */
      failures: number;
      /** Why it waits again, if it has run before. */
      lastFailure: Failure | null;
      /** A run on an instance may still be alive and has to be met, or stopped, by the next claim. */
      detached: boolean;
      /** Only with `detached`: which one it is, see `runOf`. */
      run?: number;
      /** Only with `detached`: what the next claim has to do first. */
      wish: Wish | null;
    }
  | {
      kind: "running";
      step: number;
      failures: number;
      lease: Lease;
      wish: Wish | null;
      /** What goes on on the place was begun under an earlier claim: under this epoch. */
      run?: number;
    }
  /** With `run`, here and below: it may still be at work on the instance, and is met before another begins. */
  | { kind: "paused"; step: number; why: PauseReason; note: string | null; run?: number }
  | { kind: "blocked"; step: number; question: HostKeyQuestion; run?: number }
  | { kind: "complete" }
  | { kind: "failed"; step: number; failure: Failure; run?: number }
  | { kind: "cancelled"; step: number; run?: number };

export type JobStateKind = JobState["kind"];

/** The claim (its epoch) under which the commands of a running job were begun: names their runs on the place. */
export function runOf({ lease, run }: Extract<JobState, { kind: "running" }>): number {
  return run ?? lease.epoch;
}

/** The status words of the contract (old system C). */
export const STATUS_OF = {
  pending: "PENDING",
  running: "RUNNING",
  paused: "PAUSED",
  blocked: "HOST_VERIFICATION_NEEDED",
  complete: "COMPLETE",
  failed: "FAILED",
  cancelled: "CANCELLED",
} as const satisfies Record<JobStateKind, string>;

export const ENDED_KINDS = ["complete", "failed", "cancelled"] as const satisfies readonly JobStateKind[];

/** Ended: nothing happens to the job any more unless a person asks. */
export function isEnded(state: JobState): boolean {
  return state.kind === "complete" || state.kind === "failed" || state.kind === "cancelled";
}
