/** Which HTTP status every code of an error answer goes with. The only place that knows. */
import type { FailureCode } from "../job/failure.ts";

/** Codes of the server itself; the rest are failure codes of jobs. */
const REQUEST_CODES = {
  bad_request: 400,
  token_missing: 401,
  sign_in_failed: 401,
  host_refused: 403,
  origin_refused: 403,
  not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timed_out: 408,
  conflict: 409,
  already_exists: 409,
  host_verification_needed: 409,
  too_large: 413,
  url_too_long: 414,
  unsupported_media_type: 415,
  file_broken: 422,
  too_many_tries: 429,
  headers_too_large: 431,
  unavailable: 503,
} as const;

/** A request that was refused because the download it asks for would fail, and why. */
const FAILURE_STATUS = {
  // What the client wrote.
  path_refused: 400,
  unsupported: 400,
  // What the client named does not exist, or is in the way.
  not_found: 404,
  gone: 404,
  destination_exists: 409,
  destination_busy: 409,
  // Understood, but it cannot be done: the other side or this machine says no. Not 401 or 403: those
  // would say that this server wants a token.
  unauthorized: 422,
  forbidden: 422,
  place_refused: 422,
  refused_by_server: 422,
  redirect_loop: 422,
  redirect_refused: 422,
  encoded_content: 422,
  wrong_content: 422,
  size_mismatch: 422,
  checksum_mismatch: 422,
  object_changed: 422,
  tls_failed: 422,
  write_denied: 422,
  disk_failed: 422,
  host_key_rejected: 422,
  host_key_revoked: 422,
  login_refused: 422,
  no_shell: 422,
  ssh_failed: 422,
  command_failed: 422,
  tool_missing: 422,
  // May go better later.
  rate_limited: 429,
  dns_failed: 503,
  connection_failed: 503,
  connection_lost: 503,
  timed_out: 503,
  stalled: 503,
  server_error: 503,
  bad_response: 503,
  truncated: 503,
  no_space: 503,
  stopped: 503,
  unreachable: 503,
  run_lost: 503,
  internal: 500,
} as const satisfies Record<FailureCode, number>;

const STATUS = { ...FAILURE_STATUS, ...REQUEST_CODES };

/** A stable word that says what is wrong with a request. */
export type ErrorCode = keyof typeof STATUS;

export function statusOfCode(code: ErrorCode): number {
  return STATUS[code];
}
