import type { Failure, FailureCode } from "../../../job/failure.ts";
import type { JobState, JobStateKind } from "../../../job/job-state.ts";

export const STATUS_WORDS = {
  pending: "waiting",
  running: "active",
  paused: "paused",
  // It waits for a person, as what is paused does.
  blocked: "paused",
  complete: "complete",
  failed: "error",
  cancelled: "removed",
} as const satisfies Record<JobStateKind, string>;

const SUCCESS = 0;
const REMOVED = 31;

/** aria2's exit status for each way to fail (aria2c(1), EXIT STATUS); 1 where it has no word for it. */
const ERROR_CODES: Readonly<Record<FailureCode, number>> = {
  dns_failed: 19,
  connection_failed: 6,
  connection_lost: 6,
  timed_out: 2,
  stalled: 5,
  tls_failed: 6,
  unauthorized: 24,
  forbidden: 24,
  not_found: 3,
  gone: 3,
  rate_limited: 29,
  server_error: 29,
  refused_by_server: 22,
  redirect_loop: 23,
  redirect_refused: 23,
  bad_response: 22,
  truncated: 6,
  object_changed: 8,
  encoded_content: 22,
  wrong_content: 22,
  size_mismatch: 32,
  checksum_mismatch: 32,
  no_space: 9,
  write_denied: 16,
  disk_failed: 17,
  destination_exists: 13,
  destination_busy: 11,
  path_refused: 28,
  place_refused: 28,
  unsupported: 28,
  stopped: 7,
  host_key_rejected: 1,
  host_key_revoked: 1,
  login_refused: 24,
  no_shell: 1,
  ssh_failed: 6,
  run_lost: 1,
  unreachable: 6,
  command_failed: 1,
  tool_missing: 1,
  internal: 1,
};

/** Why a download has stopped; null for one that has not. */
export function errorOf(state: JobState): { errorCode: string; errorMessage: string } | null {
  switch (state.kind) {
    case "complete":
      return { errorCode: String(SUCCESS), errorMessage: "" };
    case "cancelled":
      return { errorCode: String(REMOVED), errorMessage: "" };
    case "failed":
      return { errorCode: String(ERROR_CODES[state.failure.code]), errorMessage: sentences(state.failure) };
    case "pending":
    case "running":
    case "paused":
    case "blocked":
      return null;
    default:
      throw state satisfies never;
  }
}

function sentences({ message, advice }: Failure): string {
  return `${message} ${advice}`;
}
