/** What the program's exit code says (CONTRACT §2). A code once given keeps its meaning: scripts rely on it. */
import { Unreachable } from "../client/api-error.ts";
import type { ApiError } from "../client/api-error.ts";
import { isFailureCode } from "../job/failure.ts";
import type { FailureCode } from "../job/failure.ts";

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  verification: 5,
  noSpace: 6,
  network: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** In words, for help texts. */
export const EXIT_MEANING: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, "done: the file is whole and in place"],
  [EXIT.failed, "failed"],
  [EXIT.usage, "wrong usage or setting"],
  [EXIT.notFound, "not found"],
  [EXIT.refused, "refused: no permission, or the file is there or being written already"],
  [EXIT.verification, "not the right bytes: hash, size, or a page in place of the file"],
  [EXIT.noSpace, "no space on the disk"],
  [EXIT.network, "network trouble, or no server answers"],
  [EXIT.interrupted, "interrupted; what came is kept"],
];

const EXIT_OF = {
  dns_failed: EXIT.network,
  connection_failed: EXIT.network,
  connection_lost: EXIT.network,
  timed_out: EXIT.network,
  stalled: EXIT.network,
  tls_failed: EXIT.network,
  unauthorized: EXIT.refused,
  forbidden: EXIT.refused,
  place_refused: EXIT.refused,
  not_found: EXIT.notFound,
  gone: EXIT.notFound,
  rate_limited: EXIT.network,
  server_error: EXIT.network,
  refused_by_server: EXIT.refused,
  redirect_loop: EXIT.network,
  redirect_refused: EXIT.refused,
  bad_response: EXIT.network,
  truncated: EXIT.network,
  object_changed: EXIT.verification,
  encoded_content: EXIT.verification,
  wrong_content: EXIT.verification,
  size_mismatch: EXIT.verification,
  checksum_mismatch: EXIT.verification,
  no_space: EXIT.noSpace,
  write_denied: EXIT.refused,
  disk_failed: EXIT.failed,
  destination_exists: EXIT.refused,
  destination_busy: EXIT.refused,
  path_refused: EXIT.refused,
  unsupported: EXIT.usage,
  stopped: EXIT.interrupted,
  host_key_rejected: EXIT.refused,
  host_key_revoked: EXIT.refused,
  login_refused: EXIT.refused,
  no_shell: EXIT.failed,
  ssh_failed: EXIT.failed,
  run_lost: EXIT.failed,
  unreachable: EXIT.network,
  command_failed: EXIT.failed,
  tool_missing: EXIT.failed,
  internal: EXIT.failed,
} as const satisfies Record<FailureCode, ExitCode>;

export function exitCodeOf(code: FailureCode): ExitCode {
  return EXIT_OF[code];
}

/** Of several results: 0 if all are done, the code they share if they share one, else 1. */
export function combineExitCodes(codes: readonly ExitCode[]): ExitCode {
  const wrong = new Set(codes.filter((code) => code !== EXIT.done));
  if (wrong.has(EXIT.interrupted)) return EXIT.interrupted;
  const [only = EXIT.done] = wrong;
  return wrong.size > 1 ? EXIT.failed : only;
}

/** Of a call to the server that went wrong. */
export function exitCodeOfCall(error: ApiError | Unreachable): ExitCode {
  if (error instanceof Unreachable) return EXIT.network;
  if (isFailureCode(error.code)) return exitCodeOf(error.code);
  // Something else than Haulyard answers there: its status says nothing about jobs.
  if (error.code === "bad_answer") return EXIT.failed;
  return exitCodeOfStatus(error.status);
}

function exitCodeOfStatus(status: number): ExitCode {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return EXIT.usage;
    case 401:
    case 403:
    case 409:
      return EXIT.refused;
    case 404:
      return EXIT.notFound;
    case 429:
    case 503:
      return EXIT.network;
    default:
      return EXIT.failed;
  }
}
