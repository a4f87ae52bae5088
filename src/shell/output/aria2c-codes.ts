/** aria2c's codes of errors, which are its exit codes too (`man aria2c`, EXIT STATUS). */
import type { FailureCode } from "../../job/failure.ts";
import { classifyMessage } from "./classify-message.ts";

const CODES: Record<number, FailureCode> = {
  2: "timed_out",
  3: "not_found",
  4: "not_found",
  5: "stalled",
  6: "connection_lost",
  7: "stopped",
  8: "refused_by_server",
  9: "no_space",
  11: "destination_busy",
  12: "destination_busy",
  13: "destination_exists",
  14: "write_denied",
  15: "write_denied",
  16: "write_denied",
  17: "disk_failed",
  18: "write_denied",
  19: "dns_failed",
  21: "connection_lost",
  22: "bad_response",
  23: "redirect_loop",
  24: "unauthorized",
  29: "server_error",
  32: "checksum_mismatch",
};

/** @param message says more where the code (1: unknown) says nothing */
export function failureOfAria(code: number | null, message: string): FailureCode {
  const said = classifyMessage(message);
  if (code === 22 || code === 29) return said === "command_failed" ? (CODES[code] ?? said) : said;
  return (code === null ? undefined : CODES[code]) ?? said;
}

/** The HTTP status that a code stands for where the message does not tell it. */
export function statusOfAria(code: number | null): number | null {
  if (code === 3) return 404;
  return code === 24 ? 401 : null;
}
