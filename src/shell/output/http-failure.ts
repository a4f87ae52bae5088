/** What an HTTP status that a tool tells of means. */
import type { FailureCode } from "../../job/failure.ts";

export function failureOfStatus(status: number): FailureCode {
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 408:
      return "timed_out";
    case 410:
      return "gone";
    case 429:
      return "rate_limited";
  }
  // RFC 9110 §15: an unknown status is treated as the x00 of its class.
  if (status >= 500 && status < 600) return "server_error";
  return status >= 400 && status < 500 ? "refused_by_server" : "bad_response";
}
