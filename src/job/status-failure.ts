/** What an HTTP status in place of a file means, whoever asked for it: we, or a tool that tells of it. */
import type { FailureCode } from "./failure.ts";

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
    // Accepted but not there yet; too early; not for this connection.
    case 202:
    case 425:
    case 421:
      return "server_error";
    case 501:
    case 505:
      return "refused_by_server";
  }
  // RFC 9110 §15: an unknown status is treated as the x00 of its class, and one beyond 599 as a 5xx; of 2xx and 3xx
  // none carries the file.
  if (status >= 500) return "server_error";
  return status >= 400 ? "refused_by_server" : "bad_response";
}
