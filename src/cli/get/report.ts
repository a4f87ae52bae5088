/** What `haulyard get` says while it works: one interface, several ways to say it. */
import type { Failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import type { Progress } from "../../job/progress.ts";
import type { Resolved } from "../../job/transfer-contract.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Waiting } from "./gauge.ts";
import type { GetResult } from "./get-file.ts";

export interface Position {
  /** From 1. */
  index: number;
  count: number;
}

export interface Summary {
  done: number;
  failed: number;
  /** Files not begun or not finished, because the command was interrupted. */
  skipped: number;
  bytesFetched: number;
  seconds: number;
  exitCode: ExitCode;
}

export interface GetReport {
  /** Called so often (milliseconds) with the progress of the moment. */
  everyMs: number;
  begin(step: TransferStep, position: Position): void;
  resolved(facts: Resolved): void;
  progress(progress: Progress, waiting: Waiting | null): void;
  waiting(failure: Failure, seconds: number): void;
  end(result: GetResult, exitCode: ExitCode): void;
  finish(summary: Summary): void;
}
