/** Everything that can happen to a job's state. */
import type { Failure } from "./failure.ts";
import type { HostKeyQuestion, Lease, PauseReason } from "./job-state.ts";
import type { ChecksumState } from "./job.ts";

/** By the runner that holds the lease. */
export type RunnerEvent =
  /** The current step is done; `steps` is how many the job has. `note`: what of it the history tells. */
  | { type: "step_done"; steps: number; checksumState: ChecksumState | null; note?: string }
  /**
   * The step failed; `retryAt` is when to try again by itself, null for never. `bytesCame`: the run got
   * further before it failed, so that the count of failures in a row begins anew with this one. `detached`: we lost
   * sight of it, the step's work may go on without us.
   */
  | { type: "failed"; failure: Failure; retryAt: number | null; bytesCame?: boolean; detached?: boolean }
  /** The run stopped because it was asked to: by a wish, or because the runner shuts down. */
  | { type: "stopped"; detached: boolean }
  /** The job has to wait for something that comes back by itself. */
  | { type: "suspended"; why: Exclude<PauseReason, "person">; note: string }
  /** Only a person can let it go on. `detached` as with `failed`. */
  | { type: "asked"; question: HostKeyQuestion; detached?: boolean };

/** By the queue and the janitor. */
export type KeeperEvent =
  | { type: "claimed"; lease: Lease }
  /** The lease ran out: its owner is dead or cut off. `detached`: the step's work may go on without it. */
  | { type: "lease_expired"; now: number; detached: boolean }
  /** What a suspended job waited for is back. */
  | { type: "unsuspended"; why: Exclude<PauseReason, "person"> }
  /** The file is there and whole already, `bytes` long; nothing has to run. */
  | { type: "found"; bytes: number; checksumState: ChecksumState }
  /** It is known to have failed before (an entry of an old system). */
  | { type: "given_up"; failure: Failure };

/** By a person. */
export type PersonEvent =
  | { type: "pause" }
  | { type: "resume" }
  /** Let it run whatever the hour. */
  | { type: "now" }
  | { type: "cancel" }
  | { type: "retry" }
  | { type: "answer"; accept: boolean };

export type JobEvent = RunnerEvent | KeeperEvent | PersonEvent;
