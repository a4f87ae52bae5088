/** What a tool's own words about an error mean. */
import type { FailureCode } from "../../job/failure.ts";
import { failureOfStatus } from "../../job/status-failure.ts";

/** Words of operating systems, TLS libraries and HTTP clients; the first that is found counts. */
const WORDS: readonly (readonly [RegExp, FailureCode])[] = [
  [/no space left|errno 28|disk quota exceeded|not enough (?:disk |free )?space/i, "no_space"],
  [/command not found|executable file not found|no such command/i, "tool_missing"],
  // A folder that is not there, on this side.
  [/no such file or directory|not a directory|is a directory|errno 2\b/i, "write_denied"],
  [/permission denied|read-only file system|errno 13|errno 30/i, "write_denied"],
  [
    /checksum|hash(?:es)? (?:differ|mismatch)|corrupted on transfer|consistency check failed/i,
    "checksum_mismatch",
  ],
  [
    /gated|access denied|requires approval|awaiting a review|accept the conditions|early access/i,
    "forbidden",
  ],
  [
    /api key|authentication failed|authorization failed|invalid (?:username|credentials|token)/i,
    "unauthorized",
  ],
  [
    /could(?:n't| not) resolve|name or service not known|no such host|name resolution|getaddrinfo/i,
    "dns_failed",
  ],
  [/temporary failure in name resolution|domain name not found|bad address|unable to resolve/i, "dns_failed"],
  [
    /connection refused|no route to host|network is unreachable|failed to connect|can't connect/i,
    "connection_failed",
  ],
  [/all connection attempts failed|couldn't connect|failed to establish/i, "connection_failed"],
  [/certificate|x509|ssl|tls/i, "tls_failed"],
  [/timed out|timeout|deadline exceeded/i, "timed_out"],
  [/too many redirect|redirections exceeded|redirect loop/i, "redirect_loop"],
  [
    /connection reset|broken pipe|unexpected eof|closed prematurely|connection (?:was )?closed/i,
    "connection_lost",
  ],
  [/incomplete|bytes remaining|partial file|peer closed|truncated/i, "truncated"],
  [/not found|does not exist|doesn't exist/i, "not_found"],
];

/** `404 Not Found`, `404 Client Error`, `HTTP 503`, `status=503`, `Status Code 401`, `returned error: 416`. */
const STATUS =
  /\b(?:HTTP(?:\/[\d.]+)?(?: error| status)?|status(?: code)?|error)(?::|=)? ?([1-5]\d\d)\b|\b([45]\d\d) (?:[A-Z]|\()/i;

export function statusIn(message: string): number | null {
  const match = STATUS.exec(message);
  const digits = match?.[1] ?? match?.[2];
  return digits === undefined ? null : Number(digits);
}

/** `command_failed` where the words say nothing more. */
export function classifyMessage(message: string): FailureCode {
  const status = statusIn(message);
  if (status !== null && status >= 400) return failureOfStatus(status);
  return WORDS.find(([words]) => words.test(message))?.[1] ?? "command_failed";
}

/** What any program, or the shell that should have started it, may say on its own line. */
const COMMON = /no space left on device|\[Errno 28\]|disk quota exceeded|command not found|: not found$/i;

/** An error that is none of one tool's own, or null. */
export function findCommonFailure(text: string): FailureCode | null {
  if (!COMMON.test(text)) return null;
  // `sh: 1: wget: not found`; anything else may be not found, too.
  if (text.endsWith(": not found")) return /^\S{0,100}sh: /.test(text) ? "tool_missing" : null;
  return /command not found/i.test(text) ? "tool_missing" : "no_space";
}
