/** Headers that a request for a download may carry, and those that would break the transfer. Pure. */

/** RFC 9110 §5.6.2: a field name is a token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110 §5.5: visible characters, spaces and tabs; obs-text up to 0xFF is sent as Latin-1. */
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** More than any server takes in all headers together (8 to 64 KiB). */
const MAX_VALUE_LENGTH = 8192;
const MAX_HEADERS = 64;

const OURS = "the transfer sets it";
const HOP = "it is for one connection only (RFC 9110 §7.6.1), not for the server";
const CONDITION = "it would make the server leave the file out or answer for another version";

const REFUSED: ReadonlyMap<string, string> = new Map([
  ["host", "it is that of the URL"],
  ["range", OURS],
  ["if-range", OURS],
  ["accept-encoding", "the bytes must come as they are stored"],
  ["content-length", "the request has no body"],
  ["content-type", "the request has no body"],
  ["content-encoding", "the request has no body"],
  ["transfer-encoding", HOP],
  ["connection", HOP],
  ["keep-alive", HOP],
  ["proxy-connection", HOP],
  ["proxy-authorization", "it is for the proxy; put the password into HTTPS_PROXY"],
  ["te", HOP],
  ["trailer", HOP],
  ["upgrade", HOP],
  ["http2-settings", HOP],
  ["expect", "the request has no body"],
  ["if-match", CONDITION],
  ["if-none-match", CONDITION],
  ["if-modified-since", CONDITION],
  ["if-unmodified-since", CONDITION],
]);

/** The first header that may not be sent, as a path into the request, and why; null if all may. Values are not repeated. */
export function refuseHeaders(
  headers: Readonly<Record<string, string>>,
): { field: string; reason: string } | null {
  const names = Object.keys(headers);
  if (names.length > MAX_HEADERS)
    return { field: "headers", reason: `headers must be at most ${MAX_HEADERS}, there are ${names.length}` };
  const seen = new Set<string>();
  for (const name of names) {
    const field = TOKEN.test(name) ? `headers.${name}` : "headers";
    const reason = refuseHeader(name, headers[name] as string, seen);
    if (reason !== null) return { field, reason: `${field} ${reason}` };
    seen.add(name.toLowerCase());
  }
  return null;
}

function refuseHeader(name: string, value: string, seen: ReadonlySet<string>): string | null {
  if (!TOKEN.test(name)) return `must be named by HTTP tokens, not ${JSON.stringify(name.slice(0, 100))}`;
  const why = REFUSED.get(name.toLowerCase());
  if (why !== undefined) return `must not be given: ${why}`;
  if (seen.has(name.toLowerCase())) return "is given twice, names are the same in upper and lower case";
  if (value.length > MAX_VALUE_LENGTH)
    return `must be at most ${MAX_VALUE_LENGTH} characters, it has ${value.length}`;
  return VALUE.test(value)
    ? null
    : "must not hold control characters, line ends or characters beyond Latin-1";
}
