/** The two ways a call can go wrong: the server says no, or no server answers. */
import { REDACTED } from "../job/redact.ts";

/** The server answered, and what it said is not what was asked for. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status of the answer. */
  readonly status: number;
  /** Stable word (`not_found`, `bad_request`, a failure code), or `bad_answer` for what is no answer of ours. */
  readonly code: string;
  /** The field of the request at fault, if one is. */
  readonly field: string | null;

  /** What to do about it, and a page where a person can do it, if the server says so. */
  readonly advice: string | null;
  readonly page: string | null;

  constructor(
    status: number,
    code: string,
    message: string,
    field: string | null = null,
    help: { advice?: string | undefined; page?: string | undefined } = {},
  ) {
    super(message);
    this.advice = help.advice ?? null;
    this.page = help.page ?? null;
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** No answer came: the server is not running, not reachable, or did not answer in time. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  /** Base address that was tried, without secrets. */
  readonly baseUrl: string;
  /** In a few words. */
  readonly why: string;

  constructor(baseUrl: string, why: string, cause?: unknown) {
    // `fetch` names the whole address, where it does not like it.
    super(`No server answers at ${withoutUser(baseUrl)} (${withoutUser(why)}).`, { cause });
    this.baseUrl = withoutUser(baseUrl);
    this.why = withoutUser(why);
  }
}

/** The token is missing, wrong, or not enough: asking again changes nothing until it is given. */
export function needsToken(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}

/** Of every address in a text. */
function withoutUser(text: string): string {
  return text.replaceAll(/\b([a-z][a-z\d+.-]*:\/\/)[^/\s]*@/gi, `$1${REDACTED}@`);
}
