import type { ErrorCode } from "./error-table.ts";

/** A request that gets an error for an answer: thrown by a route, worded by it, sent by the error handler. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: ErrorCode;
  /** The field at fault, as a path, or null. */
  readonly field: string | null;
  /** Headers the answer has to carry. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    field: string | null = null,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.field = field;
    this.headers = headers;
  }
}
