import type { ErrorCode } from "./error-table.ts";

export interface Help {
  advice?: string;
  /** A page that a person can open. */
  page?: string;
}

/** A request that gets an error for an answer: thrown by a route, worded by it, sent by the error handler. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: ErrorCode;
  /** The field at fault, as a path, or null. */
  readonly field: string | null;
  /** Headers the answer has to carry. */
  readonly headers: Readonly<Record<string, string>>;

  /** What to do about it, and where. */
  readonly help: Help;

  constructor(
    code: ErrorCode,
    message: string,
    field: string | null = null,
    { headers = {}, ...help }: Help & { headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.help = help;
    this.code = code;
    this.field = field;
    this.headers = headers;
  }
}
