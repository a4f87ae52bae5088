/** `user@host:port` in all the forms people paste → a destination. */
import { isIPv6 } from "node:net";
import type { Destination } from "./connection.ts";

export type DestinationOutcome =
  | { kind: "destination"; destination: Destination }
  | { kind: "refused"; reason: string };

/**
 * Names, IPv4 addresses, aliases of ssh_config. Stricter than OpenSSH: host and user get into the command lines
 * that a person's ProxyCommand is made of (`%h`, `%r`), where everything else could mean something to a shell
 * (CVE-2023-51385).
 */
const HOST = /^[a-z0-9_](?:[a-z0-9_.-]{0,252})$/i;
/** Of IPv6 addresses with a zone: the interface. */
const ZONE = /^[a-z0-9_.-]{1,16}$/i;
/** `a@b@host` has the user `a@b` (OpenSSH divides at the last one). */
const USER = /^[a-z0-9_](?:[a-z0-9_.@+=-]{0,126})$/i;

/** What OpenSSH understands, and what it does not though it is often pasted: `host:port`, `[v6]:port`, a bare IPv6. */
export function parseDestination(text: string): DestinationOutcome {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (scheme === null) return parseAddress(text);
  if (scheme[1]?.toLowerCase() !== "ssh") return refuse(`${scheme[1]}:// is no address of an ssh server`);
  const address = text.slice(scheme[0].length).replace(/\/$/, "");
  if (/[/?#]/.test(address)) return refuse("an ssh:// address has no path");
  return parseAddress(address);
}

function parseAddress(text: string): DestinationOutcome {
  const at = text.lastIndexOf("@");
  const user = at === -1 ? null : text.slice(0, at);
  if (user !== null) {
    // Not shown: it may be a password.
    if (user.includes(":"))
      return refuse("what stands before the @ holds a ':'; passwords are not taken, use a key");
    if (!USER.test(user)) return refuse(`'${show(user)}' is not a user name`);
  }
  const found = divide(text.slice(at + 1));
  if (found === null) return refuse(`'${show(text.slice(at + 1))}' is not a host, nor host:port`);
  if (!isHost(found.host)) return refuse(`'${show(found.host)}' is not a host name or address`);
  if (found.port === null)
    return { kind: "destination", destination: { user, host: found.host, port: null } };
  const port = parsePort(found.port);
  if (port === null) return refuse(`'${show(found.port)}' is not a port`);
  return { kind: "destination", destination: { user, host: found.host, port } };
}

/** Where the host ends and the port begins. */
function divide(text: string): { host: string; port: string | null } | null {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? "", port: bracketed[2] ?? null };
  // RFC 4291 §2.2: an address of colons all over; one of them with a port needs the brackets.
  if (isIPv6(text)) return { host: text, port: null };
  const [host = "", port = null, more] = text.split(":");
  return more === undefined ? { host, port } : null;
}

/** A name, an address or an alias that can be handed to ssh without meaning anything else. */
export function isHost(text: string): boolean {
  if (HOST.test(text)) return true;
  const [, zone] = text.split("%");
  return isIPv6(text) && (zone === undefined || ZONE.test(zone));
}

export function isUser(text: string): boolean {
  return USER.test(text);
}

/** 1 to 65535 in decimal digits, else null. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

/** `user@host:port,…`, nearest first, as `-J` has them. */
export function parseJumps(
  text: string,
): { kind: "jumps"; jumps: readonly Destination[] } | { kind: "refused"; reason: string } {
  const jumps: Destination[] = [];
  for (const part of text.split(",")) {
    const outcome = parseDestination(part);
    if (outcome.kind === "refused") return outcome;
    jumps.push(outcome.destination);
  }
  return jumps.length <= MAX_JUMPS
    ? { kind: "jumps", jumps }
    : { kind: "refused", reason: `more than ${MAX_JUMPS} jumps` };
}

/** Each is a connection inside a connection. */
const MAX_JUMPS = 8;

/** For sentences: not the whole of something endless. */
function show(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function refuse(reason: string): { kind: "refused"; reason: string } {
  return { kind: "refused", reason };
}
