/** The configuration every ssh of ours is started with, and with it those that it starts for the machines between. */
import { randomBytes } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { ALIVE_COUNT, ALIVE_INTERVAL_S, CONNECT_TIMEOUT_S } from "./ssh-settings.ts";

export interface ConfigPaths {
  knownHostsPath: string;
  configPaths: readonly string[];
}

/**
 * ssh_config(5): the first value of a keyword counts, so what is ours cannot be overruled by the files included
 * at the end; from those come aliases, keys, jumps.
 *
 * What is for the instance alone (its socket, its name in `known_hosts`) is given as `-o`: these do not reach
 * the machines in between, this file does.
 */
export function writeConfig({ knownHostsPath, configPaths }: ConfigPaths): string {
  const ours = [
    // Younger than some OpenSSH that is still in use.
    "IgnoreUnknown ForkAfterAuthentication,StdinNull,SessionType,KnownHostsCommand,EnableEscapeCommandline",
    // Nobody is there to be asked.
    "BatchMode yes",
    // Which keys are trusted is for a person to say, and for this file alone to know.
    "StrictHostKeyChecking yes",
    `UserKnownHostsFile ${quoteValue(knownHostsPath)}`,
    "GlobalKnownHostsFile none",
    "KnownHostsCommand none",
    "UpdateHostKeys no",
    "HashKnownHosts no",
    "CheckHostIP no",
    "VerifyHostKeyDNS no",
    "NoHostAuthenticationForLocalhost no",
    // Nothing but commands goes through a connection of ours, and nothing runs on this machine because of it.
    "ClearAllForwardings yes",
    "ForwardAgent no",
    "ForwardX11 no",
    "Tunnel no",
    "GatewayPorts no",
    "PermitLocalCommand no",
    "AddKeysToAgent no",
    "RemoteCommand none",
    "RequestTTY no",
    "SessionType default",
    "StdinNull no",
    "ForkAfterAuthentication no",
    "EnableEscapeCommandline no",
    "ControlMaster no",
    "ControlPath none",
    "ControlPersist no",
    `ConnectTimeout ${CONNECT_TIMEOUT_S}`,
    "ConnectionAttempts 1",
    `ServerAliveInterval ${ALIVE_INTERVAL_S}`,
    `ServerAliveCountMax ${ALIVE_COUNT}`,
    "TCPKeepAlive yes",
    // Of the machines in between: errors, but not what their owners have them say (banners).
    "LogLevel ERROR",
  ];
  // ssh_config(5), Include: a pattern; tokens are younger than what is in use.
  const theirs = configPaths
    .filter((path) => !/[%*?[]/.test(path))
    .map((path) => `Include ${quoteValue(path)}`);
  return [...ours, ...theirs, ""].join("\n");
}

/** Writes it where ssh is told to read it; whole at any moment, for others may be starting with it. */
export async function prepareConfig(paths: ConfigPaths, path: string): Promise<void> {
  const temporary = `${path}-${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, writeConfig(paths), { mode: 0o600 });
  await rename(temporary, path);
}

/**
 * A path as a value. `%` begins a token (ssh_config, TOKENS). Nothing escapes a quote in all versions, and
 * `${` names a variable: paths with these are ours to choose, and a fault of whoever did.
 */
export function quoteValue(path: string): string {
  // oxlint-disable-next-line no-control-regex -- they end a line of the file
  if (/["\\\u0000-\u001F]|\$\{/.test(path))
    throw new Error(`not a path ssh can be given: ${JSON.stringify(path)}`);
  return `"${path.replaceAll("%", "%%")}"`;
}
