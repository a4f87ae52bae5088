import type { FailureCode } from "../job/failure.ts";

/** What can be wrong with a database, beside the codes of `job/failure.ts` that fit. */
export type StoreErrorCode =
  | Extract<FailureCode, "no_space" | "disk_failed" | "write_denied">
  /** Another process kept the database locked for too long. */
  | "store_busy"
  /** No connection to it: it restarts, fails over, or the network is down. */
  | "store_unreachable"
  /** It does not let us in, or does not take what we give it. */
  | "store_refused"
  /** Not a database, or one with torn pages or rows. */
  | "store_damaged"
  /** It could not be brought to this program's schema; it is as it was. */
  | "store_stuck"
  /** Written by a newer version of this program, or by another program. */
  | "store_foreign";

/** The store cannot do its work. Its message says what is wrong and what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
    this.code = code;
  }
}
