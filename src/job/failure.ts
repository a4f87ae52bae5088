/** What can go wrong, by stable code. Whoever meets a problem classifies it; these tables decide the rest. */

interface FailureRule {
  /** Worth another try by itself, without a person changing anything. */
  retryable: boolean;
  /** What a person can do about it: a sentence. */
  advice: string;
}

const RULES = {
  // Network
  dns_failed: { retryable: true, advice: "Check the spelling of the host name and this machine's DNS." },
  connection_failed: {
    retryable: true,
    advice: "Check that the server is up and that a firewall or proxy lets this machine through.",
  },
  connection_lost: { retryable: true, advice: "The partial file is kept; it goes on from there." },
  timed_out: { retryable: true, advice: "The server may be overloaded; it is tried again." },
  stalled: { retryable: true, advice: "No byte came for too long. Retry, or try another mirror." },
  tls_failed: {
    retryable: false,
    advice:
      "Check the clock of this machine, and NODE_EXTRA_CA_CERTS if the server uses a private authority.",
  },
  // The server's answer
  unauthorized: {
    retryable: false,
    advice: "Set the token for this host (HF_TOKEN, CIVITAI_API_KEY), or give an Authorization header.",
  },
  forbidden: {
    retryable: false,
    advice: "Open the page in a browser: you may have to accept a licence or ask for access.",
  },
  not_found: { retryable: false, advice: "Check the address; the file may have been moved or removed." },
  gone: { retryable: false, advice: "The file was removed by its owner; look for another source." },
  rate_limited: {
    retryable: true,
    advice: "The server asks for patience; it is tried again when it allows.",
  },
  server_error: { retryable: true, advice: "The fault is on the server's side; it is tried again." },
  refused_by_server: {
    retryable: false,
    advice: "Open the address in a browser to see what the server wants.",
  },
  redirect_loop: { retryable: false, advice: "The server redirects in circles; check the address." },
  redirect_refused: { retryable: false, advice: "The server redirects to an address that is not allowed." },
  place_refused: {
    retryable: false,
    advice: "Ask an admin to add it, or to allow its network in HAULYARD_ALLOWED_NETWORKS.",
  },
  bad_response: {
    retryable: true,
    advice: "The server's answer breaks HTTP; a proxy in between may be at fault.",
  },
  truncated: { retryable: true, advice: "The server sent less than it announced; it goes on from there." },
  object_changed: {
    retryable: true,
    advice: "The file changed on the server; it is fetched anew from the start.",
  },
  encoded_content: {
    retryable: false,
    advice: "The server compresses the file although it was asked not to; use a direct link.",
  },
  // What came
  wrong_content: {
    retryable: false,
    advice: "A web page came in place of the file: log in, accept the licence, or use a direct link.",
  },
  size_mismatch: {
    retryable: false,
    advice: "The size is not the expected one; check the entry or the link.",
  },
  checksum_mismatch: {
    retryable: false,
    advice: "The bytes are not the expected ones. Retry; if it happens again, the link or the hash is wrong.",
  },
  // This machine
  no_space: { retryable: true, advice: "Free some space; the download goes on by itself." },
  write_denied: { retryable: false, advice: "Let the user Haulyard runs as write to this folder." },
  disk_failed: {
    retryable: false,
    advice: "The disk reported an error; check its health and the system log.",
  },
  destination_exists: {
    retryable: false,
    advice: "A different file has this name already. Move it away, or ask for it to be replaced.",
  },
  destination_busy: {
    retryable: false,
    advice: "Another download writes this file; wait for it or stop it.",
  },
  path_refused: {
    retryable: false,
    advice:
      "Give another name or path: inside the folder, not too long, without '..', not beginning with a dot or ending in .part.",
  },
  unsupported: { retryable: false, advice: "Use an http:// or https:// address." },
  stopped: { retryable: true, advice: "Start it again; it goes on from where it was." },
  // Instances
  host_key_rejected: {
    retryable: false,
    advice: "Retry and accept the key if it is the right one after all.",
  },
  host_key_revoked: {
    retryable: false,
    advice: "Somebody marked this key as stolen: do not connect before you know why the instance has it.",
  },
  login_refused: {
    retryable: false,
    advice:
      "Check the user name, put this machine's public key on the instance, and load a key with a passphrase into the agent.",
  },
  no_shell: {
    retryable: false,
    advice:
      "Use the instance's direct address: proxies of providers often let nobody run commands; it has to be Linux with /bin/sh.",
  },
  ssh_failed: {
    retryable: false,
    advice:
      "Try `ssh` to this host from a terminal of the user Haulyard runs as; its configuration may be at fault.",
  },
  run_lost: {
    retryable: true,
    advice: "The command is started again; wget -c and the like go on from what is there.",
  },
  unreachable: {
    retryable: true,
    advice: "Check that the instance runs; retry meets a command that is still at work.",
  },
  command_failed: { retryable: false, advice: "Read the log of the job for what the command said." },
  tool_missing: { retryable: false, advice: "Install the tool on the instance." },
  // Us
  internal: { retryable: false, advice: "This is a fault of Haulyard: please report it with the log." },
} as const satisfies Record<string, FailureRule>;

export type FailureCode = keyof typeof RULES;

export const FAILURE_CODES = Object.keys(RULES) as readonly FailureCode[];

/** Whether failures of a code are worth another try, as long as nobody knows better of one of them. */
export function isRetryable(code: FailureCode): boolean {
  return RULES[code].retryable;
}

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(RULES, code);
}

export interface Failure {
  code: FailureCode;
  /** What was expected and what came, in one sentence without secrets. */
  message: string;
  /** What to do, in one sentence. */
  advice: string;
  retryable: boolean;
  /** Earliest time (epoch ms) the other side wants to be asked again. */
  retryAt: number | null;
}

/** Makes a failure of a code; advice and retryable come from the code's rule unless given. */
export function failure(
  code: FailureCode,
  message: string,
  more: Partial<Pick<Failure, "advice" | "retryable" | "retryAt">> = {},
): Failure {
  const { advice, retryable } = RULES[code];
  return { code, message, advice, retryable, retryAt: null, ...more };
}
