/** curl's exit codes (`man curl`, EXIT CODES), which it prints with its errors: `curl: (22) …`. */
import type { FailureCode } from "../../job/failure.ts";
import { classifyMessage, statusIn } from "./classify-message.ts";
import { failureOfStatus } from "../../job/status-failure.ts";

const CODES: Record<number, FailureCode> = {
  3: "unsupported",
  5: "dns_failed",
  6: "dns_failed",
  7: "connection_failed",
  9: "forbidden",
  16: "connection_lost",
  18: "truncated",
  // Of a file that it may not write it warns before.
  23: "no_space",
  28: "timed_out",
  33: "refused_by_server",
  35: "tls_failed",
  47: "redirect_loop",
  51: "tls_failed",
  52: "bad_response",
  55: "connection_lost",
  56: "connection_lost",
  58: "tls_failed",
  60: "tls_failed",
  67: "unauthorized",
  70: "no_space",
  77: "tls_failed",
  78: "not_found",
  92: "connection_lost",
};

export function failureOfCurl(code: number, message: string): FailureCode {
  const status = statusOfCurl(code, message);
  return status === null ? (CODES[code] ?? classifyMessage(message)) : failureOfStatus(status);
}

/** Only with `-f` is an error of the server one of curl's, and its number is in the sentence. */
export function statusOfCurl(code: number, message: string): number | null {
  return code === 22 ? statusIn(message) : null;
}
