/** What the tools' exit codes mean, from their manuals, with what was seen of them (docs/tool-output.md). */
import type { FailureCode } from "../../job/failure.ts";
import type { Tool } from "../../job/output-contract.ts";

export interface ExitMeaning {
  code: FailureCode;
  words: string;
  /** Where it is another than that of the code. */
  advice?: string;
}

type Codes = Readonly<Record<number, ExitMeaning>>;

/** POSIX shell, 2.8.2: what the shell ends with where it cannot start a command. */
export const NOT_FOUND_CODES: Readonly<Record<number, string>> = { 126: "not executable", 127: "not found" };

const usage: ExitMeaning = { code: "command_failed", words: "it did not understand its options" };

/** Of codes that a tool ends with for want of a better one. */
export const NO_REASON = "no reason given";

/** GNU Wget, EXIT STATUS; Wget2 has taken them over. */
const WGET: Codes = {
  1: { code: "command_failed", words: NO_REASON },
  2: usage,
  3: { code: "disk_failed", words: "a file could not be written" },
  4: { code: "connection_failed", words: "network failure" },
  5: { code: "tls_failed", words: "TLS failure" },
  6: { code: "unauthorized", words: "user name and password were refused" },
  7: { code: "bad_response", words: "protocol error" },
  8: { code: "refused_by_server", words: "the server answered with an error" },
};

const CURL: Codes = {
  2: usage,
  3: { code: "unsupported", words: "malformed address" },
  6: { code: "dns_failed", words: "host name not found" },
  7: { code: "connection_failed", words: "connection failed" },
  18: { code: "truncated", words: "less came than was announced" },
  22: {
    code: "refused_by_server",
    words: "the server answered with an error",
    advice: "With -C - and an answer of 416 the file may have been whole before: compare its size.",
  },
  23: { code: "no_space", words: "writing failed" },
  28: { code: "timed_out", words: "timed out" },
  33: { code: "refused_by_server", words: "the server does not resume" },
  35: { code: "tls_failed", words: "TLS handshake failed" },
  47: { code: "redirect_loop", words: "too many redirects" },
  52: { code: "bad_response", words: "empty answer" },
  55: { code: "connection_lost", words: "sending failed" },
  56: { code: "connection_lost", words: "receiving failed" },
  60: { code: "tls_failed", words: "certificate not trusted" },
  67: { code: "unauthorized", words: "login refused" },
  77: { code: "tls_failed", words: "certificates of authorities missing" },
  92: { code: "connection_lost", words: "HTTP/2 stream broken" },
};

const ARIA2C: Codes = {
  1: { code: "command_failed", words: "unknown error" },
  2: { code: "timed_out", words: "timed out" },
  3: { code: "not_found", words: "not found" },
  4: { code: "not_found", words: "not found, several times" },
  5: { code: "stalled", words: "too slow" },
  6: { code: "connection_lost", words: "network failure" },
  7: { code: "stopped", words: "stopped with downloads unfinished" },
  8: { code: "refused_by_server", words: "the server does not resume" },
  9: { code: "no_space", words: "no space on the disk" },
  13: { code: "destination_exists", words: "the file exists" },
  15: { code: "write_denied", words: "a file could not be opened" },
  16: { code: "write_denied", words: "a file could not be created" },
  17: { code: "disk_failed", words: "reading or writing a file failed" },
  18: { code: "write_denied", words: "a folder could not be created" },
  19: { code: "dns_failed", words: "host name not found" },
  22: { code: "bad_response", words: "unexpected answer" },
  23: { code: "redirect_loop", words: "too many redirects" },
  24: { code: "unauthorized", words: "login refused" },
  28: usage,
  29: { code: "server_error", words: "the server is overloaded or under repair" },
  32: { code: "checksum_mismatch", words: "wrong checksum" },
};

/** rclone, Exit codes. */
const RCLONE: Codes = {
  1: { code: "command_failed", words: "an error, or options it did not understand" },
  2: { code: "command_failed", words: NO_REASON },
  3: { code: "not_found", words: "folder not found" },
  4: { code: "not_found", words: "file not found" },
  5: { code: "connection_lost", words: "temporary error" },
  7: { code: "command_failed", words: "fatal error" },
  8: { code: "stopped", words: "limit of transfers reached" },
  10: { code: "stopped", words: "limit of time reached" },
};

const one: Codes = { 1: { code: "command_failed", words: "failed" } };

export const EXIT_CODES: Readonly<Record<Tool, Codes>> = {
  wget: WGET,
  wget2: WGET,
  busybox: one,
  curl: CURL,
  aria2c: ARIA2C,
  civitdl: one,
  hf: { ...one, 2: usage },
  tqdm: one,
  "git-lfs": {
    ...one,
    2: { code: "command_failed", words: "some objects failed" },
    128: { code: "command_failed", words: "git gave up" },
  },
  rclone: RCLONE,
};
