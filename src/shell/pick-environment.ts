/** What programs we start see of our environment: what they need, and none of our secrets. */
import type { Environment } from "./spawn-process.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** Who and where we are. */
const COMMON = ["HOME", "PATH", "USER", "LOGNAME", "SHELL", "TMPDIR", "XDG_RUNTIME_DIR", "LANG"];
/** Agents, tickets and security keys a person has set up for ssh. */
const SSH = [...COMMON, "SSH_AUTH_SOCK", "SSH_SK_PROVIDER", "KRB5CCNAME", "KRB5_CONFIG"];
/** How tools here reach the network, and where what they were given is kept. */
const LOCAL = [
  ...COMMON,
  ...["http_proxy", "https_proxy", "no_proxy", "all_proxy"].flatMap((name) => [name, name.toUpperCase()]),
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HF_HOME",
  "VIRTUAL_ENV",
];

export function sshEnvironment(environment: Variables): Environment {
  return pick(environment, SSH);
}

export function localEnvironment(environment: Variables): Environment {
  return pick(environment, LOCAL);
}

function pick(environment: Variables, names: readonly string[]): Environment {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
