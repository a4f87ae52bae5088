/** What ssh's own messages mean. Pure. The texts are those of OpenSSH 7.2 to 10. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";

export type Trouble =
  | "key_revoked"
  | "key_changed"
  | "key_unknown"
  | "too_many_logins"
  | "login_refused"
  | "dns"
  | "refused"
  | "no_route"
  | "banner_timeout"
  | "timed_out"
  | "no_common_algorithm"
  | "bad_configuration"
  | "link_lost"
  | "kex_closed";

/**
 * The more telling first: several lines come together, and a connection that ends early has one more line that
 * says only that.
 */
const SIGNS: readonly (readonly [Trouble, RegExp])[] = [
  ["key_revoked", /REVOKED HOST KEY DETECTED|is marked as revoked|host key .* was revoked/],
  ["key_changed", /REMOTE HOST IDENTIFICATION HAS CHANGED|[Hh]ost key for .* has changed/],
  ["key_unknown", /No \S+ host key is known for|Host key verification failed/],
  ["too_many_logins", /Too many authentication failures/],
  [
    "login_refused",
    /Permission denied \(|No supported authentication methods|Permission denied, please try again/,
  ],
  [
    "bad_configuration",
    /Bad (?:configuration option|owner or permissions)|terminating, \d+ bad configuration/,
  ],
  ["dns", /Could not resolve hostname/],
  ["refused", /Connection refused/],
  ["no_route", /No route to host|Network is unreachable|Host is down|Protocol not available/],
  [
    "banner_timeout",
    /Connection timed out during banner exchange|banner exchange: .*(?:timed out|invalid format)/,
  ],
  ["no_common_algorithm", /Unable to negotiate|no matching .* found|no hostkey alg/],
  ["kex_closed", /(?:kex|ssh)_exchange_identification/],
  ["link_lost", /Timeout, server .* not responding|Broken pipe|Connection reset|closed by remote host/],
  ["timed_out", /timed out/],
  ["kex_closed", /Connection closed by/],
];

/** Whether it can be what the ssh for a machine in between has to say, before there is any way through it. */
export function isBeforeLogin(trouble: Trouble): boolean {
  return trouble !== "link_lost" && trouble !== "kex_closed" && trouble !== "bad_configuration";
}

/** @param text of ssh's `-E` file, or of a jump's standard error; null if nothing in it is known */
export function classifyTrouble(text: string): Trouble | null {
  return SIGNS.find(([, sign]) => sign.test(text))?.[0] ?? null;
}

/** Whether the answer is for a person, who is asked with the keys at hand. */
export function isKeyTrouble(trouble: Trouble): trouble is "key_changed" | "key_unknown" {
  return trouble === "key_changed" || trouble === "key_unknown";
}

/** What ssh says of keys it could not use, which is why a login fails more often than not. */
const KEY_SIGNS: readonly (readonly [RegExp, string])[] = [
  [/UNPROTECTED PRIVATE KEY FILE/, "ssh does not use a key that others may read: chmod 600 it."],
  [/Identity file .* not accessible/, "The key named with -i is not on this machine."],
  [
    /Load key .*(?:invalid format|error in libcrypto)/,
    "The key named with -i is not a private key ssh can read.",
  ],
];

/** What runs on an instance does not mind. */
const GOES_ON = { advice: "What runs on the instance goes on; it is met again once the connection stands." };

/**
 * @param who the instance, or the machine in between that it was about, in words: `root@1.2.3.4, port 22`
 * @param text what ssh said, for what explains it further
 */
export function explainTrouble(trouble: Trouble, who: string, text: string): Failure {
  const Who = who.replace(/^a /, "A ");
  switch (trouble) {
    case "key_revoked":
      return failure("host_key_revoked", `The host key of ${who} is marked as revoked.`);
    case "key_changed":
    case "key_unknown":
      return failure(
        "host_key_rejected",
        trouble === "key_changed"
          ? `The host key of ${who} is not the one that was accepted.`
          : `The host key of ${who} was not accepted yet.`,
      );
    case "too_many_logins":
      return failure("login_refused", `${Who} refused the login after too many keys.`, {
        advice: "Name the right key with -i in the connection string, or take the others out of the agent.",
      });
    case "login_refused": {
      const hint = KEY_SIGNS.find(([sign]) => sign.test(text))?.[1];
      const message = `${Who} refused the login.`;
      return hint === undefined
        ? failure("login_refused", message)
        : failure("login_refused", message, { advice: hint });
    }
    case "dns":
      return failure("dns_failed", `The name of ${who} could not be resolved.`);
    case "refused":
      return failure("connection_failed", `${Who} refused the connection: no ssh server listens there.`, {
        advice:
          "Check the port, and that the instance runs: providers give a new port when they start it anew.",
      });
    case "no_route":
      return failure("connection_failed", `There is no way to ${who}.`);
    case "banner_timeout":
      return failure("timed_out", `${Who} took the connection but did not answer as an ssh server.`);
    case "timed_out":
      return failure("timed_out", `${Who} did not answer in time.`);
    case "no_common_algorithm":
      return failure("ssh_failed", `OpenSSH here and ${who} have no common way to encrypt.`);
    case "bad_configuration":
      return failure(
        "ssh_failed",
        `OpenSSH cannot read its configuration: ${text.trim().split("\n")[0]?.slice(0, 200).replace(/\.$/, "")}.`,
      );
    case "link_lost":
      return failure("connection_lost", `The connection to ${who} broke.`, GOES_ON);
    case "kex_closed":
      return failure("connection_failed", `${Who} closed the connection before any login.`, {
        advice: "The server may be starting, or have too many connections at once; it is tried again.",
      });
    default:
      throw trouble satisfies never;
  }
}
