/** A connection → arguments for OpenSSH, and the text people see. */
import { isIPv6 } from "node:net";
import type { Connection, Destination } from "./connection.ts";

/**
 * The arguments that make ssh(1) go there, the host last, after `--`: whatever it looks like, it is a host.
 *
 * They are for the instance alone: ssh hands `-F` on to the jumps in between, but no other argument.
 */
export function argumentsOf(connection: Connection): string[] {
  const { addressFamily, compression, port, user, identityFiles, hostName, host } = connection;
  return [
    ...(addressFamily === null ? [] : ["-o", `AddressFamily=${addressFamily}`]),
    ...(compression ? ["-C"] : []),
    ...(port === null ? [] : ["-p", String(port)]),
    ...(user === null ? [] : ["-l", user]),
    ...identityFiles.flatMap((path) => ["-i", path]),
    ...jumpArguments(connection),
    // ssh_config(5), TOKENS: HostName expands them; the `%` of a zone is none.
    ...(hostName === null ? [] : ["-o", `HostName=${hostName.replaceAll("%", "%%")}`]),
    "--",
    host,
  ];
}

/** The shortest `ssh …` line that leads there. Reading it again gives the same connection. */
export function formatConnection(connection: Connection): string {
  const { user, host, port, addressFamily, identityFiles, hostName } = connection;
  const words = [
    "ssh",
    ...(addressFamily === null ? [] : [FAMILY_OPTION[addressFamily]]),
    ...(connection.compression ? ["-C"] : []),
    ...(port === null ? [] : [`-p ${port}`]),
    ...identityFiles.map((path) => `-i ${quote(path)}`),
    ...jumpArguments(connection),
    ...(hostName === null ? [] : [`-o HostName=${hostName}`]),
    user === null ? host : `${user}@${host}`,
  ];
  return words.join(" ");
}

const FAMILY_OPTION = { any: "-o AddressFamily=any", inet: "-4", inet6: "-6" } as const;

function jumpArguments({ jumps, mayJump }: Connection): string[] {
  if (!mayJump) return ["-J", "none"];
  return jumps.length === 0 ? [] : ["-J", jumps.map(formatJump).join(",")];
}

/** `user@host:port`, as `-J` has it. */
export function formatJump({ user, host, port }: Destination): string {
  const address = isIPv6(host) ? `[${host}]` : host;
  return `${user === null ? "" : `${user}@`}${address}${port === null ? "" : `:${port}`}`;
}

function quote(path: string): string {
  return /^[\w./~@+=,-]+$/.test(path) ? path : `"${path}"`;
}
