/** Writes a request's head (RFC 9112 §3, RFC 9110 §5). What could break out of its place is refused. */
import { isFieldValue, isToken } from "./fields.ts";

export interface RequestHead {
  method: "GET" | "HEAD" | "CONNECT";
  /**
   * RFC 9112 §3.2: origin-form (`/path?query`), absolute-form for a proxy (`http://host/path`), or
   * authority-form for CONNECT (`host:port`).
   */
  target: string;
  /** Value of Host: name or address, with the port where it is not the scheme's own. */
  host: string;
  /** Sent in this order. A body is never sent, so nothing here may speak of one. */
  fields: Iterable<readonly [name: string, value: string]>;
}

export type WrittenRequest = { kind: "written"; bytes: Buffer } | { kind: "refused"; reason: string };

/** RFC 3986: a URI is made of visible ASCII; what else a URL had was percent-encoded by its parser. */
const TARGET = /^[\u0021-\u007e]+$/;

/** uri-host [ ":" port ]: no user, no path, no list (RFC 9110 §7.2). */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+;=%]+)(?::[0-9]{1,5})?$/;

/**
 * Fields that say how the message is framed or what becomes of the connection: they are ours, and two of
 * them would make two readers of one request disagree.
 */
const OURS: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "keep-alive",
  "proxy-connection",
]);

/** The head as bytes, or in a sentence's end why it cannot be sent: `the header "X Y" has no valid name`. */
export function writeRequestHead({ method, target, host, fields }: RequestHead): WrittenRequest {
  if (!TARGET.test(target)) return refused("the address holds characters that must be encoded");
  if (!HOST.test(host)) return refused("the host name holds characters that no host name has");
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of fields) {
    // The value may be a secret: only the name is told.
    if (!isToken(name)) return refused(`the header ${JSON.stringify(name)} has no valid name`);
    if (OURS.has(name.toLowerCase())) return refused(`the header ${name} is not for callers to set`);
    if (!isFieldValue(value))
      return refused(`the value of the header ${name} holds control or other characters`);
    lines.push(`${name}: ${value}`);
  }
  // RFC 9110 §5.5: values are read as ISO-8859-1, and `isFieldValue` lets nothing else through.
  return { kind: "written", bytes: Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1") };
}

function refused(reason: string): WrittenRequest {
  return { kind: "refused", reason };
}
