import { describe, expect, test } from "vitest";
import { classifyTrouble, explainTrouble } from "./classify-trouble.ts";
import type { Trouble } from "./classify-trouble.ts";

/** Recorded: OpenSSH 9.2 on Debian 12 unless noted. */
const SAID: readonly (readonly [Trouble, string])[] = [
  [
    "key_unknown",
    "No ED25519 host key is known for haulyard-1 and you have requested strict checking.\nHost key verification failed.\n",
  ],
  [
    "key_changed",
    "@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@\nIT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\nOffending ED25519 key in /x/known_hosts:1\nHost key for haulyard-1 has changed and you have requested strict checking.\nHost key verification failed.\n",
  ],
  [
    "key_revoked",
    "@       WARNING: REVOKED HOST KEY DETECTED!               @\nThe ED25519 host key for haulyard-1 is marked as revoked.\nED25519 host key for haulyard-1 was revoked and you have requested strict checking.\nHost key verification failed.\n",
  ],
  ["login_refused", "root@203.0.113.7: Permission denied (publickey).\n"],
  ["login_refused", "me@h: Permission denied (publickey,password,keyboard-interactive).\n"],
  [
    "too_many_logins",
    "Received disconnect from 203.0.113.7 port 22:2: Too many authentication failures\nDisconnected from 203.0.113.7 port 22\n",
  ],
  ["refused", "ssh: connect to host 203.0.113.7 port 44686: Connection refused\n"],
  ["timed_out", "ssh: connect to host 203.0.113.7 port 22: Connection timed out\n"],
  ["timed_out", "ssh: connect to host 203.0.113.7 port 22: Operation timed out\n"],
  ["timed_out", "Connection to 127.0.0.1 port 34493 timed out\n"],
  ["no_route", "ssh: connect to host 203.0.113.7 port 22: No route to host\n"],
  ["no_route", "ssh: connect to host 2001:db8::1 port 22: Network is unreachable\n"],
  ["dns", "ssh: Could not resolve hostname gpu-box: Name or service not known\n"],
  ["dns", "ssh: Could not resolve hostname gpu-box: Temporary failure in name resolution\n"],
  [
    "banner_timeout",
    "Connection timed out during banner exchange\nConnection to 127.0.0.1 port 40001 timed out\n",
  ],
  ["banner_timeout", "banner exchange: Connection to 127.0.0.1 port 40001: invalid format\n"],
  [
    "kex_closed",
    "kex_exchange_identification: Connection closed by remote host\nConnection closed by 203.0.113.7 port 22\n",
  ],
  [
    "kex_closed",
    "kex_exchange_identification: read: Connection reset by peer\nConnection reset by 203.0.113.7 port 22\n",
  ],
  ["kex_closed", "Connection closed by UNKNOWN port 65535\n"],
  ["link_lost", "Timeout, server 203.0.113.7 not responding.\n"],
  ["link_lost", "client_loop: send disconnect: Broken pipe\n"],
  ["link_lost", "Connection to 203.0.113.7 closed by remote host.\n"],
  [
    "link_lost",
    "Read from remote host 203.0.113.7: Connection reset by peer\nclient_loop: send disconnect: Connection reset by peer\n",
  ],
  [
    "no_common_algorithm",
    "Unable to negotiate with 203.0.113.7 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss\n",
  ],
  [
    "bad_configuration",
    "/x/gen.conf: line 3: Bad configuration option: foo\n/x/gen.conf: terminating, 1 bad configuration options\n",
  ],
  ["bad_configuration", "Bad owner or permissions on /root/.ssh/config\n"],
];

describe("what ssh says of itself", () => {
  test.each(SAID)("is %s: %j", (trouble, text) => {
    expect(classifyTrouble(text)).toBe(trouble);
  });

  test.each(SAID)("%s is explained in a sentence that names the host, with advice", (trouble, text) => {
    const { code, message, advice, retryable } = explainTrouble(trouble, "root@203.0.113.7", text);
    expect(message).toMatch(/^[A-Zr].+\.$/);
    if (trouble !== "bad_configuration") expect(message).toContain("root@203.0.113.7");
    expect(advice).toMatch(/\.$/);
    const byItself = ["dns_failed", "connection_failed", "timed_out", "connection_lost"];
    expect(retryable).toBe(byItself.includes(code));
  });

  test.each(["", "Warning: Permanently added 'x' (ED25519) to the list of known hosts.", "debug1: hello"])(
    "%j says of no trouble",
    (text) => {
      expect(classifyTrouble(text)).toBeNull();
    },
  );

  test.each([
    ["@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @", /chmod 600/],
    ["Warning: Identity file /x not accessible: No such file or directory.", /not on this machine/],
    ['Load key "/x": invalid format', /not a private key/],
  ])("a login that fails because of the key says so: %s", (text, advice) => {
    const found = explainTrouble("login_refused", "me@h", `${text}\nme@h: Permission denied (publickey).`);
    expect(found.code).toBe("login_refused");
    expect(found.advice).toMatch(advice);
  });
});
