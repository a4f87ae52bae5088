/** The words of the hostile matrix. */
import type { ExitCode } from "../../../src/cli/exit-codes.ts";
import { exitCodeOf } from "../../../src/cli/exit-codes.ts";
import type { FailureCode } from "../../../src/job/failure.ts";
import type { RunPoint, TransferLimits } from "../../../src/transfer/transfer-settings.ts";
import type { Ran } from "../cli.ts";
import type { FileSpec, OriginOptions, SeenRequest } from "../origin.ts";
import type { Stage } from "./stage.ts";

/** Large enough for several connections, small enough for hundreds of files. Bytes. */
export const SIZE = 8_000_000;

export interface Mode {
  connections: "one" | "many";
  start: "fresh" | "resumed";
}

/** A claim about a server that misbehaves. */
export interface Row {
  /** What holds: a sentence about a server or an answer. */
  claim: string;
  /** How the file behaves. What is left out is well-behaved and SIZE bytes long. */
  file: Partial<FileSpec> | ((stage: Stage) => Partial<FileSpec>);
  /** How it behaved until the process was killed; well, if left out. */
  before?: Partial<FileSpec>;
  /** Name of the file, and last part of its address unless `address` is. */
  name?: string;
  /** Last part of the address. No name is given then: the server has to. */
  address?: string;
  /** What is asked for, where it is not the file on the origin. */
  url?: (stage: Stage) => string;
  origin?: OriginOptions;
  sha256?: (stage: Stage) => string;
  header?: readonly string[];
  env?: (stage: Stage) => Record<string, string>;
  /** Sleeps take no time, and these limits are not the usual ones. */
  hasty?: Partial<TransferLimits>;
  expect: Expectation;
  /** Where another outcome is right after kill -9. */
  resumed?: Expectation;
  /** More to be said about it. */
  also?: (result: Result) => void | Promise<void>;
  /** Holds in these modes only; the claim says why. */
  only?: (mode: Mode) => boolean;
  /** Where the process is killed: when the ledger claims so many bytes (half, if left out), or at a moment. */
  kill?: { bytes: number } | RunPoint;
}

export type Expectation =
  /** The file as the origin has it now is in place, and nothing else. */
  | { kind: "whole"; state: "verified" | "unverified"; reason?: RegExp }
  /** Nobody could know that more was to come: its beginning is in place, and the doubt is told. */
  | { kind: "short"; bytes: number; reason: RegExp }
  /** Nothing is under the final name. */
  | { kind: "failed"; exit: ExitCode; code: FailureCode; says: RegExp; partial: "kept" | "none" };

export const WHOLE: Extract<Expectation, { kind: "whole" }> = { kind: "whole", state: "unverified" };
export const VERIFIED: typeof WHOLE = { kind: "whole", state: "verified" };

export function failed(
  code: FailureCode,
  says: RegExp,
  partial: "kept" | "none" = "none",
): Extract<Expectation, { kind: "failed" }> {
  return { kind: "failed", exit: exitCodeOf(code), code, says, partial };
}

export interface Result extends Stage {
  ran: Ran;
  /** Requests for the file by the run that is judged. */
  seen: readonly SeenRequest[];
  /** The last word on the file: `done` or `failed`. */
  end: Record<string, unknown>;
  /** Sleeps of a hasty run. Milliseconds. */
  slept: number[];
}
