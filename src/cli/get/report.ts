/** What `haulyard get` says while it works: one interface, several ways to say it. */
import type { Failure } from "../../job/failure.ts";
import type { Resolved } from "../../job/transfer-contract.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { FileAtWork } from "./file-at-work.ts";
import type { GetResult } from "./get-file.ts";

/** How far all of it is. */
export interface Total {
  /** Files there are, done and failed (or left out) so far. */
  count: number;
  done: number;
  failed: number;
  /** That this command has fetched, unfinished files included. */
  bytesFetched: number;
  /** That there will be when all is done, those that were there included; null while a size is not known. */
  bytesTotal: number | null;
  bytesDone: number;
  bytesPerSecond: number;
  etaSeconds: number | null;
  connections: number;
}

export interface GetView {
  /** In the order of the list. */
  atWork: readonly FileAtWork[];
  total: Total;
}

export interface Summary {
  done: number;
  /** Of those that are done: how many have the hash somebody published for them. */
  verified: number;
  failed: number;
  /** Files not begun or not finished, because the command was interrupted. */
  skipped: number;
  bytesFetched: number;
  seconds: number;
  exitCode: ExitCode;
}

export interface GetReport {
  /** `tick` is called so often. Milliseconds. */
  everyMs: number;
  begin(file: FileAtWork): void;
  resolved(file: FileAtWork, facts: Resolved): void;
  waiting(file: FileAtWork, failure: Failure, seconds: number): void;
  tick(view: GetView): void;
  end(file: FileAtWork, result: GetResult, exitCode: ExitCode): void;
  finish(summary: Summary): void;
}
