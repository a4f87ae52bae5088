/** Words of the command line, read and refused in the same way by every command. */
import { parseRate, SIZE_FORM } from "../job/limit/parse-size.ts";
import { redactUrl } from "../job/redact.ts";
import { UsageError } from "./usage-error.ts";

/** RFC 9110 §5.6.2: a header name is a token; §5.5: a value has no line ends. */
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\u0020-\u007e\u0080-\u00ff]*)$/;

/** Headers a transfer sets itself, or that would make a server answer for something else than the file. */
const OURS: ReadonlySet<string> = new Set(
  (
    "host range if-range accept-encoding connection te upgrade expect content-length transfer-encoding " +
    "if-match if-none-match if-modified-since if-unmodified-since"
  ).split(" "),
);

/**
 * `K: V` lines as headers.
 *
 * @param where what to complain about
 */
export function readHeaders(lines: readonly string[], where = "--header"): Record<string, string> {
  const headers = new Map<string, [string, string]>();
  for (const line of lines) {
    const match = HEADER.exec(line);
    // The line itself may hold a secret and is not repeated.
    if (match === null) throw new UsageError(`${where}: expected 'Name: value'.`);
    const [, name = "", value = ""] = match;
    if (OURS.has(name.toLowerCase()))
      throw new UsageError(`${where}: ${name} is set by the download itself.`);
    if (headers.has(name.toLowerCase())) throw new UsageError(`${where}: ${name} is given twice.`);
    headers.set(name.toLowerCase(), [name, value.trim()]);
  }
  return Object.fromEntries(headers.values());
}

export function readSha256(text: string): string {
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw new UsageError(`--sha256: expected 64 hexadecimal digits, got ${JSON.stringify(text)}.`);
  return text.toLowerCase();
}

/** Bytes per second. */
export function readRate(text: string, what = "--limit-rate"): number {
  const rate = parseRate(text);
  if (rate === null)
    throw new UsageError(
      `${what}: expected ${SIZE_FORM}, at least 1024 per second, got ${JSON.stringify(text)}.`,
    );
  return rate;
}

/** More than helps on any link; a server takes more for an attack. */
const MOST_CONNECTIONS = 64;

export function readConnections(text: string): number {
  return readCount(text, "--connections", MOST_CONNECTIONS);
}

/** Each file has a connection, and a descriptor of its own; the usual limit of a process is 1024 of them. */
const MOST_JOBS = 256;

/** Files at once. */
export function readJobs(text: string): number {
  return readCount(text, "--jobs", MOST_JOBS);
}

function readCount(text: string, option: string, most: number): number {
  const count = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new UsageError(`${option}: expected a number from 1 to ${most}, got ${JSON.stringify(text)}.`);
}

/** An http or https address, as it was written. */
export function readHttpAddress(text: string, what: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && /^https?:\/\//i.test(text)) return text;
  const meant = /^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(text)
    ? ` Did you mean https://${redactUrl(text)}?`
    : "";
  throw new UsageError(
    `${what}: expected an http:// or https:// address, got ${JSON.stringify(redactUrl(text))}.${meant}`,
  );
}

/** −1000 to 1000. */
export function readPriority(text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d{1,4}$/.test(text) || Math.abs(value) > 1000)
    throw new UsageError(
      `--priority: expected a whole number from -1000 to 1000, got ${JSON.stringify(text)}.`,
    );
  return value;
}
