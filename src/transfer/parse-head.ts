/** The head of an HTTP/1.x response (RFC 9112 §4 to §6): what came, and where its body ends. Pure. */
import type { AnswerHeaders } from "./http-answer.ts";

const MAX_FIELDS = 256;

/** Where the body ends (RFC 9112 §6.3). */
export type Framing =
  | { kind: "none" }
  | { kind: "length"; bytes: number }
  | { kind: "chunked" }
  /** With the connection. */
  | { kind: "close" };

export interface ResponseHead {
  status: number;
  headers: AnswerHeaders;
  framing: Framing;
  /** The connection may carry another exchange after this one. */
  keepAlive: boolean;
}

/** What breaks the protocol; the sentence goes on from "the answer". */
export class Fault extends Error {}

/** @param text status line and headers, without the empty line or with it. Throws Fault. */
export function parseHead(text: string, isConnect: boolean): ResponseHead {
  const [statusLine = "", ...lines] = text.split(/\r?\n/);
  // RFC 9112 §4; the space before an empty reason is often left out.
  const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\0]*)?$/.exec(statusLine);
  if (match === null) throw new Fault("is not HTTP/1");
  const headers = parseFields(lines);
  const status = Number(match[2]);
  const isOld = match[1] === "0";
  const framing = isConnect && status < 300 ? ({ kind: "none" } as const) : framingOf(status, headers, isOld);
  const options = tokens(headers["connection"]);
  const wantsOn = isOld ? options.includes("keep-alive") : !options.includes("close");
  return { status, headers, framing, keepAlive: wantsOn && framing.kind !== "close" };
}

function parseFields(lines: readonly string[]): Record<string, string | string[]> {
  const fields: [string, string][] = [];
  for (const line of lines) {
    if (line === "") continue;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      // RFC 9112 §5.2: obs-fold is replaced with spaces.
      if (last === undefined) throw new Fault("begins its headers in the middle of one");
      last[1] += ` ${cleanValue(line)}`;
      continue;
    }
    // RFC 9112 §5.1: no whitespace between name and colon.
    const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\s\S]*)$/.exec(line);
    if (match === null) throw new Fault("has a header that is none");
    fields.push([(match[1] as string).toLowerCase(), cleanValue(match[2] as string)]);
    if (fields.length > MAX_FIELDS) throw new Fault(`has more than ${MAX_FIELDS} headers`);
  }
  const byName = Object.groupBy(fields, ([name]) => name);
  return Object.fromEntries(
    Object.entries(byName).map(([name, all = []]) => {
      const values = all.map(([, value]) => value);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}

/** RFC 9110 §5.5: CR, LF and NUL in a value are dangerous; other control characters are harmless and kept. */
function cleanValue(value: string): string {
  if (value.includes("\r") || value.includes("\0")) throw new Fault("has a header with forbidden characters");
  return value.replace(/^[ \t]+|[ \t]+$/g, "");
}

function tokens(value: string | readonly string[] | undefined): string[] {
  return [value ?? []]
    .flat()
    .flatMap((one) => one.toLowerCase().split(","))
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** RFC 9112 §6.3, in its order; what may be an attack or a mistake is refused instead of guessed. */
function framingOf(status: number, headers: Record<string, string | string[]>, isOld: boolean): Framing {
  if (status < 200 || status === 204 || status === 304) return { kind: "none" };
  const lengths = tokens(headers["content-length"]);
  const codings = tokens(headers["transfer-encoding"]);
  if (headers["transfer-encoding"] !== undefined) {
    if (isOld || headers["content-length"] !== undefined) throw new Fault("says in two ways where it ends");
    if (codings.length !== 1 || codings[0] !== "chunked") {
      throw new Fault(`is sent in a coding that was not asked for (${codings.join(", ")})`);
    }
    return { kind: "chunked" };
  }
  if (headers["content-length"] === undefined) return { kind: "close" };
  // "If the field value … consists of identical values, repeated, the recipient may use that value."
  if (new Set(lengths).size !== 1 || !/^\d{1,15}$/.test(lengths[0] as string)) {
    throw new Fault("has a Content-Length that is no length");
  }
  return { kind: "length", bytes: Number(lengths[0]) };
}
